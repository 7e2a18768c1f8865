"""Lesson registers under John Taylor's policy: every lesson, N for who is missing, minutes for who is late."""

import datetime as dt
from collections.abc import Callable

import pytest

from registers.actions.confirming import confirm_children
from registers.actions.deciding_lessons import LessonEntry
from registers.actions.taking import finish_register
from registers.actions.taking_lessons import open_lesson_register, save_lesson_marks
from registers.models import ExpectedMark, LessonMark, Mark
from tests.clauses import proves
from tests.clauses.lessons import IN_PERIOD_TWO, MONDAY, Moment, key_of, lesson_of, missing_of, registered
from tests.clauses.schools import Adopt
from tests.conftest import LONDON
from tests.factories import make_group, make_pupil, make_register, make_session
from tests.people import People

__all__ = ["missing_of"]


@proves("JTM-8.08")
def test_of_forty_lessons_in_a_period_and_thirty_nine_registers_one_is_listed(
    adopt: Adopt, missing_of: Callable[[int], tuple[str, int]]
) -> None:
    adopt("john_taylor")
    html, listed = missing_of(40)
    assert "40 lessons: 39 with a finished register, 1 over and without one." in html
    assert listed == 1


@proves("JTM-8.09")
def test_an_absence_from_a_lesson_is_n_and_the_morning_s_mark_stays_present(
    adopt: Adopt, people: People, it_is: Moment
) -> None:
    adopt("john_taylor")
    it_is(IN_PERIOD_TWO)
    pupil = registered(people)
    lesson = lesson_of(2, "9A/Ma", pupil, people=people)
    register = open_lesson_register(lesson, MONDAY, by=people.tess, at=IN_PERIOD_TWO)
    entry = LessonEntry(pupil.pk, "N", base=0, made_at=IN_PERIOD_TWO)

    save_lesson_marks(register, [entry], key=key_of(register), digest="", by=people.tess, at=IN_PERIOD_TWO)

    assert LessonMark.objects.get().code == "N"
    assert list(Mark.objects.values_list("code", "changes")) == [("/", 0)]


@proves("JTM-8.11")
@pytest.mark.parametrize(("minutes", "outcome"), [(None, "refused"), (8, "saved")])
def test_minutes_late_to_a_lesson_are_asked_for(
    adopt: Adopt, people: People, it_is: Moment, minutes: int | None, outcome: str
) -> None:
    adopt("john_taylor")
    at = dt.datetime(2026, 11, 23, 11, 8, tzinfo=LONDON)
    it_is(at)
    pupil = registered(people)
    lesson = lesson_of(3, "9A/Ma", pupil, people=people)
    register = open_lesson_register(lesson, MONDAY, by=people.tess, at=at)
    entry = LessonEntry(pupil.pk, "L", base=0, made_at=at, minutes_late=minutes)

    reply = save_lesson_marks(register, [entry], key=key_of(register), digest="", by=people.tess, at=at)

    (row,) = reply["rows"]
    assert row["outcome"] == outcome
    assert row["why"] == ("Say how many minutes late." if minutes is None else "")
    assert list(LessonMark.objects.values_list("minutes_late", flat=True)) == ([] if minutes is None else [8])


@proves("JTM-4.06")
def test_attendance_at_alternative_provision_appears_on_the_day_once_the_provider_s_word_is_logged(
    adopt: Adopt, people: People, monday_morning: dt.datetime
) -> None:
    adopt("john_taylor")
    group, session = make_group("9A"), make_session(MONDAY)
    pupil = make_pupil(group=group, dob=dt.date(2013, 3, 4), year=9)
    by = people.alma
    expected = ExpectedMark.objects.create(
        pupil=pupil, from_date=MONDAY, until_date=MONDAY + dt.timedelta(days=1), code="B",
        nature="Alternative provision", origin="office", granted_by=by.user, granted_by_name=by.name,
        granted_by_role=by.role, granted_at=monday_morning,
    )  # fmt: skip
    confirm_children(session, [expected], seen_by="A provider", by=by, at=monday_morning)
    finish_register(make_register(session, group), by=people.tess, at=monday_morning)

    assert Mark.objects.get(pupil=pupil, session=session).code == "B"
