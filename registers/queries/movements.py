"""Who left and came back during a day, who may, and who is still out."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from attendance_mat.accounts.models import Membership, in_force_on
from attendance_mat.accounts.roles import Role
from attendance_mat.trust.models import School
from registers.models import Contact, ExpectedMark, Mark, Movement, Permit, Pupil
from registers.rules import doubts
from registers.rules.calendar import LONDON, Half
from registers.rules.movements import Leaving, MovementKind, Outing, PermitKind
from registers.rules.signing_out import CODES

THROUGH_THE_DOOR: Final = (MovementKind.OUT, MovementKind.IN)
OF_TIME_OUT: Final = (MovementKind.TIME_OUT, MovementKind.TIME_BACK)
NOBODY: Final = "whoever the headteacher names"


def standing(on: dt.date) -> QuerySet[Movement]:
    """Return the movements of a day as they now stand, in order: the last row of each entry, unless it was struck.

    No query by itself.
    """
    begins = dt.datetime.combine(on, dt.time.min, tzinfo=LONDON)
    later = Movement.objects.filter(entry=OuterRef("entry"), pk__gt=OuterRef("pk"))
    of_the_day = Movement.objects.filter(at__gte=begins, at__lt=begins + dt.timedelta(days=1), struck=False)
    return of_the_day.exclude(Exists(later)).order_by("at", "pk")


def through_the_door(pupil_id: int, on: dt.date) -> list[Movement]:
    """Return each time a pupil left or came in on a day, in order. One query."""
    return list(standing(on).filter(pupil=pupil_id, kind__in=THROUGH_THE_DOOR))


def as_entered(movement: Movement) -> list[Movement]:
    """Return what an entry said each time, the first first: each row but the first is a correction. One query."""
    return list(Movement.objects.filter(entry=movement.entry).order_by("pk"))


def last_through_the_door(pupil_id: int, on: dt.date, *, before: dt.datetime | None = None) -> Movement | None:
    """Return the last time a pupil left or came in on a day, if either was recorded. One query."""
    rows = standing(on).filter(pupil=pupil_id, kind__in=THROUGH_THE_DOOR)
    return (rows.filter(at__lte=before) if before else rows).last()


def door_before(on: dt.date, at: dt.datetime) -> QuerySet[Movement]:
    """Return a pupil's leaving and coming in of a day up to a moment, the last first, for a query over pupils."""
    rows = standing(on).filter(pupil=OuterRef("pk"), kind__in=THROUGH_THE_DOOR, at__lte=at)
    return rows.order_by("-at", "-pk")


def open_time_out(pupil_id: int, on: dt.date) -> Movement | None:
    """Return the time out a pupil is taking, if any. One query."""
    last = standing(on).filter(pupil=pupil_id, kind__in=OF_TIME_OUT).last()
    return last if last and last.kind == MovementKind.TIME_OUT else None


@dataclass(frozen=True)
class LogLine:
    """One line of a day's log: what happened, and how long it lasted, if it is over."""

    movement: Movement
    outing: Outing | None = None
    back: Movement | None = None
    is_overdue: bool = False


def day_log(on: dt.date, pupils: QuerySet[Pupil], *, at: dt.datetime) -> list[LogLine]:
    """Return a day's leaving and coming back, in order: each return beside the leaving it ends. One query."""
    rows = standing(on).filter(pupil__in=pupils).select_related("pupil", "recorded_by")
    lines: list[LogLine] = []
    ends: dict[tuple[int, str], int] = {}
    for row in rows:
        opened = {MovementKind.IN: MovementKind.OUT, MovementKind.TIME_BACK: MovementKind.TIME_OUT}.get(
            MovementKind(row.kind)
        )
        place = ends.pop((row.pupil_id, opened), None) if opened else None
        if place is not None:
            out = lines[place].movement
            lines[place] = LogLine(out, Outing(out.pupil_id, out.at, row.at, out.due_back_at), row)
            continue
        if row.kind in {MovementKind.OUT, MovementKind.TIME_OUT}:
            ends[row.pupil_id, row.kind] = len(lines)
            outing = Outing(row.pupil_id, row.at, None, row.due_back_at)
            lines.append(LogLine(row, outing, is_overdue=outing.is_overdue(at)))
        else:
            lines.append(LogLine(row))
    return lines


