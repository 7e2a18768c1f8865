"""When a truancy alert is raised, once, and when it ends by itself."""

import dataclasses
import datetime as dt
from uuid import uuid4

import pytest

from absence.actions import truancy
from absence.actions.truancy import look_at_lesson_marks, look_for_overdue
from absence.models import Task, TruancyAlert
from attendance_mat.accounts.member import machine
from attendance_mat.accounts.roles import Role
from attendance_mat.audit.models import AuditEvent, Event, HandledEvent
from attendance_mat.audit.record import record
from registers.actions.entering import Entry, school_policy, starts_at
from registers.actions.exams import Sitting, set_up_exam
from registers.actions.moving import move
from registers.actions.saving import save_marks
from registers.actions.taking import close_register, finish_register
from registers.models import ExpectedMark, Pupil, Register
from registers.rules.calendar import Half
from registers.rules.movements import MovementKind
from tests.absence.truancy import TODAY, Watched, adopt, at, watched
from tests.factories import make_group, make_mark, make_register, make_session

__all__ = ["adopt", "watched"]


def test_one_present_at_registration_and_missing_from_a_lesson_is_looked_for(watched: Watched) -> None:
    watched.say(1, "/", at(8, 50))
    watched.say(2, "N", at(9, 50))
    alert = TruancyAlert.objects.get()
    assert (alert.pupil, alert.kind, alert.lesson) == (watched.pupil, "lesson", watched.lesson(2))
    assert alert.last_seen == "Period 1, Maths, M1, 08:50, by Tess Lindqvist"
    assert alert.last_seen_at == at(8, 50)
    assert watched.tasks() == {("contact", "attendance_officer", "")}


