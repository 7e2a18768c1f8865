"""Truancy at Aspire: any part of a day with no cause given; the Principal is told and rings home."""

import datetime as dt
from collections.abc import Callable

from absence.models import Task
from tests.clauses import proves
from tests.clauses.schools import Browse
from tests.clauses.truancy import School, at, school

__all__ = ["school"]


@proves("AET-10.01")
def test_one_present_in_the_morning_and_absent_in_the_afternoon_with_no_notice_is_flagged_as_it_closes(
    school: Callable[[str], School],
) -> None:
    here = school("aspire")
    alert = here.gone_after_lunch(at(13, 20))
    assert (alert.pupil, alert.kind, alert.date, alert.raised_at) == (
        here.pupil,
        "afternoon",
        at(13).date(),
        at(13, 20),
    )


@proves("AET-10.04")
def test_the_principal_is_told_within_a_minute_and_a_safeguarding_link_brings_in_the_lead(
    school: Callable[[str], School], browse: Browse
) -> None:
    here = school("aspire")
    alert = here.gone_after_lunch(at(13, 20))
    # Then the Principal has the contact task by 13:21, on their own list
    (told,) = Task.objects.filter(kind="contact")
    assert (told.role, told.asked_at <= at(13, 20) + dt.timedelta(minutes=1)) == ("headteacher", True)
    assert "Ring the parents now." in browse("ben").get("/s/alder-primary/tasks/").content.decode()
    assert here.still_to_do("safeguarding") == []
    # And when the link is ticked, the alert is in the safeguarding lead's queue too
    browse("ben").post(f"/s/alder-primary/truancy/{alert.pk}/pass-on/", {"do": "link"})
    assert [role for role, _ in here.still_to_do("safeguarding")] == ["safeguarding_lead"]
    assert "Look at safeguarding" in browse("sadie").get("/s/alder-primary/tasks/").content.decode()
