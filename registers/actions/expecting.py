"""Absence that is expected before it happens: leave, trips, part-time patterns (decision 4)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from registers.actions.entering import require_not_family
from registers.models import ExpectedMark, Pupil
from registers.rules import codes
from registers.rules.calendar import Half
from registers.rules.codes import Statistical

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
    dates = {"from_date": from_date.isoformat(), "until_date": until_date.isoformat()}
    record(Event.ABSENCE_EXPECTED, expected, by=by, at=at, pupil=pupil.pk, code=code, halves=halves, **dates)
    return expected


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
