"""Reception records late arrivals, leaving and coming back under Wigston's policy."""

from registers.models import Mark
from registers.queries.on_site import Standing
from tests.clauses import proves
from tests.clauses.leaving_school import at_school

__all__ = ["at_school"]


@proves("WAT-7.14")
def test_who_signs_in_after_the_close_is_on_the_list_and_the_mark_says_so(at_school) -> None:
    day = at_school("wigston")
    pupil = day.pupil(year=9)
    day.come(pupil, "09:40", reason="Overslept")
    mark = Mark.objects.get()
    assert (mark.code, mark.source, mark.minutes_late) == ("U", "late desk", 65)
    assert day.where(pupil, "09:40").standing is Standing.ON_SITE
    assert "Moss, Ada" in day.page("09:41", "on-site/", by="tess")


@proves("WAT-7.15")
def test_leaving_at_five_past_eleven_and_back_at_twenty_to_one_is_ninety_five_minutes(at_school) -> None:
    day = at_school("wigston")
    pupil = day.pupil(year=9, came="08:35")
    day.out(pupil, "11:05", words="Orthodontist", authorised_by="Ben Okafor")
    day.come(pupil, "12:40", words="Letter from the orthodontist")
    page = day.page("12:41")
    row = page[page.index('id="log"') :]
    for said in ("<td>11:05</td>", "<td>12:40</td>", "<td>95</td>", "Medical or dental appointment: Orthodontist"):
        assert said in row