def test_an_alert_about_a_hidden_pupil_is_put_before_the_safeguarding_lead_once_for_each_thing_to_do(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = truancy.terms(TODAY)
    roles = (Role.ATTENDANCE_OFFICER, Role.HEAD_OF_YEAR, Role.OFFICE, Role.HEADTEACHER)
    monkeypatch.setattr(truancy, "terms", lambda _on: dataclasses.replace(said, alerts=roles))
    Pupil.objects.filter(pk=watched.pupil.pk).update(hidden=True)
    watched.say(2, "N", at(9, 50))
    lead = "safeguarding_lead"
    assert watched.tasks() == {("contact", lead, ""), ("other", lead, ""), ("other", "headteacher", "")}
    assert Task.objects.count() == 3
    watched.say(2, "/", at(9, 53))
    assert watched.tasks() == set()


def test_the_alert_follows_within_a_minute_of_the_press(watched: Watched) -> None:
    watched.say(2, "N", at(9, 50))
    pressed = AuditEvent.objects.get(kind=Event.LESSON_MARKS_SAVED)
    handled = HandledEvent.objects.get(event=pressed, consumer="absence.truancy-in-lessons")
    assert TruancyAlert.objects.get().raised_at - pressed.at <= dt.timedelta(minutes=1)
    assert handled.handled_at - pressed.at <= dt.timedelta(minutes=1)


def test_where_they_were_last_seen_is_registration_where_no_lesson_had_them(watched: Watched) -> None:
    watched.say(2, "N", at(9, 50))
    assert TruancyAlert.objects.get().last_seen == "Morning registration of 9A, 08:35, by Tess Lindqvist"


def test_each_alert_is_raised_once_however_often_the_mark_is_saved(watched: Watched) -> None:
    watched.say(2, "N", at(9, 50))
    watched.told(at(9, 52))
    marks = list(watched.lesson(2).marks.values_list("pk", flat=True))
    assert look_at_lesson_marks(marks, by=watched.people.tess, at=at(9, 55)) == []
    assert watched.alerts() == [("lesson", "")]


def test_one_absent_at_registration_is_not_looked_for(watched: Watched) -> None:
    watched.amend("I", at(9, 30))
    watched.say(2, "N", at(9, 50))
    assert watched.alerts() == []


def test_one_seen_in_an_earlier_lesson_is_looked_for_though_registration_missed_them(watched: Watched) -> None:
    watched.amend("N", at(8, 40))
    watched.say(1, "L", at(8, 55), minutes_late=10)
    watched.say(2, "N", at(9, 50))
    assert watched.alerts() == [("lesson", "")]


def test_a_corrected_mark_withdraws_the_alert_and_its_tasks_and_may_raise_it_again(watched: Watched) -> None:
    watched.say(2, "N", at(9, 50))
    watched.say(2, "/", at(9, 53))
    assert watched.alerts() == [("lesson", "withdrawn")]
    assert watched.tasks() == set()
    watched.say(2, "N", at(9, 58))
    assert watched.alerts() == [("lesson", "withdrawn"), ("lesson", "")]
    assert watched.tasks() == {("contact", "attendance_officer", "")}


def test_one_who_comes_late_ends_it_with_the_minutes(watched: Watched) -> None:
    watched.say(2, "N", at(9, 50))
    watched.say(2, "L", at(10, 0), minutes_late=15)
    alert = TruancyAlert.objects.get()
    assert (alert.ending, alert.minutes_late, alert.ended_by_name) == ("late", 15, "Absence")


def test_one_seen_in_a_later_lesson_is_found(watched: Watched) -> None:
    watched.say(2, "N", at(9, 50))
    watched.say(3, "/", at(11, 5))
    alert = TruancyAlert.objects.get()
    assert (alert.ending, alert.outcome) == ("found", "Period 3, 9A/3: there.")


def test_a_mark_of_an_earlier_lesson_ends_nothing(watched: Watched) -> None:
    watched.say(2, "N", at(9, 50))
    watched.say(1, "/", at(9, 55))
    assert watched.alerts() == [("lesson", "")]


def test_a_reason_found_at_registration_ends_it(watched: Watched) -> None:
    watched.say(2, "N", at(9, 50))
    watched.amend("M", at(10, 0))
    alert = TruancyAlert.objects.get()
    assert (alert.ending, alert.outcome) == ("explained", "The alert is over: not in.")


def test_a_lesson_of_another_day_alerts_nobody(watched: Watched) -> None:
    watched.say(2, "N", at(9, 50))
    tuesday = at(9, 50) + dt.timedelta(days=1)
    watched.it_is(tuesday)
    marks = list(watched.lesson(2).marks.values_list("pk", flat=True))
    assert look_at_lesson_marks(marks, by=watched.people.tess, at=tuesday) == []


# The desk


def leave(watched: Watched, when: dt.datetime, kind: Event, *, permitted: bool = True) -> None:
    """Have the desk record that the pupil went out or came in."""
    watched.it_is(when)
    move_kind = MovementKind.IN if kind == Event.CAME_IN else MovementKind.OUT
    by = watched.people.alma
    moved = move(watched.pupil, move_kind, at=when, by=by, now=when, permitted=permitted)
    record(kind, moved, by=by, at=when, pupil=watched.pupil.pk)
    watched.told(when)


def test_one_signed_out_is_not_looked_for_and_an_alert_before_it_is_explained(watched: Watched) -> None:
    watched.say(2, "N", at(9, 50))
    leave(watched, at(9, 55), Event.SIGNED_OUT)
    alert = TruancyAlert.objects.get()
    assert (alert.ending, alert.outcome) == ("explained", "The alert is over: signed out.")
    # When a lesson's teacher looks for them, they are not expected, and no alert follows
    with pytest.raises(AssertionError, match="This child is not expected"):
        watched.say(3, "N", at(11, 5))
    assert watched.alerts() == [("lesson", "explained")]


def test_one_seen_leaving_without_permission_is_looked_for_until_they_come_in(watched: Watched) -> None:
    leave(watched, at(10, 10), Event.LEFT_WITHOUT_PERMISSION, permitted=False)
    assert watched.alerts() == [("not on site", "")]
    leave(watched, at(10, 40), Event.CAME_IN)
    alert = TruancyAlert.objects.get()
    assert (alert.ending, alert.outcome) == ("found", "Came in at the office.")


# Elsewhere on site


def test_elsewhere_on_site_suppresses_it_until_they_are_due_back(watched: Watched) -> None:
    watched.say(1, "ES", at(9, 0), place="Nurse", until_at=at(10, 30))
    watched.say(2, "N", at(9, 50))
    assert watched.alerts() == []


def test_one_not_back_when_due_is_looked_for_once(watched: Watched) -> None:
    by = machine("Absence", at=at(9, 0))
    watched.say(1, "ES", at(9, 0), place="Nurse", until_at=at(9, 20))
    assert look_for_overdue(by=by, at=at(9, 20)) == []
    assert [alert.last_seen for alert in look_for_overdue(by=by, at=at(9, 21))] == ["Nurse"]
    assert look_for_overdue(by=by, at=at(9, 22)) == []
    # When the teacher sees them again, it ends
    watched.say(1, "/", at(9, 25))
    assert watched.alerts() == [("overdue", "found")]


@pytest.mark.parametrize("code", ["/", "ES"])
def test_one_seen_in_a_later_lesson_is_not_overdue(watched: Watched, code: str) -> None:
    watched.say(1, "ES", at(9, 0), place="Nurse", until_at=at(9, 50))
    watched.say(2, code, at(9, 49), **({"place": "Music"} if code == "ES" else {}))
    assert look_for_overdue(by=watched.people.alma, at=at(9, 55)) == []


def test_a_later_time_to_be_back_keeps_an_overdue_alert_open(watched: Watched) -> None:
    watched.say(1, "ES", at(9, 0), place="Nurse", until_at=at(9, 20))
    look_for_overdue(by=watched.people.alma, at=at(9, 21))
    watched.say(1, "ES", at(9, 25), place="Nurse", until_at=at(9, 40))
    assert watched.alerts() == [("overdue", "")]


def test_one_who_sits_an_exam_is_not_missing_from_the_lesson(watched: Watched) -> None:
    sitting = Sitting("GCSE Mathematics", TODAY, Half.AM, dt.time(9, 30), dt.time(10, 30), "Hall")
    set_up_exam(sitting, [watched.pupil], by=watched.people.alma, at=at(8, 40))
    watched.say(2, "N", at(9, 50))
    assert watched.alerts() == []


# The afternoon


def afternoon(watched: Watched, code: str = "") -> Register:
    watched.it_is(at(13, 20))
    group, session = make_group("9A"), make_session(TODAY, "pm")
    register = make_register(session, group)
    if code:
        make_mark(watched.pupil, session, code, by=watched.people.tess, group=group, made_at=at(13, 20))
    return register


@pytest.mark.parametrize(("code", "raised"), [("N", True), ("\\", False), ("M", False)])
def test_one_here_in_the_morning_and_absent_in_the_afternoon_with_no_cause_is_looked_for(
    watched: Watched, code: str, raised: bool
) -> None:
    register = afternoon(watched, code)
    watched.it_is(at(13, 25))
    finish_register(register, by=watched.people.tess, at=at(13, 25))
    watched.told(at(13, 25))
    assert bool(watched.alerts()) is raised


def test_a_blank_is_an_absence_once_the_clock_has_closed_the_register(watched: Watched) -> None:
    register = afternoon(watched)
    when = register.closes_at + dt.timedelta(minutes=1)
    watched.it_is(when)
    close_register(register, by=machine("Register timer", at=when), at=when)
    watched.told(when)
    assert watched.alerts() == [("afternoon", "")]


def test_one_expected_away_in_the_afternoon_is_not_looked_for(watched: Watched) -> None:
    by = watched.people.alma
    ExpectedMark.objects.create(
        pupil=watched.pupil, from_date=TODAY, until_date=TODAY + dt.timedelta(days=1), halves="pm", code="M",
        origin="office", granted_by=by.user, granted_by_name=by.name, granted_by_role=by.role, granted_at=at(9),
    )  # fmt: skip
    register = afternoon(watched)
    when = register.closes_at + dt.timedelta(minutes=1)
    watched.it_is(when)
    close_register(register, by=machine("Register timer", at=when), at=when)
    watched.told(when)
    assert watched.alerts() == []


@pytest.mark.parametrize(
    ("code", "ending", "minutes"), [("M", "explained", None), ("\\", "withdrawn", None), ("U", "late", 60)]
)
def test_what_the_afternoon_s_mark_becomes_ends_it(
    watched: Watched, code: str, ending: str, minutes: int | None
) -> None:
    register = afternoon(watched, "N")
    watched.it_is(at(13, 25))
    finish_register(register, by=watched.people.tess, at=at(13, 25))
    watched.told(at(13, 25))
    when = at(14, 30)
    watched.it_is(when)
    arrived = {"arrived_at": _starts(register) + dt.timedelta(minutes=60)} if code == "U" else {}
    entry = Entry(watched.pupil.pk, code, base=1, made_at=when, reason="Came after all", **arrived)
    reply = save_marks(register, [entry], key=uuid4(), digest="", by=watched.people.alma, at=when)
    assert reply["rows"][0]["outcome"] == "saved", reply
    watched.told(when)
    alert = TruancyAlert.objects.get()
    assert (alert.ending, alert.minutes_late) == (ending, minutes)


def _starts(register: Register) -> dt.datetime:
    return starts_at(register.session, policy=school_policy())
