"""Entering a name on the roll: a new pupil, or one who comes back."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from attendance_mat.accounts.member import Member
from attendance_mat.admission.actions.returns import make_return
from attendance_mat.admission.models import AuthorityReturn, Joining
from attendance_mat.admission.queries import joining as queries
from attendance_mat.admission.queries import returns
from attendance_mat.admission.rules.joining import wrong_starting_day
from attendance_mat.admission.rules.returns import joining_due
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.trust.queries import current_school
from registers.actions.entering import require_not_family
from registers.actions.importing_enrolments import keep_enrolments_in_step
from registers.models import Group, GroupMember, Pupil, PupilYear, RollPeriod
from registers.rules.calendar import LONDON

KNOWN: Final = "A pupil here has this number. If it is the same child, enter their return on the pupil's own page."


@dataclass(frozen=True)
class Start:
    """How and where a pupil starts: the day and what it rests on, the year and the registration group."""

    day: dt.date
    basis: str
    year: int
    group: Group | None = None
    agreed_with: str = ""
    most_junior_class: bool = False


@transaction.atomic
def add_pupil(particulars: dict[str, Any], start: Start, *, by: Member, at: dt.datetime) -> Joining:
    """Enter a new pupil in the admission register and on the roll from the starting day (R19).

    Raises ValidationError by field: a number another pupil has, a birthday to come, an impossible starting day.
    """
    if queries.with_number(particulars.get("upn", "")):
        raise ValidationError({"upn": KNOWN})
    if particulars["dob"] > at.astimezone(LONDON).date():
        raise ValidationError({"dob": "The date of birth is still to come. Check the year."})
    _require_starting_day(start, dob=particulars["dob"], pupil=None, at=at)
    return _enter(Pupil.objects.create(**particulars), start, by=by, at=at)


@transaction.atomic
def readmit(pupil: Pupil, start: Start, *, by: Member, at: dt.datetime) -> Joining:
    """Enter a pupil who was on the roll before on it again; the times before stand as they were."""
    pupil = Pupil.objects.select_for_update(no_key=True).get(pk=pupil.pk)  # two who enter the same child take turns
    require_not_family(pupil.pk, by=by)
    if pupil.died_on is not None:
        message = "The register says that the pupil has died. Put that right among the particulars first."
        raise ValidationError(message)
    _require_starting_day(start, dob=pupil.dob, pupil=pupil, at=at)
    return _enter(pupil, start, by=by, at=at)


def _require_starting_day(start: Start, *, dob: dt.date, pupil: Pupil | None, at: dt.datetime) -> None:
    wrong = wrong_starting_day(
        start.day,
        basis=start.basis,
        today=at.astimezone(LONDON).date(),
        dob=dob,
        periods=queries.periods_of(pupil) if pupil else (),
        open_days=queries.open_days([start.day]),
    )
    if wrong:
        raise ValidationError({"day": wrong})
    if start.basis != Joining.Basis.ATTENDED and not start.agreed_with.strip():
        raise ValidationError({"agreed_with": "Say with whom the day was agreed, or who told the school of it."})


def _enter(pupil: Pupil, start: Start, *, by: Member, at: dt.datetime) -> Joining:
    """Write the time on the roll with its year and group, how the day came about, and the authority's return."""
    _end_what_was_left_open(pupil, start.day)
    period = RollPeriod.objects.create(pupil=pupil, from_date=start.day)
    PupilYear.objects.create(pupil=pupil, year=start.year, from_date=start.day)
    if start.group:
        GroupMember.objects.create(pupil=pupil, group=start.group, kind=start.group.kind, from_date=start.day)
    joining = Joining.objects.create(
        roll_period=period,
        basis=start.basis,
        agreed_with=start.agreed_with,
        most_junior_class=start.most_junior_class,
        entered_by=by.user,
        entered_by_name=by.name,
        entered_by_role=by.role,
        entered_at=at,
    )
    due = joining_due(
        starting_day=start.day,
        entered_on=at.astimezone(LONDON).date(),
        most_junior_class=start.most_junior_class,
        first_of_year=returns.first_day_of_year(start.day),
    )
    make_return(AuthorityReturn.Kind.JOINING, period, due=due, at=at)
    keep_enrolments_in_step(current_school(), [pupil.pk])
    record(Event.PUPIL_JOINED, joining, by=by, at=at, pupil=pupil.pk, starting_day=start.day.isoformat())
    return joining


def _end_what_was_left_open(pupil: Pupil, day: dt.date) -> None:
    """End a year or group that some file left open after the pupil had gone, so that the new one can begin."""
    for model in (PupilYear, GroupMember):
        rows = model.objects.filter(pupil=pupil)
        rows.filter(from_date__gte=day).delete()
        rows.filter(Q(until_date__isnull=True) | Q(until_date__gt=day)).update(until_date=day)
