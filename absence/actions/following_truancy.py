"""What people do about a truancy alert: ring the parents, pass it to safeguarding, confirm it with its sanction."""

import datetime as dt
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from absence.actions.detentions import give_for_truancy
from absence.actions.parent_contacts import log_parent_contact
from absence.actions.tasks import ask_for, do_task, person_or
from absence.actions.truancy import terms
from absence.models import ParentContact, Task, TruancyAlert, TruancyCall
from absence.queries import truancy as queries
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.roles import Role
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from registers.actions.entering import require_not_family, school_policy, starts_at
from registers.models import Contact, Session
from registers.queries.telling import contact_facts, pupil_facts
from registers.rules.calendar import LONDON, Half
from registers.rules.telling import Purpose, may_be_told

TRIED: Final = "Rung about a truancy alert; nobody answered."
NOBODY_RUNG: Final = "Nobody has been rung yet: write down each call first."
SAY_WHY: Final = "Write down the reason that the parent gave, or that none was given."
SANCTION: Final = "Write down the sanction: the policy asks for one with each truancy that is confirmed."
DETENTION: Final = (
    "Say when the detention is, at a time still to come, so that the lesson's teacher can set work for it."
)
UNREACHED: Final = "unreached"
LINKED: Final = "linked"
NEVER_CONFIRMED: Final = {
    TruancyAlert.Ending.WITHDRAWN: "This alert was withdrawn: there is no truancy to confirm.",
    TruancyAlert.Ending.JOINED: "This alert goes on in the one raised before it that day: confirm that one.",
}
WORK: Final = (
    "Set work for a detention at {0:%H:%M on %-d %B %Y}: the pupil missed your lesson of {1:%-d %B}, period {2}."
)


@transaction.atomic
def log_call(
    alert: TruancyAlert, contact: Contact, *, reached: bool, words: str, by: Member, at: dt.datetime
) -> TruancyCall:
    """Record a call to a parent, in the log of contact too; one that reached somebody does the task to ring.

    Raises ValidationError for somebody who may not be told (decision 11).
    """
    alert = queries.locked(alert)
    require_not_family(alert.pupil_id, by=by)
    decision = may_be_told(contact_facts(contact), pupil_facts(alert.pupil), Purpose.CALL, released=True)
    if contact.pupil_id != alert.pupil_id or not decision.allowed:
        raise ValidationError({"contact": "Choose a contact who may be rung about this pupil."})
    if reached and not words.strip():
        raise ValidationError({"words": SAY_WHY})
    call = TruancyCall.objects.create(
        alert=alert, contact=contact, reached=reached, words=words.strip(), called_at=at, called_by=by.user,
        called_by_name=by.name, called_by_role=by.role,
    )  # fmt: skip
    record(Event.TRUANCY_CALLED, alert, by=by, at=at, pupil=alert.pupil_id, reached=reached)
    log_parent_contact(
        alert.pupil, contact=contact, made_at=at, channel=ParentContact.Channel.CALL, by=by, at=at,
        outcome=ParentContact.Outcome.SPOKE if reached else ParentContact.Outcome.NO_ANSWER,
        words=words.strip() or TRIED,
    )  # fmt: skip
    if reached:
        for task in Task.objects.filter(origin=str(alert), kind=Task.Kind.CONTACT, dropped_at__isnull=True):
            do_task(task, outcome=f"Rung: {words.strip()}", by=by, at=at)
    return call


@transaction.atomic
def say_unreached(alert: TruancyAlert, *, by: Member, at: dt.datetime) -> TruancyAlert:
    """Record that the parents were not reached, and pass the alert on to whom the policy names (ALP-10.04)."""
    alert = queries.locked(alert)
    require_not_family(alert.pupil_id, by=by)
    if alert.unreached_at:
        return alert
    if not alert.calls.exists():
        raise ValidationError(NOBODY_RUNG)
    alert.unreached_at, alert.unreached_by_name = at, by.name
    alert.save(update_fields=["unreached_at", "unreached_by_name"])
    record(Event.TRUANCY_UNREACHED, alert, by=by, at=at, pupil=alert.pupil_id)
    words = f"{alert.get_kind_display()}, and the parents could not be reached. Last seen: {alert.last_seen}."
    _pass_on(alert, UNREACHED, Role(terms(alert.date).unreached), words, by=by, at=at)
    return alert


