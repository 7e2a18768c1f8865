"""The head's approval of a removal: the ground certified, the time on the roll ended, the authority's return made."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from attendance_mat.accounts.member import Member
from attendance_mat.admission.actions.leaving import require_open
from attendance_mat.admission.actions.own_groups import leave_with_the_roll
from attendance_mat.admission.actions.returns import make_return
from attendance_mat.admission.models import AuthorityReturn, Leaving
from attendance_mat.admission.queries import leaving as queries
from attendance_mat.admission.queries import returns
from attendance_mat.admission.queries.leaving import Looked
from attendance_mat.admission.rules import leaving_tests as rules
from attendance_mat.admission.rules import returns as return_rules
from attendance_mat.admission.rules.leaving_grounds import Of, ages_of
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.trust.queries import current_school
from registers.actions.entering import require_not_family
from registers.actions.importing_enrolments import keep_enrolments_in_step
from registers.models import GroupMember, PupilYear, RollPeriod
from registers.rules.calendar import LONDON


@transaction.atomic
def approve_leaving(leaving: Leaving, *, off_roll_on: dt.date, by: Member, at: dt.datetime) -> Leaving:
    """Certify that a removal's ground is met and end the pupil's time on the roll; every mark stays.

    Refused with what is missing until each of the ground's tests is met, and for a day in the past, on or before the
    ground's own, or on which a mark stands. A second press approves nothing more.
    Source: PR24 reg 9; statute.md R22 to R27.
    """
    leaving = queries.locked(leaving)
    if leaving.state == Leaving.State.APPROVED and leaving.off_roll_on == off_roll_on:
        return leaving
    require_open(leaving)
    require_not_family(leaving.roll_period.pupil_id, by=by)
    today = at.astimezone(LONDON).date()
    looked = _require_met(leaving, today)
    last_marked = queries.last_marked_on(leaving.roll_period.pupil)
    wrong = rules.wrong_day(off_roll_on, looked.standings, facts=looked.facts, last_marked=last_marked)
    if wrong:
        raise ValidationError({"off_roll_on": wrong})
    _approve(leaving, off_roll_on, rules.certificate(looked.ground), by=by, at=at)
    _end(leaving.roll_period, off_roll_on)
    leave_with_the_roll(leaving.roll_period.pupil_id, off_roll_on=off_roll_on, by=by, at=at)
    _tell_the_authority(leaving.roll_period, off_roll_on, at=at)
    detail = {"pupil": leaving.roll_period.pupil_id, "ground": leaving.ground, "off_roll_on": off_roll_on.isoformat()}
    record(Event.REMOVAL_APPROVED, leaving, by=by, at=at, **detail)
    return leaving


def _require_met(leaving: Leaving, today: dt.date) -> Looked:
    """Return how the removal stands; refuse one whose tests are not all met, or that rests on the other list."""
    looked = queries.look_at(leaving, on=today)
    of = Of.OTHERS if leaving.below_or_above_age else Of.COMPULSORY
    if looked is None or ages_of(leaving.roll_period.pupil.dob, today) is not of:
        message = "Another list of grounds bears on the pupil's age now. Drop this removal and propose it anew."
        raise ValidationError(message)
    lacking = rules.missing(looked.standings)
    if lacking:
        raise ValidationError([f"Not met: {each.test.says} {each.why}" for each in lacking])
    return looked


def _approve(leaving: Leaving, off_roll_on: dt.date, certified: str, *, by: Member, at: dt.datetime) -> None:
    leaving.state, leaving.off_roll_on, leaving.certified = Leaving.State.APPROVED, off_roll_on, certified
    leaving.approved_by, leaving.approved_at = by.user, at
    leaving.approved_by_name, leaving.approved_by_role = by.name, by.role
    leaving.save(update_fields=["state", "off_roll_on", "certified", "approved_by", "approved_by_name",
        "approved_by_role", "approved_at"])  # fmt: skip


def _end(period: RollPeriod, off_roll_on: dt.date) -> None:
    """End a time on the roll, with the year and groups that hold while it does. Marks are not touched."""
    if off_roll_on <= period.from_date:
        message = "The name comes off after the starting day. Give a later day."
        raise ValidationError({"off_roll_on": message})
    period.until_date = off_roll_on
    period.save(update_fields=["until_date"])
    for model in (PupilYear, GroupMember):
        rows = model.objects.filter(pupil=period.pupil_id, from_date__gte=period.from_date)
        rows.filter(from_date__gte=off_roll_on).delete()
        rows.filter(Q(until_date__isnull=True) | Q(until_date__gt=off_roll_on)).update(until_date=off_roll_on)
    keep_enrolments_in_step(current_school(), [period.pupil_id])


def _tell_the_authority(period: RollPeriod, off_roll_on: dt.date, *, at: dt.datetime) -> None:
    """Make the deletion return: due by the deletion, unless the most senior class is leaving at the year's end."""
    last = off_roll_on - dt.timedelta(days=1)
    due = return_rules.deletion_due(
        off_roll_on=off_roll_on,
        most_senior_class=returns.is_in_most_senior_class(period.pupil, last),
        year_is_over=returns.year_is_over(off_roll_on),
    )
    make_return(AuthorityReturn.Kind.DELETION, period, due=due, at=at)
