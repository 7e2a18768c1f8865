"""A lesson's register that is out is printed from the board, as a group's is."""

import datetime as dt
from collections.abc import Callable

from django.test import Client

from registers.models import ExpectedMark, LessonRegister
from tests.conftest import LONDON
from tests.factories import make_pupil, make_session
from tests.people import People
from tests.registers.lessons import (
    make_lesson,
    make_lesson_mark,
    make_lesson_register,
    make_period,
    make_teaching_group,
)

Browse = Callable[[str], Client]
ItIs = Callable[[dt.datetime], None]
MONDAY = dt.date(2026, 11, 23)
BOARD = "/s/alder-primary/missing/"
STARTS = dt.datetime(2026, 11, 23, 8, 50, tzinfo=LONDON)


def test_a_lesson_s_register_is_printed_from_the_board_as_a_classroom_may_see_it(
    people: People, browse: Browse, it_is: ItIs
) -> None:
    make_session(MONDAY)
    # Given a lesson with a child of each kind: nothing known, marked, expected away, and two of one name
    blank, marked, away = (make_pupil(surname=name) for name in ("Blank", "Marked", "Away"))
    twins = [make_pupil(surname="Twin", forename="Sam") for _ in range(2)]
    lesson = make_lesson(
        make_teaching_group("9A/Ma", blank, marked, away, *twins), make_period(), teacher=people.tess.user
    )
    ExpectedMark.objects.create(
        pupil=away, from_date=MONDAY, until_date=MONDAY + dt.timedelta(days=1), code="M", origin="office",
        granted_by=people.ben.user, granted_by_name="Ben Okafor", granted_by_role="headteacher", granted_at=STARTS,
    )  # fmt: skip
    it_is(STARTS + dt.timedelta(minutes=24))
    client = browse("alma")
    where = f"/s/alder-primary/lessons/{MONDAY}/{lesson.pk}/paper/"
    assert f'href="{where}"' in client.get(BOARD).text
    # Then the sheet of a register that nobody has opened has them all, and never why one is not expected
    sheet = client.get(where).text
    for words in ("9A/Ma", "Period 1", "Tess Lindqvist", "Blank, ", "Marked, ", "5 in the lesson"):
        assert words in sheet
    assert "Not expected" in sheet
    assert ">M<" not in sheet
    assert sheet.count("<small>born") == 2
    assert not LessonRegister.objects.exists()
    # And one that was begun has what is marked
    make_lesson_mark(marked, make_lesson_register(lesson, MONDAY), "/", by=people.tess).save()
    assert "<td>/</td>" in browse("tess").get(where).text
    for name, path, status in (
        ("cass", where, 404), ("alma", where.replace(str(MONDAY), "2026-11-24"), 404),
        ("alma", where.replace(str(MONDAY), "soon"), 404), ("dov", where, 403),
    ):  # fmt: skip
        assert browse(name).get(path).status_code == status
