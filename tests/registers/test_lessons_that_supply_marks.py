"""A lesson's register that takes a session's registration too, where the school's policy names its period."""

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

from django.test import Client

from attendance_mat.audit.models import AuditEvent, Event
from registers.actions.deciding_lessons import LessonEntry
from registers.actions.entering import Entry
from registers.actions.saving import save_marks
from registers.actions.taking_lessons import (
    finish_lesson_register,
    mark_everyone_else_there,
    open_lesson_register,
    save_lesson_marks,
    undo_everyone_else_there,
)
from registers.models import (
    Contradiction,
    ExpectedMark,
    LessonMark,
    LessonRegister,
    Mark,
    MarkAmendment,
    Pupil,
    Register,
)
from tests.clauses.schools import adopt
from tests.factories import make_pupil, make_register, make_session
from tests.registers.first_period import TODAY, First, at, first
from tests.registers.lessons import make_lesson, make_period, make_teaching_group

__all__ = ["adopt", "first"]

Browse = Callable[[str], Client]
Moment = Callable[[dt.datetime], None]


def test_one_save_sets_the_lesson_s_marks_and_the_statutory_ones_in_each_class_s_register(first: First) -> None:
    first.save(at(8, 47), "/", "N", "/")
    assert first.standing() == ["/", "N", "/"]
    assert list(LessonMark.objects.order_by("pupil__forename").values_list("code", flat=True)) == ["/", "N", "/"]
    # Each in the register of its own class, taken by the teacher and by way of the lesson
    assert set(Register.objects.values_list("group__name", "taken_by")) == {
        ("9A", first.people.tess.user_id), ("9B", first.people.tess.user_id),
    }  # fmt: skip
    assert set(Mark.objects.values_list("source", "made_by_name")) == {("lesson", first.people.tess.name)}
    assert AuditEvent.objects.filter(kind=Event.MARKS_SAVED).count() == 2


def test_who_came_late_is_l_or_u_by_the_statutory_register_s_own_close(first: First) -> None:
    closes = make_register(first.session, first.groups[0]).closes_at
    until_close = (closes - first.register.starts_at) // dt.timedelta(minutes=1)
    when = closes + dt.timedelta(minutes=10)
    first.save(when, "L", minutes_late=until_close)
    first.save(when, "", "L", minutes_late=until_close + 1)
    assert first.standing() == ["L", "U", "."]
    assert list(Mark.objects.order_by("code").values_list("minutes_late", flat=True)) == [
        until_close, until_close + 1,
    ]  # fmt: skip


def test_who_is_elsewhere_on_site_is_present(first: First) -> None:
    first.save(at(8, 47), "ES", place="Nurse")
    assert first.standing()[0] == "/"


def test_a_change_of_the_lesson_s_mark_corrects_the_statutory_one_it_made(first: First) -> None:
    first.save(at(8, 47), "N")
    first.save(at(8, 50), "L", base=1, minutes_late=5)
    assert first.standing()[0] == "L"
    change = MarkAmendment.objects.get()
    assert (change.kind, change.original_code, change.source) == ("correction", "N", "lesson")


def test_what_someone_else_entered_stays_and_the_page_says_so(first: First, browse: Browse) -> None:
    ada = first.pupils[0]
    register = make_register(first.session, first.groups[0])
    entry = Entry(ada.pk, "M", base=0, made_at=at(8, 46))
    save_marks(register, [entry], key=uuid4(), digest="", by=first.people.alma, at=at(8, 46))
    first.save(at(8, 47), "/", "/", "/")
    assert first.standing() == ["M", "/", "/"]
    html = browse("tess").get(f"/s/alder-primary/lesson-registers/{first.register.pk}/").content.decode()
    assert "In this school period 1 takes the registration of the morning" in html
    assert html.count("The statutory mark stays as it is") == 1


def test_after_the_statutory_close_a_correction_of_the_lesson_leaves_the_statutory_mark(first: First) -> None:
    first.save(at(8, 47), "N")
    closes = Register.objects.get().closes_at
    first.save(closes + dt.timedelta(minutes=5), "/", base=1)
    assert first.standing()[0] == "N"
    assert LessonMark.objects.get().code == "/"


def test_who_arrives_after_the_statutory_close_is_u_by_an_amendment_with_its_reason(first: First) -> None:
    first.save(at(8, 47), "N")
    closes = Register.objects.get().closes_at
    late = (closes - first.register.starts_at) // dt.timedelta(minutes=1) + 5
    first.save(closes + dt.timedelta(minutes=5), "L", base=1, minutes_late=late)
    assert first.standing()[0] == "U"
    assert MarkAmendment.objects.get().reason == "Came to the lesson late."