@dataclass(frozen=True)
class Beyond:
    """A pupil absent beyond an appointment: not back by the register, or away all day for a part of it."""

    pupil: Pupil
    outing: Outing | None  # none: no leaving is recorded, and both sessions say it was the appointment


def beyond_appointments(on: dt.date, pupils: QuerySet[Pupil], *, closes: dt.datetime, at: dt.datetime) -> list[Beyond]:
    """Return who was absent longer than an appointment needed (AET-7.15, ALP-7.15): first who went and was not back by
    the afternoon's register, then who was marked at an appointment both morning and afternoon. Two queries."""
    code = CODES[Leaving.APPOINTMENT]
    lines = [line for line in day_log(on, pupils, at=at) if line.movement.reason == Leaving.APPOINTMENT]
    late = [
        Beyond(line.movement.pupil, line.outing)
        for line in lines
        if line.outing and line.outing.is_beyond(closes, at=at)
    ]
    listed = {each.pupil.pk for each in late}
    whole = Mark.objects.filter(session__date=on, code=code, pupil__in=pupils).select_related("pupil", "session")
    halves: dict[int, set[str]] = defaultdict(set)
    found: dict[int, Pupil] = {}
    for mark in whole:
        halves[mark.pupil_id].add(mark.session.half)
        found[mark.pupil_id] = mark.pupil
    all_day = [found[pk] for pk, seen in halves.items() if len(seen) == len(Half) and pk not in listed]
    return [*late, *(Beyond(pupil, None) for pupil in sorted(all_day, key=lambda pupil: pupil.list_name))]


def permits_of(pupil_id: int, on: dt.date) -> list[Permit]:
    """Return what a pupil is allowed on a day. One query."""
    return list(Permit.objects.filter(in_force_on(on), pupil=pupil_id).order_by("kind"))


def with_permit(kind: PermitKind, pupils: QuerySet[Pupil], on: dt.date) -> QuerySet[Pupil]:
    """Narrow to pupils who are allowed something on a day. No query by itself."""
    return pupils.filter(Exists(Permit.objects.filter(in_force_on(on), pupil=OuterRef("pk"), kind=kind)))


def leave_on(pupil_id: int, on: dt.date) -> bool:
    """Say whether some absence of a pupil is expected on a day, as leave or otherwise: somebody allowed it. One
    query."""
    return ExpectedMark.objects.filter(
        pupil=pupil_id, from_date__lte=on, until_date__gt=on, ended_at__isnull=True
    ).exists()


def expected_of_sign_out(pupil_id: int, on: dt.date) -> QuerySet[ExpectedMark]:
    """Return what a sign-out of a day has the registers expect, and nobody has ended. No query by itself."""
    return ExpectedMark.objects.filter(
        pupil=pupil_id, from_date=on, ended_at__isnull=True, origin__startswith=doubts.SIGNED_OUT
    )


def contacts_of(pupil_id: int) -> list[Contact]:
    """Return everyone recorded for a pupil, in the order to try them, the forbidden and the former too. One query."""
    return list(Contact.objects.filter(pupil=pupil_id).order_by("position"))


def who_may_collect(contacts: Iterable[Contact]) -> list[Contact]:
    """Return those of them who may collect the pupil. No query."""
    return [each for each in contacts if each.may_collect and not (each.no_contact or each.ended_on or each.died_on)]


def safeguarding_lead(school: School, on: dt.date) -> str:
    """Return the name of the school's safeguarding lead on a day. One query."""
    held = Membership.objects.filter(
        in_force_on(on), school=school, role=Role.SAFEGUARDING_LEAD, ended_at__isnull=True, user__is_active=True
    )
    return held.order_by("from_date").values_list("user__name", flat=True).first() or NOBODY


def refused_today(on: dt.date, pupils: QuerySet[Pupil]) -> int:
    """Return how many times somebody came for a pupil on a day and the pupil was not released. One query."""
    return standing(on).filter(Q(kind=MovementKind.REFUSED), pupil__in=pupils).count()