@transaction.atomic
def link_to_safeguarding(alert: TruancyAlert, *, by: Member, at: dt.datetime) -> TruancyAlert:
    """Mark an alert as linked to safeguarding, which puts it before the safeguarding lead at once (AET-10.04)."""
    alert = queries.locked(alert)
    require_not_family(alert.pupil_id, by=by)
    if alert.linked_at:
        return alert
    alert.linked_at, alert.linked_by_name = at, by.name
    alert.save(update_fields=["linked_at", "linked_by_name"])
    record(Event.TRUANCY_LINKED, alert, by=by, at=at, pupil=alert.pupil_id)
    words = f"{alert.get_kind_display()}: {by.name} sees a link to safeguarding. Last seen: {alert.last_seen}."
    _pass_on(alert, LINKED, Role.SAFEGUARDING_LEAD, words, by=by, at=at)
    return alert


def _pass_on(alert: TruancyAlert, way: str, role: Role, words: str, *, by: Member, at: dt.datetime) -> None:
    """Ask for a look at once, of each way of passing on by itself: the parents unreached, a link seen."""
    ask_for(
        Task.Kind.SAFEGUARDING, words=words, origin=f"{alert}, {way}", due_at=at, by=by, at=at, of=role,
        pupil=alert.pupil,
    )  # fmt: skip


@transaction.atomic
def confirm_truancy(
    alert: TruancyAlert, *, sanction: str, detention_at: dt.datetime | None, minutes: int | None = None, by: Member,
    at: dt.datetime,
) -> TruancyAlert:  # fmt: skip
    """Confirm that a pupil truanted. Where the policy asks for it, with the sanction and the detention's time, for
    which the lesson's teacher is asked to set work before it (WAT-3.06). A second press changes nothing."""
    alert = queries.locked(alert)
    require_not_family(alert.pupil_id, by=by)
    if alert.confirmed_at:
        return alert
    _require_confirmable(alert, sanction, detention_at, at)
    alert.confirmed_at, alert.confirmed_by = at, by.user
    alert.confirmed_by_name, alert.confirmed_by_role = by.name, by.role
    alert.sanction = sanction.strip()
    alert.save(update_fields=["confirmed_at", "confirmed_by", "confirmed_by_name", "confirmed_by_role", "sanction"])
    record(Event.TRUANCY_CONFIRMED, alert, by=by, at=at, pupil=alert.pupil_id, date=alert.date.isoformat())
    if detention_at:
        give_for_truancy(alert, starts=detention_at, minutes=minutes, by=by, at=at)
        if terms(alert.date).work_set:
            _ask_for_work(alert, detention_at, by=by, at=at)
    return alert


def _require_confirmable(alert: TruancyAlert, sanction: str, detention_at: dt.datetime | None, at: dt.datetime) -> None:
    if alert.ending in NEVER_CONFIRMED:
        raise ValidationError(NEVER_CONFIRMED[TruancyAlert.Ending(alert.ending)])
    faults = {}
    if terms(alert.date).work_set and not sanction.strip():
        faults["sanction"] = SANCTION
    if detention_at and detention_at <= at:
        faults["detention_at"] = DETENTION
    if alert.lesson and terms(alert.date).work_set and detention_at is None:
        faults["detention_at"] = DETENTION
    if faults:
        raise ValidationError(faults)


def _ask_for_work(alert: TruancyAlert, detention_at: dt.datetime, *, by: Member, at: dt.datetime) -> None:
    """Ask the teacher of each lesson missed for work by the start of the detention's day, or now if that is today.

    Where there is no teacher, or they may not find the pupil, the head of year is asked.
    """
    day = detention_at.astimezone(LONDON)
    begins = starts_at(Session(date=day.date(), half=Half.AM), policy=school_policy())
    due_at = max(at, begins) if begins < detention_at else at
    for missed in queries.lessons_missed(alert):
        teacher = missed.lesson.teacher or missed.taken_by
        ask_for(
            Task.Kind.SET_WORK, words=WORK.format(day, alert.date, missed.lesson.period.name),
            origin=f"{alert}, lesson {missed.pk}", due_at=due_at, by=by, at=at,
            of=person_or(Role.HEAD_OF_YEAR, teacher, alert.pupil, at=at), pupil=alert.pupil,
        )  # fmt: skip
