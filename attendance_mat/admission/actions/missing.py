"""What people do about a child who may be missing education: open, tell, take steps, say untraced, close."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.permissions import Permission
from attendance_mat.admission.actions.telling import tell_of_untraced
from attendance_mat.admission.models import MissingEducation
from attendance_mat.admission.queries import missing as queries
from attendance_mat.admission.rules import missing as rules
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.trust.queries import current_school
from registers.actions.entering import require_not_family
from registers.models import Pupil
from registers.rules.calendar import LONDON


@transaction.atomic
def open_missing(
    pupil: Pupil, *, identified_on: dt.date, words: str = "", by: Member, at: dt.datetime
) -> MissingEducation:
    """Open a case with the checklist of the school's authority; where one is open, return that."""
    today = at.astimezone(LONDON).date()
    pupil = Pupil.objects.select_for_update(no_key=True).get(pk=pupil.pk)  # two who open take turns
    require_not_family(pupil.pk, by=by)
    if identified_on > today:
        raise ValidationError({"identified_on": "It cannot be after today. Give the day it was found."})
    if pupil.died_on is not None:
        message = "The register says that the pupil has died: no case is opened."
        raise ValidationError(message)
    standing = MissingEducation.objects.filter(pupil=pupil, closed_at__isnull=True).first()
    if standing is not None:
        return standing
    case = MissingEducation.objects.create(
        pupil=pupil,
        identified_on=identified_on,
        steps=rules.checklist(current_school().local_authority, on=today),
        words=words,
        opened_by=by.user,
        opened_by_name=by.name,
        opened_by_role=by.role,
        opened_at=at,
    )
    record(Event.MISSING_OPENED, case, by=by, at=at, pupil=pupil.pk)
    return case


@transaction.atomic
def record_told(
    case: MissingEducation, *, reported_on: dt.date | None, family_told_on: dt.date | None, by: Member, at: dt.datetime
) -> MissingEducation:
    """Record on which days the authority and the family were told (HCC-2.2.08, WAT-A2.05).

    Raises ValidationError by field: before the child was found missing, or after today.
    """
    case = _workable(case, by)
    wrong = {
        name: why
        for name, day in (("reported_on", reported_on), ("family_told_on", family_told_on))
        if day and (why := _wrong_day(day, case, at.astimezone(LONDON).date()))
    }
    if wrong:
        raise ValidationError(wrong)
    case.reported_on, case.family_told_on = reported_on, family_told_on
    case.save(update_fields=["reported_on", "family_told_on"])
    told: dict[str, Any] = {
        "reported_on": reported_on and reported_on.isoformat(),
        "family_told_on": family_told_on and family_told_on.isoformat(),
    }
    record(Event.MISSING_TOLD, case, by=by, at=at, pupil=case.pupil_id, **told)
    return case


@transaction.atomic
def take_step(case: MissingEducation, *, number: int, by: Member, at: dt.datetime) -> MissingEducation:
    """Record that a step of the checklist was taken, by whom and when; a second press changes nothing."""
    case = _workable(case, by)
    if not 0 <= number < len(case.steps):
        message = "That step is not in this case's list. Look at the list again."
        raise ValidationError(message)
    step = case.steps[number]
    if rules.is_the_leads(step) and not by.may(Permission.SEE_PROTECTION):
        message = "This step is the safeguarding lead's. Ask them to take it."
        raise ValidationError(message)
    if not step["done_on"]:
        step["done_on"], step["by"] = at.astimezone(LONDON).date().isoformat(), by.name
        case.save(update_fields=["steps"])
        record(Event.MISSING_STEP_DONE, case, by=by, at=at, pupil=case.pupil_id, step=number)
    return case


@transaction.atomic
def say_untraced(case: MissingEducation, *, by: Member, at: dt.datetime) -> MissingEducation:
    """Say that tracing has failed: the case goes to the safeguarding lead, with a step that is theirs (ALP-11.05)."""
    case = _workable(case, by)
    if case.untraced_at is None:
        case.untraced_at = at
        case.steps = [*case.steps, rules.untraced_step()]
        case.save(update_fields=["untraced_at", "steps"])
        record(Event.MISSING_UNTRACED, case, by=by, at=at, pupil=case.pupil_id)
        tell_of_untraced(at=at)
    return case


@transaction.atomic
def close_missing(case: MissingEducation, *, because: str, by: Member, at: dt.datetime) -> MissingEducation:
    """Close a case with what became of the child; refused while a step waits for the safeguarding lead."""
    case = queries.locked(case)
    if case.closed_at is not None:
        return case
    require_not_family(case.pupil_id, by=by)
    if any(rules.is_the_leads(step) for step in rules.waiting(case.steps)):
        message = "The child was said to be untraced: the safeguarding lead's step comes first."
        raise ValidationError(message)
    case.closed_at, case.closed_by, case.closed_because = at, by.user, because
    case.save(update_fields=["closed_at", "closed_by", "closed_because"])
    record(Event.MISSING_CLOSED, case, by=by, at=at, pupil=case.pupil_id)
    tell_of_untraced(at=at)
    return case


def _workable(case: MissingEducation, by: Member) -> MissingEducation:
    """Return the case held for a change; refuse a closed one, and one's own family's."""
    case = queries.locked(case)
    require_not_family(case.pupil_id, by=by)
    if case.closed_at is not None:
        message = "This case is closed: open another if the child is missing again."
        raise ValidationError(message)
    return case


def _wrong_day(day: dt.date, case: MissingEducation, today: dt.date) -> str:
    if day > today:
        return "It cannot be after today. Give the day they were told."
    if day < case.identified_on:
        return "It is before the day the child was found missing. Check both days."
    return ""
