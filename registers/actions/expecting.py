"""Absence that is expected before it happens: leave, trips, part-time patterns (decision 4)."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record, record_each
from registers.actions.entering import codes_allowed, require_not_family, school_policy
from registers.models import ExpectedMark, Pupil
from registers.queries.arranged import alike, in_the_way, on_roll_between, slots_between
from registers.rules import codes
from registers.rules.calendar import Half
from registers.rules.codes import Statistical
from registers.rules.expected import Run

NAMED_AT_MOST: Final = 5  # pupils named where something is in the way
LONGEST_ORIGIN: Final = 60
NOT_KNOWN_BEFOREHAND = frozenset({Statistical.ATTENDING, Statistical.UNAUTHORISED})


@transaction.atomic
def expect_absence(  # noqa: PLR0913 - who, when, what, on what grounds and by whom
    pupil: Pupil,
    *,
    from_date: dt.date,
    until_date: dt.date,
    halves: str,
    code: str,
    nature: str = "",
    origin: str,
    by: Member,
    at: dt.datetime,
) -> ExpectedMark:
    """Record that a pupil is not expected, or is expected elsewhere, from a day until the first day back.

    It becomes marks as registers finish or close; a register finished already is not changed. `origin` says what
    it rests on ("leave request 12"). Raises ValidationError where the code may not be used, or where something is
    expected of the pupil on those sessions already.
    """
    require_not_family(pupil.pk, by=by)
    _require_usable(pupil, code, nature, from_date=from_date, until_date=until_date, halves=halves)
    expected = ExpectedMark(
        pupil=pupil,
        from_date=from_date,
        until_date=until_date,
        halves=halves,
        code=code,
        nature=nature,
        origin=origin,
        granted_by=by.user,
        granted_by_name=by.name,
        granted_by_role=by.role,
        granted_at=at,
    )
    _save_apart(expected)
    record(Event.ABSENCE_EXPECTED, expected, by=by, at=at, **_detail(expected))
    return expected


@dataclass(frozen=True)
class Wanted:
    """What is to be expected, and what it rests on."""

    code: str
    origin: str
    runs: Sequence[Run]
    nature: str = ""


@transaction.atomic
def expect_absences(pupils: Collection[Pupil], wanted: Wanted, *, by: Member, at: dt.datetime) -> list[ExpectedMark]:
    """Record the same expectation of several pupils, or a pattern of one, in one act; return what was written.

    All of it or nothing. Raises ValidationError where the member's role may not enter the code, where it may not be
    used for one of the pupils, or where something is expected of one of them already; each is named.
    """
    if not pupils or not wanted.runs:
        message = "The school does not meet on any of those sessions." if pupils else "Choose at least one pupil."
        raise ValidationError(message)
    first, until = wanted.runs[0].from_date, wanted.runs[-1].until_date
    for pupil in pupils:
        require_not_family(pupil.pk, by=by)
        for halves in {run.halves for run in wanted.runs}:
            _require_usable(pupil, wanted.code, wanted.nature, from_date=first, until_date=until, halves=halves)
    if wanted.code not in codes_allowed(by, first, policy=school_policy()):
        message = f"{wanted.code} is for another role to enter."
        raise ValidationError({"code": message})
    if not slots_between(first, until - dt.timedelta(days=1)):
        raise ValidationError({"from_date": "The school does not meet on any of those days."})
    _require_on_roll(pupils, first, until)
    _require_free(pupils, wanted)
    rows = ExpectedMark.objects.bulk_create(
        _expected(pupil, run, wanted, by=by, at=at) for pupil in pupils for run in wanted.runs
    )
    record_each([(Event.ABSENCE_EXPECTED, row, _detail(row)) for row in rows], by=by, at=at)
    return rows


def _require_on_roll(pupils: Collection[Pupil], first: dt.date, until: dt.date) -> None:
    """Refuse pupils who are not yet, or no longer, on the roll for some of those days, naming them."""
    there = on_roll_between([pupil.pk for pupil in pupils], first, until)
    names = [pupil.list_name for pupil in pupils if pupil.pk not in there]
    if names:
        message = f"Not on the roll for all of those days: {_some_of(names)}. Choose other days or other pupils."
        raise ValidationError({"from_date": message})


def _some_of(names: list[str]) -> str:
    """Return the first few names, and how many more there are."""
    rest = len(names) - NAMED_AT_MOST
    return "; ".join([*names[:NAMED_AT_MOST], *([f"{rest} more"] if rest > 0 else [])])


def _require_free(pupils: Collection[Pupil], wanted: Wanted) -> None:
    """Refuse what overlaps something expected already, naming whose it is."""
    there = in_the_way([pupil.pk for pupil in pupils], wanted.runs)
    if there:
        names = list(dict.fromkeys(row.pupil.list_name for row in there))
        message = f"Something is expected on some of those sessions already of: {_some_of(names)}. End that first."
        raise ValidationError(message)


def _expected(pupil: Pupil, run: Run, wanted: Wanted, *, by: Member, at: dt.datetime) -> ExpectedMark:
    return ExpectedMark(
        pupil=pupil,
        from_date=run.from_date,
        until_date=run.until_date,
        halves=run.halves,
        code=wanted.code,
        nature=wanted.nature,
        origin=wanted.origin[:LONGEST_ORIGIN],
        granted_by=by.user,
        granted_by_name=by.name,
        granted_by_role=by.role,
        granted_at=at,
    )


def _detail(row: ExpectedMark) -> dict[str, Any]:
    dates = {"from_date": row.from_date.isoformat(), "until_date": row.until_date.isoformat()}
    return {"pupil": row.pupil_id, "code": row.code, "halves": row.halves, **dates}


@transaction.atomic
def end_arrangement(expected: ExpectedMark, *, by: Member, at: dt.datetime) -> int:
    """Withdraw what is still to come of an arrangement, all its sessions entered in one act; return how many rows."""
    rows = list(alike(expected, today=at.date()))
    for row in rows:
        end_expected_absence(row, by=by, at=at)
    return len(rows)


@transaction.atomic
def end_expected_absence(expected: ExpectedMark, *, by: Member, at: dt.datetime) -> None:
    """Withdraw what was expected. What has become a mark stays, and is amended like any other mark."""
    row = ExpectedMark.objects.select_for_update().get(pk=expected.pk)
    if row.ended_at is not None:
        return
    require_not_family(row.pupil_id, by=by)
    row.ended_at, row.ended_by = at, by.user
    row.save(update_fields=["ended_at", "ended_by"])
    record(Event.EXPECTED_ABSENCE_ENDED, row, by=by, at=at, pupil=row.pupil_id)


def _require_usable(
    pupil: Pupil, code: str, nature: str, *, from_date: dt.date, until_date: dt.date, halves: str
) -> None:
    """Refuse a code that cannot be known beforehand, or that the first or the last session may not have.

    Between those two days nothing changes twice: a code's period and a pupil's age each turn once.
    """
    if until_date <= from_date:
        raise ValidationError({"until_date": "The first day back is after the first day away."})
    each_half = tuple(Half) if halves == ExpectedMark.Halves.BOTH else (Half(halves),)
    for on in (from_date, until_date - dt.timedelta(days=1)):
        for half in each_half:
            refused = codes.refusal(code, on=on, half=half, dob=pupil.dob, allowed=None, nature=nature)
            if refused:
                raise ValidationError({"code": refused.message})
        found = codes.find(code, on=on)
        if found and found.whole_school:
            raise ValidationError({"code": f"{code} is of the whole school: set it in the calendar."})
        if found and found.statistical in NOT_KNOWN_BEFOREHAND:
            raise ValidationError({"code": f"{code} ({found.title}) is not known beforehand: it is marked on the day."})


def _save_apart(expected: ExpectedMark) -> None:
    try:
        with transaction.atomic():
            expected.save()
    except IntegrityError as error:
        if "expected_marks_stay_apart" not in str(error):
            raise
        message = "Something is expected of this pupil on some of those sessions already. End that first."
        raise ValidationError(message) from error