def test_everyone_else_and_its_undoing_reach_the_statutory_marks(first: First) -> None:
    first.it_is(at(8, 48))
    first.save(at(8, 47), "N")
    mark_everyone_else_there(first.register, number=2, by=first.people.tess, at=at(8, 48))
    assert first.standing() == ["N", "/", "/"]
    undo_everyone_else_there(first.register, by=first.people.tess, at=at(8, 49))
    assert first.standing() == ["N", ".", "."]


def test_finishing_the_lesson_finishes_the_class_s_register_only_where_nobody_is_left(first: First) -> None:
    make_pupil(forename="Dee", group=first.groups[1], dob=dt.date(2013, 3, 4), year=9)  # in another lesson
    first.save(at(8, 47), "/", "/", "/")
    finish_lesson_register(first.register, by=first.people.tess, at=at(8, 50))
    finished = dict(Register.objects.values_list("group__name", "finished_by"))
    assert finished == {"9A": first.people.tess.user_id, "9B": None}


def test_a_child_not_expected_who_came_is_present_and_the_office_is_told(first: First) -> None:
    by = first.people.alma
    ExpectedMark.objects.create(
        pupil=first.pupils[0], from_date=TODAY, until_date=TODAY + dt.timedelta(days=1), code="I", origin="office",
        granted_by=by.user, granted_by_name=by.name, granted_by_role=by.role, granted_at=at(8, 0),
    )  # fmt: skip
    first.save(at(8, 47), "/")
    assert first.standing()[0] == "/"
    assert Contradiction.objects.count() == 1


def test_another_period_supplies_nothing(first: First) -> None:
    second = make_lesson(make_teaching_group("9/En", *first.pupils), make_period(2), teacher=first.people.tess.user)
    first.it_is(at(9, 50))
    register = open_lesson_register(second, TODAY, by=first.people.tess, at=at(9, 50))
    mark_everyone_else_there(register, number=3, by=first.people.tess, at=at(9, 50))
    finish_lesson_register(register, by=first.people.tess, at=at(9, 50))
    assert first.standing() == [".", ".", "."]
    assert LessonRegister.objects.get(pk=register.pk).finished_at


def test_nothing_is_supplied_before_the_afternoon_begins_and_it_follows_with_the_next_save(
    first: First, it_is: Moment
) -> None:
    session = make_session(TODAY, "pm")
    period = make_period(3)
    four = type(period).objects.create(
        name="P4", weekday=0, starts=dt.time(13, 40), ends=dt.time(14, 40), from_date=period.from_date
    )
    lesson = make_lesson(make_teaching_group("9/Hi", *first.pupils), four, teacher=first.people.tess.user)
    it_is(at(13, 42))
    register = open_lesson_register(lesson, TODAY, by=first.people.tess, at=at(13, 42))

    def save(pupil: Pupil, when: dt.datetime) -> None:
        entry = LessonEntry(pupil.pk, "/", 0, when)
        save_lesson_marks(register, [entry], key=uuid4(), digest="", by=first.people.tess, at=when)

    save(first.pupils[0], at(13, 42))
    assert not Mark.objects.filter(session=session).exists()
    it_is(at(13, 51))
    save(first.pupils[1], at(13, 51))
    assert list(Mark.objects.filter(session=session).values_list("code", flat=True)) == ["\\", "\\"]


def test_the_statutory_register_says_that_a_lesson_s_made_its_marks(first: First, browse: Browse) -> None:
    first.save(at(8, 47), "/", "/", "/")
    register = Register.objects.get(group=first.groups[0])
    html = browse("alma").get(f"/s/alder-primary/registers/{register.pk}/").content.decode()
    assert "2 of these marks were first made in a lesson" in html


def test_a_second_press_opens_fills_and_finishes_nothing_more(first: First) -> None:
    lesson, by, now = first.register.lesson, first.people.tess, at(8, 48)
    first.it_is(now)
    assert open_lesson_register(lesson, TODAY, by=by, at=now) == first.register
    assert [mark_everyone_else_there(first.register, number=3, by=by, at=now) for _ in range(2)] == [3, 0]
    finished = [finish_lesson_register(first.register, by=by, at=at(8, 49 + n)).finished_at for n in range(2)]
    assert finished == [at(8, 49)] * 2
    events = AuditEvent.objects.filter(
        kind__in=[Event.LESSON_REGISTER_OPENED, Event.LESSON_EVERYONE_ELSE_PRESENT, Event.LESSON_REGISTER_FINISHED]
    )
    assert len(set(events.values_list("kind", flat=True))) == events.count() == 3
