"""What the application's own role cannot do to a lesson mark, whatever SQL it runs."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from registers.models import LessonMark, LessonMarkAmendment, LessonRegister
from tests.factories import make_pupil
from tests.people import People
from tests.registers.lessons import (
    make_lesson,
    make_lesson_mark,
    make_lesson_register,
    make_period,
    make_teaching_group,
)

MONDAY = dt.date(2026, 11, 23)  # the day it is, at nine in the morning


@pytest.fixture
def register(people: People) -> LessonRegister:
    """Return a register of today's first lesson."""
    return make_lesson_register(make_lesson(make_teaching_group(), make_period()), MONDAY)


@pytest.fixture
def mark(register: LessonRegister, people: People) -> LessonMark:
    """Return an absence from it, as the application's role stored it."""
    mark = make_lesson_mark(make_pupil(), register, "N", by=people.tess)
    mark.save()
    return mark


def change(mark: LessonMark, code: str, people: People, *, kind: str = "amendment", **fields: object) -> None:
    """Change a lesson mark as the database sees it, past any rule of the rooms."""
    values = {"reason": "Came in late", "made_at": mark.made_at, "received_at": mark.made_at} | fields
    by = people.tess
    LessonMarkAmendment.objects.create(
        mark=mark, kind=kind, amended_code=code, source="teacher", amended_by=by.user, amended_by_name=by.name,
        amended_by_role=by.role, **values,
    )  # fmt: skip


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE registers_lessonmark SET code = '/'",
        "DELETE FROM registers_lessonmark",
        "TRUNCATE registers_lessonmark CASCADE",
        "UPDATE registers_lessonmarkamendment SET reason = 'x'",
        "DELETE FROM registers_lessonmarkamendment",
        "UPDATE registers_lessonregister SET ends_at = now() + interval '9 years'",
        "DELETE FROM registers_lessonregister",
        "UPDATE registers_timetabledlesson SET subject = 'x'",
        "UPDATE registers_timetableperiod SET starts = '06:00'",
        "SELECT change_lesson_mark()",
    ],
)
def test_the_application_has_no_right_to_alter_or_remove_what_is_recorded(mark: LessonMark, sql: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_an_amendment_keeps_what_the_mark_said(mark: LessonMark, people: People) -> None:
    change(mark, "L", people, amended_minutes_late=8, original_code="/")
    amendment = mark.amendments.get()
    mark.refresh_from_db()
    assert (mark.code, mark.minutes_late, mark.changes) == ("L", 8, 1)
    assert (amendment.original_code, amendment.number, amendment.reason) == ("N", 1, "Came in late")


@pytest.mark.parametrize(
    ("code", "fields", "why"),
    [
        ("/", {"reason": "  "}, "a_lesson_amendment_gives_a_reason"),
        ("", {}, "only_a_correction_clears_a_lesson_mark"),
        ("N", {}, "changes nothing"),
        ("L", {}, "a_late_lesson_mark_says_how_late"),
        ("ES", {"amended_place": " "}, "elsewhere_on_site_says_where"),
        ("I", {}, "a_lesson_mark_has_a_lesson_code"),
        ("/", {"made_at": dt.datetime(2027, 1, 1, tzinfo=dt.UTC)}, "in the future"),
    ],
)
def test_an_amendment_that_makes_no_sense_is_refused(
    mark: LessonMark, people: People, code: str, fields: dict[str, object], why: str
) -> None:
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        change(mark, code, people, **fields)


def test_a_correction_is_refused_once_the_register_is_finished(
    mark: LessonMark, register: LessonRegister, people: People
) -> None:
    LessonRegister.objects.update(finished_by=people.tess.user, finished_at=register.starts_at)
    with pytest.raises(IntegrityError, match="this is an amendment"), transaction.atomic():
        change(mark, "/", people, kind="correction")
    with pytest.raises(IntegrityError, match="stays finished"), transaction.atomic():
        LessonRegister.objects.update(finished_by=None, finished_at=None)


def test_a_mark_of_a_later_day_or_with_no_code_is_refused(register: LessonRegister, people: People) -> None:
    tomorrow = make_lesson_register(register.lesson, MONDAY + dt.timedelta(days=7))
    with pytest.raises(IntegrityError, match="future lesson"), transaction.atomic():
        make_lesson_mark(make_pupil(), tomorrow, "N", by=people.tess, made_at=register.starts_at).save()
    with pytest.raises(IntegrityError, match="needs a code"), transaction.atomic():
        make_lesson_mark(make_pupil(), register, "", by=people.tess).save()


def test_a_lesson_is_on_the_day_of_its_register(register: LessonRegister) -> None:
    with pytest.raises(IntegrityError, match="on the day of its register"), transaction.atomic():
        LessonRegister.objects.create(
            lesson=register.lesson, date=MONDAY + dt.timedelta(days=1), starts_at=register.starts_at,
            ends_at=register.ends_at, opened_at=register.starts_at,
        )  # fmt: skip
