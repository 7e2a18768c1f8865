"""Lesson registers under Advance's policy: beside the formal ones."""

from registers.actions.deciding_lessons import LessonEntry
from tests.clauses import proves
from tests.clauses.lessons import IN_PERIOD_TWO, SCHOOL, Browse, Moment, lesson_of, registered, take
from tests.clauses.schools import Adopt
from tests.people import People


@proves("ALP-4.04")
def test_a_pupil_registered_and_absent_from_period_two_is_listed_with_the_period(
    adopt: Adopt, browse: Browse, people: People, it_is: Moment
) -> None:
    adopt("advance")
    it_is(IN_PERIOD_TWO)
    pupil = registered(people)
    lesson = lesson_of(2, "9A/Ma", pupil, people=people)
    page = f"{SCHOOL}/lessons/absences/"
    assert "Fenn, Isla" not in browse("alma").get(page).content.decode()

    take(lesson, LessonEntry(pupil.pk, "N", base=0, made_at=IN_PERIOD_TWO), people=people, at=IN_PERIOD_TWO)

    html = browse("alma").get(page).content.decode()
    assert "Fenn, Isla" in html
    assert '<td>2 <span class="muted small">09:45</span></td>' in html
