"""What is expected of children beforehand: at a session to be confirmed, of one pupil, and what is due for review."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import F, FilteredRelation, Q, QuerySet

from attendance_mat.accounts.models import in_force_on
from registers.models import Contact, ExpectedMark, Group, GroupMember, Mark, Pupil, RollPeriod, Session
from registers.rules import codes
from registers.rules.calendar import Half
from registers.rules.expected import REVIEWED, Run, Slot, review_of


@dataclass(frozen=True)
class ToConfirm:
    """A child expected elsewhere at a session, and who confirmed the child there, if anybody has."""

    expected_id: int
    pupil: Pupil
    code: str
    origin: str
    mark: str
    confirmed_by: str
    confirmed_at: dt.datetime | None
    not_there_by: str = ""  # who said that the child was not there; a confirmation stands above it
    not_there_at: dt.datetime | None = None


def to_confirm(session: Session, pupils: QuerySet[Pupil]) -> list[ToConfirm]:
    """Return the children expected at an activity that counts only once confirmed, by activity and name. Two
    queries."""
    confirmable = [row.code for row in codes.in_force(session.date) if row.confirm_child]
    rows = (
        ExpectedMark.objects.filter(_at(session), code__in=confirmable, pupil__in=pupils)
        .annotate(seen=FilteredRelation("confirmations", condition=Q(confirmations__session=session)))
        .annotate(seen_by=F("seen__confirmed_by_name"), seen_at=F("seen__confirmed_at"))
        .annotate(missed=FilteredRelation("not_there", condition=Q(not_there__session=session)))
        .annotate(missed_by=F("missed__said_by_name"), missed_at=F("missed__entered_at"))
        .select_related("pupil")
        .order_by("origin", "pupil__surname", "pupil__forename", "pk")
    )
    listed = list(rows)
    marks = Mark.objects.filter(session=session, pupil__in=[row.pupil_id for row in listed])
    said = dict(marks.values_list("pupil", "code"))
    return [
        ToConfirm(
            row.pk,
            row.pupil,
            row.code,
            row.origin,
            said.get(row.pupil_id, ""),
            row.seen_by or "",
            row.seen_at,
            row.missed_by or "",
            row.missed_at,
        )
        for row in listed
    ]


def _at(session: Session) -> Q:
    return Q(
        ended_at__isnull=True,
        from_date__lte=session.date,
        until_date__gt=session.date,
        halves__in=(session.half, ExpectedMark.Halves.BOTH),
    )


def slots_between(first: dt.date, last: dt.date) -> list[Slot]:
    """Return the sessions of a period, in order. One query."""
    rows = Session.objects.filter(date__range=(first, last)).order_by("date", "half")
    return [(date, Half(half)) for date, half in rows.values_list("date", "half")]


def in_the_way(pupil_ids: Collection[int], runs: Iterable[Run]) -> list[ExpectedMark]:
    """Return what is expected of these pupils already over some of these sessions. One query."""
    over = Q()
    for run in runs:
        either = Q() if run.halves == ExpectedMark.Halves.BOTH else Q(halves__in=(run.halves, ExpectedMark.Halves.BOTH))
        over |= Q(from_date__lt=run.until_date, until_date__gt=run.from_date) & either
    rows = ExpectedMark.objects.filter(over, pupil__in=pupil_ids, ended_at__isnull=True)
    return list(rows.select_related("pupil").order_by("pupil__surname", "from_date"))


def on_roll_between(pupil_ids: Collection[int], first: dt.date, until: dt.date) -> set[int]:
    """Return those of these pupils who are on the roll over a whole period. One query."""
    rows = RollPeriod.objects.filter(pupil__in=pupil_ids, from_date__lte=first)
    return set(rows.filter(Q(until_date__isnull=True) | Q(until_date__gte=until)).values_list("pupil", flat=True))


def groups_to_choose(on: dt.date) -> QuerySet[Group]:
    """Return every group that has a pupil on a day. One query."""
    placed = Q(places__from_date__lte=on) & (Q(places__until_date__isnull=True) | Q(places__until_date__gt=on))
    return Group.objects.filter(placed).distinct().order_by("kind", "name")


def registration_groups(pupil_ids: Collection[int], on: dt.date) -> list[Group]:
    """Return the registration groups in which any of these pupils is on a day. One query."""
    places = GroupMember.objects.filter(in_force_on(on), pupil__in=pupil_ids, kind=Group.Kind.REGISTRATION)
    return list(Group.objects.filter(places__in=places).distinct().order_by("pk"))


def pupils_of(groups: Collection[int], pupils: QuerySet[Pupil], on: dt.date) -> QuerySet[Pupil]:
    """Return the pupils on roll and in any of these groups on a day, by name. One query."""
    dated = {"group_places__from_date__lte": on, "group_places__group__in": groups}
    still = Q(group_places__until_date__isnull=True) | Q(group_places__until_date__gt=on)
    on_roll = Q(roll_periods__from_date__lte=on) & (
        Q(roll_periods__until_date__isnull=True) | Q(roll_periods__until_date__gt=on)
    )
    return pupils.filter(still, **dated).filter(on_roll).distinct().order_by("surname", "forename", "pk")


def lives_with(pupil: Pupil) -> QuerySet[Contact]:
    """Return the contacts a pupil lives with: it is one of them who agrees (R33). One query."""
    return Contact.objects.filter(pupil=pupil, lives_with=True, ended_on__isnull=True).order_by("position")


def expected_later(pupil: Pupil, *, today: dt.date) -> list[ExpectedMark]:
    """Return what is expected of a pupil today or later, soonest first. One query."""
    return list(
        ExpectedMark.objects.filter(pupil=pupil, until_date__gt=today, ended_at__isnull=True).order_by("from_date")
    )


def alike(expected: ExpectedMark, *, today: dt.date) -> QuerySet[ExpectedMark]:
    """Return an arrangement's sessions that are not over, those entered in the same act. One query."""
    return ExpectedMark.objects.filter(
        pupil=expected.pupil_id, origin=expected.origin, code=expected.code, granted_at=expected.granted_at,
        until_date__gt=today, ended_at__isnull=True,
    )  # fmt: skip


def reviews_due(pupils: QuerySet[Pupil], *, today: dt.date, by: dt.date) -> list[tuple[dt.date, ExpectedMark]]:
    """Return the arrangements to be looked at again by a day, each once, the earliest first. One query."""
    rows = ExpectedMark.objects.filter(
        origin__contains=f", {REVIEWED} ", ended_at__isnull=True, until_date__gt=today, pupil__in=pupils
    )
    rows = rows.select_related("pupil").order_by("pupil_id", "origin", "until_date").distinct("pupil_id", "origin")
    due = [(on, row) for row in rows if (on := review_of(row.origin)) and on <= by]
    return sorted(due, key=lambda pair: (pair[0], pair[1].pupil.list_name))
