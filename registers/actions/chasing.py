"""Asking for a register that is out, and sending somebody to look. Source: WAT-3.17."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import User
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.chasing import RegisterChasing
from registers.actions.outstanding import OutRegister
from registers.models import Group, PresenceCheck, RegisterReminder, TimetabledLesson
from registers.queries.chasing import checks_of, people_to_remind, reminders_of
from registers.rules.chasing import why_not_remind

NO_ADDRESS = ".invalid"  # of machines and of cover persons, who have none


@transaction.atomic
def remind(out: OutRegister, *, policy: Policy, by: Member, at: dt.datetime) -> RegisterReminder:
    """Ask for a register that is out: it shows on its takers' pages, and goes to those who have an address by e-mail.

    Raises ValidationError where marks are saved in it, where it is not due yet, or where it was asked for just now.
    """
    _take_turns(out)
    last = reminders_of(out.date).get(out.key)
    minutes = policy.terms(RegisterChasing, on=out.date).again_after_minutes
    why = why_not_remind(out.state, last_at=last.sent_at if last else None, at=at, again_after=minutes)
    if why:
        raise ValidationError(why)
    people = people_of(out)
    by_mail = any(not person.email.endswith(NO_ADDRESS) for person in people)
    made = RegisterReminder.objects.create(
        **_names(out),
        to=", ".join(person.name for person in people)[:500],
        mail=RegisterReminder.Mail.WAITING if by_mail else RegisterReminder.Mail.NONE,
        sent_at=at,
        sent_by=by.user,
        sent_by_name=by.name,
        sent_by_role=by.role,
    )
    mailed_to = [person.pk for person in people if not person.email.endswith(NO_ADDRESS)]
    record(Event.REGISTER_REMINDED, made, by=by, at=at, register=out.key, date=out.date.isoformat(), people=mailed_to)
    return made


@transaction.atomic
def send_to_look(out: OutRegister, *, way: PresenceCheck.Way, by: Member, at: dt.datetime) -> PresenceCheck:
    """Record that a slip or an ambassador went to a class whose register is out; one at a time for each register."""
    _take_turns(out)
    there = checks_of(out.date).get(out.key)
    if there and not there.found:
        message = "Somebody is on the way to this class already: say what they found first."
        raise ValidationError(message)
    made = PresenceCheck.objects.create(
        **_names(out), way=way, sent_at=at, sent_by=by.user, sent_by_name=by.name, sent_by_role=by.role
    )
    record(Event.PRESENCE_CHECK_SENT, made, by=by, at=at, register=out.key, date=out.date.isoformat(), way=str(way))
    return made


@transaction.atomic
def answer_check(check: PresenceCheck, *, found: PresenceCheck.Found, by: Member, at: dt.datetime) -> PresenceCheck:
    """Record what was found in the class. What was found stands: a second press changes nothing."""
    check = PresenceCheck.objects.select_for_update().get(pk=check.pk)
    if not check.found:
        check.found, check.found_at, check.found_by, check.found_by_name = found, at, by.user, by.name
        check.save(update_fields=["found", "found_at", "found_by", "found_by_name"])
        record(Event.PRESENCE_CHECK_ANSWERED, check, by=by, at=at, found=str(found))
    return check


@transaction.atomic
def note_mail(reminder: RegisterReminder, *, was_sent: bool, at: dt.datetime) -> None:
    """Record whether a reminder's e-mail went."""
    reminder.mail = RegisterReminder.Mail.SENT if was_sent else RegisterReminder.Mail.FAILED
    reminder.mailed_at = at
    reminder.save(update_fields=["mail", "mailed_at"])


def people_of(out: OutRegister) -> list[User]:
    """Return who is to take a register that is out. Two queries."""
    lesson = out.lesson
    return people_to_remind(
        out.date,
        half=out.half,
        group_id=None if lesson else out.group.pk,
        lesson_id=lesson.pk if lesson else None,
        teacher_id=lesson.teacher_id if lesson else None,
    )


def _names(out: OutRegister) -> dict[str, object]:
    return {"date": out.date, "half": out.half, "group": None if out.lesson else out.group, "lesson": out.lesson}


def _take_turns(out: OutRegister) -> None:
    """Hold the register's group or lesson until the transaction ends: two who press at once take turns."""
    model: type[Group | TimetabledLesson] = TimetabledLesson if out.lesson else Group
    list(model.objects.select_for_update(of=("self",)).filter(pk=(out.lesson or out.group).pk).values_list("pk"))
