"""A child who is signed out is not expected in lessons until the return; a classroom reads no more than that."""

import datetime as dt
from collections.abc import Callable

import pytest

from registers.actions.taking_lessons import open_lesson_register
from registers.models import Pupil
from registers.queries.lessons import lesson_rows
from registers.rules.movements import MovementKind
from tests.factories import make_group, make_pupil, make_session
from tests.people import People
from tests.registers.lessons import make_lesson, make_lesson_register, make_period, make_teaching_group
from tests.registers.moving import MONDAY, make_movement, monday


@pytest.fixture
def pupil(people: People, it_is: Callable[[dt.datetime], None]) -> Pupil:
    make_session(MONDAY)
    it_is(monday("11:10"))
    pupil = make_pupil(surname="Moss", forename="Ada", group=make_group())
    make_movement(pupil, MovementKind.OUT, "10:50", by=people.alma, due_back_at=monday("11:30"), reason="other")
    return pupil


def test_a_lesson_does_not_wait_for_who_is_signed_out(pupil: Pupil, people: People) -> None:
    group = make_teaching_group("9A/Ma", pupil)
    before, during = (make_lesson_register(make_lesson(group, make_period(number)), MONDAY) for number in (2, 3))
    for register, away in ((before, False), (during, True)):
        (row,) = lesson_rows(register, "am", by=people.alma)
        assert row.is_away is away
    make_movement(pupil, MovementKind.IN, "11:20", by=people.alma)
    assert not lesson_rows(during, "am", by=people.alma)[0].is_away


@pytest.mark.parametrize(("name", "said"), [("tess", "Not expected"), ("olly", "Signed out 10:50, due back 11:30")])
def test_a_lesson_s_page_says_what_its_reader_may_know(
    pupil: Pupil, people: People, browse, name: str, said: str
) -> None:
    lesson = make_lesson(make_teaching_group("9A/Ma", pupil), make_period(3), teacher=people.tess.user)
    register = open_lesson_register(lesson, MONDAY, by=people.tess, at=monday("11:10"))
    page = browse(name).get(f"/s/alder-primary/lesson-registers/{register.pk}/").text
    assert said in page
    assert ("Signed out" in page) is (name == "olly")
