"""Detentions: offered for lateness by the policy, given for a truancy or by hand, attended or missed, cancelled.

A missed one brings the next sanction at once (WAT-3.19, JTM-8.12). Nothing here touches a register.
"""

import datetime as dt
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from absence.actions.tasks import ask_for, drop_task
from absence.models import Detention, LatenessFinding, Task, TruancyAlert
from absence.queries import detentions as queries
from absence.queries.tasks import OPEN
from absence.queries.truancy import tasks_of
from absence.rules.lateness import next_sanction
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.roles import Role
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.policy.absence_procedure import Truancy
from attendance_mat.policy.lateness import LatenessSteps
from attendance_mat.policy.school_day import InspectionHours
from attendance_mat.trust.policy import policy_for
from attendance_mat.trust.queries import current_school
from attendance_mat.web.formats import day
from registers.actions.entering import require_not_family
from registers.models import Pupil
from registers.queries.sessions import nth_school_day_after
from registers.rules.calendar import LONDON

State = Detention.State
OVER: Final = "This detention is over already: {}. Load the page again."
NOT_YET: Final = "This detention is still to come, on {}. Record who came once its day is here."
BEFORE_THE_LATE: Final = "A detention cannot be on a day before the late it is for, {}."
BEFORE_IT: Final = "A detention cannot be on a day before what it is for, {}."
IN_THE_PAST: Final = "A detention that is set now is today or on a later day."
SAY_WHAT_FOR: Final = "Say what the detention is for."
NO_DETENTIONS: Final = "The school's policy has no detentions, so none can be set. The trust sets the policy."
FOR_TRUANCY: Final = "Detention for truancy"
BY_HAND: Final = "Detention"
NO_REASON: Final = "Say why the detention is cancelled."
CANCELLED: Final = "The detention was cancelled: {}"
DECIDE: Final = "Decide what comes next: {} on {} was not attended, and the policy names nothing further."


@transaction.atomic
def offer_detention(
    finding: LatenessFinding, *, words: str, minutes: int, on: dt.date, by: Member, at: dt.datetime
) -> Detention:
    """Put a detention before the people who set them, for a day; the one that a finding has already is returned."""
    detention, is_new = Detention.objects.get_or_create(
        finding=finding,
        number=1,
        defaults={"pupil_id": finding.pupil_id, "words": words, "minutes": minutes, "on_date": on, "offered_at": at},
    )
    if is_new:
        _record_offered(detention, by=by, at=at)
    return detention


@transaction.atomic
def give_for_truancy(
    alert: TruancyAlert, *, starts: dt.datetime, minutes: int | None, by: Member, at: dt.datetime
) -> Detention:
    """Set the detention that a confirmed truancy brings, and return it (WAT-3.06)."""
    starts = starts.astimezone(LONDON)
    given = Detention.objects.create(
        pupil_id=alert.pupil_id, alert=alert, words=FOR_TRUANCY, minutes=minutes, on_date=starts.date(), offered_at=at
    )
    _record_offered(given, by=by, at=at)
    return set_detention(given, minutes=minutes, on_date=starts.date(), starts_at=starts.time(), by=by, at=at)


@transaction.atomic
def give_by_hand(
    pupil: Pupil, *, reason: str, minutes: int, on_date: dt.date, by: Member, at: dt.datetime,
    starts_at: dt.time | None = None, place: str = "",
) -> Detention:  # fmt: skip
    """Set a detention for what somebody gives as the reason, without a step of lateness or a truancy.

    Raises ValidationError where the school's policy has no detentions, and by field.
    """
    require_not_family(pupil.pk, by=by)
    if not policy_has_detentions(at.astimezone(LONDON).date()):
        raise ValidationError(NO_DETENTIONS)
    if not reason.strip():
        raise ValidationError({"reason": SAY_WHAT_FOR})
    if on_date < at.astimezone(LONDON).date():
        raise ValidationError({"on_date": IN_THE_PAST})
    given = Detention.objects.create(
        pupil=pupil, reason=reason.strip(), words=BY_HAND, minutes=minutes, on_date=on_date, offered_at=at
    )
    _record_offered(given, by=by, at=at)
    return set_detention(given, minutes=minutes, on_date=on_date, starts_at=starts_at, place=place, by=by, at=at)


def policy_has_detentions(on: dt.date) -> bool:
    """Say whether the school's policy of a day gives detentions, for lateness or for truancy."""
    policy = policy_for(current_school())
    return policy.terms(LatenessSteps, on=on).has_detentions or policy.terms(Truancy, on=on).work_set


def _record_offered(detention: Detention, *, by: Member, at: dt.datetime) -> None:
    record(Event.DETENTION_OFFERED, detention, by=by, at=at, pupil=detention.pupil_id, minutes=detention.minutes)


@transaction.atomic
def set_detention(
    detention: Detention, *, minutes: int | None, on_date: dt.date, by: Member, at: dt.datetime,
    starts_at: dt.time | None = None, place: str = "",
) -> Detention:  # fmt: skip
    """Set a detention, or set it anew: how long, on which day, when and where. Raises ValidationError by field."""
    detention = _open(detention, by=by)
    if on_date < detention.since:
        before = BEFORE_THE_LATE if detention.finding else BEFORE_IT
        raise ValidationError({"on_date": before.format(day(detention.since))})
    detention.state, detention.minutes, detention.on_date = State.SET, minutes, on_date
    detention.starts_at, detention.place = starts_at, place
    detention.set_at, detention.set_by, detention.set_by_name = at, by.user, by.name
    detention.save(
        update_fields=["state", "minutes", "on_date", "starts_at", "place", "set_at", "set_by", "set_by_name"]
    )
    record(Event.DETENTION_SET, detention, by=by, at=at, pupil=detention.pupil_id, minutes=minutes)
    return detention


@transaction.atomic
def record_attended(detention: Detention, *, by: Member, at: dt.datetime) -> Detention:
    """Record that the pupil came. A second press changes nothing; one that was settled otherwise is refused."""
    return _settle(detention, State.ATTENDED, event=Event.DETENTION_ATTENDED, by=by, at=at)


@transaction.atomic
def record_missed(detention: Detention, *, by: Member, at: dt.datetime) -> Detention:
    """Record that the pupil did not attend, and schedule the next sanction of the policy, once.

    After the last one the head of year is asked to decide. Source: WAT-3.19, JTM-8.12.
    """
    before = queries.locked(detention)
    settled = _settle(detention, State.MISSED, event=Event.DETENTION_MISSED, by=by, at=at)
    if before.state != State.MISSED:
        _go_on(settled, by=by, at=at)
    return settled


@transaction.atomic
def cancel_detention(detention: Detention, *, because: str, by: Member, at: dt.datetime) -> Detention:
    """Cancel a detention with a reason, in whichever way it stood before it was over."""
    if not because.strip():
        raise ValidationError({"because": NO_REASON})
    detention = queries.locked(detention)
    if detention.state == State.CANCELLED:
        return detention
    detention = _open(detention, by=by)
    detention.cancelled_because = because.strip()
    if detention.alert:
        for task in tasks_of(detention.alert).filter(OPEN, kind=Task.Kind.SET_WORK):
            drop_task(task, because=CANCELLED.format(because.strip()), by=by, at=at)
    return _write(detention, State.CANCELLED, event=Event.DETENTION_CANCELLED, by=by, at=at)


def _settle(detention: Detention, state: str, *, event: Event, by: Member, at: dt.datetime) -> Detention:
    detention = queries.locked(detention)
    if detention.state == state:
        return detention
    detention = _open(detention, by=by)
    if detention.on_date > at.astimezone(LONDON).date():
        raise ValidationError(NOT_YET.format(day(detention.on_date)))
    return _write(detention, state, event=event, by=by, at=at)


def _open(detention: Detention, *, by: Member) -> Detention:
    """Return a detention locked; refuse one that is over, and one of the member's own family (decision 10)."""
    detention = queries.locked(detention)
    if not detention.is_open:
        raise ValidationError(OVER.format(detention.get_state_display().lower()))
    require_not_family(detention.pupil_id, by=by)
    return detention


def _write(detention: Detention, state: str, *, event: Event, by: Member, at: dt.datetime) -> Detention:
    detention.state = state
    detention.settled_at, detention.settled_by, detention.settled_by_name = at, by.user, by.name
    detention.save(update_fields=["state", "settled_at", "settled_by", "settled_by_name", "cancelled_because"])
    record(event, detention, by=by, at=at, pupil=detention.pupil_id)
    return detention


def _go_on(missed: Detention, *, by: Member, at: dt.datetime) -> None:
    """Set the sanction that follows a missed detention, or ask the head of year where the policy names none."""
    policy = policy_for(current_school())
    terms, today = policy.terms(LatenessSteps, on=missed.on_date), at.astimezone(LONDON).date()
    following = next_sanction(terms, missed.number)
    if following:
        on = nth_school_day_after(today, following.after_school_days)
        minutes = following.minutes or missed.minutes
        next_one = Detention.objects.create(
            pupil=missed.pupil, finding=missed.finding, alert=missed.alert, reason=missed.reason, series=missed.series,
            number=missed.number + 1, words=following.words, minutes=minutes, on_date=on, offered_at=at,
        )  # fmt: skip
        _record_offered(next_one, by=by, at=at)
        set_detention(next_one, minutes=minutes, on_date=on, by=by, at=at)
        return
    on = nth_school_day_after(today, 1)
    ask_for(
        Task.Kind.OTHER,
        words=DECIDE.format(missed.words, day(missed.on_date)),
        origin=f"detention {missed.pk} missed",
        due_at=dt.datetime.combine(on, policy.terms(InspectionHours, on=on).closes, tzinfo=LONDON),
        by=by,
        at=at,
        of=Role.HEAD_OF_YEAR,
        pupil=missed.pupil,
    )
