"""This session in one page: where every child is, which registers are out, what waits for the office."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Exists, F, FilteredRelation, Min, OuterRef, Q, QuerySet, Subquery, Value

from attendance_mat.accounts.models import in_force_on
from registers.models import (
    AbsenceReport,
    Assignment,
    Contact,
    Contradiction,
    Doubt,
    ExpectedConfirmation,
    ExpectedMark,
    Group,
    GroupMember,
    Mark,
    NotThere,
    Pupil,
    Register,
    RollPeriod,
    Session,
    Source,
)
from registers.queries.cover import covers_on
from registers.queries.telling import contact_facts, pupil_facts
from registers.rules.calendar import Half
from registers.rules.day import Place, place_of, unexplained_code
from registers.rules.marks import minutes_late
from registers.rules.telling import Purpose, may_be_told


@dataclass(frozen=True)
class Child:
    """One child on roll today, and what this session's register says of them."""

    pupil_id: int
    list_name: str
    group: str
    mark_id: int | None
    code: str
    minutes_late: int | None
    place: Place


@dataclass(frozen=True)
class DueRegister:
    """One group's register of this session: whether it was opened, how far it is, and who has it."""

    group: Group
    register: Register | None
    pupils: int
    marked: int
    takers: tuple[str, ...]
    first_saved_at: dt.datetime | None = None  # when its first mark by a person was received
    covered_by: tuple[str, ...] = ()  # who takes it in their place

    def minutes_to_first_save(self, starts_at: dt.datetime) -> int:
        """Return whole minutes from the session's start until the register was first saved; 0 while it was not."""
        return minutes_late(self.first_saved_at, starts_at) if self.first_saved_at else 0

    @property
    def is_finished(self) -> bool:
        return self.register is not None and self.register.finished_at is not None

    def minutes_overdue(self, closes_at: dt.datetime, now: dt.datetime) -> int:
        """Return whole minutes since the register should have been finished; nothing before then."""
        return 0 if self.is_finished else max(0, int((now - closes_at).total_seconds() // 60))


def session_of(date: dt.date, half: Half) -> Session | None:
    """Return the session of a half day, or None if the school does not meet. One query."""
    return Session.objects.filter(date=date, half=half).first()


def children(session: Session, pupils: QuerySet[Pupil]) -> list[Child]:
    """Return every child on roll that day, by group and name, with where they are. One query."""
    on_roll = Q(roll_periods__from_date__lte=session.date) & (
        Q(roll_periods__until_date__isnull=True) | Q(roll_periods__until_date__gt=session.date)
    )
    rows = (
        pupils.filter(on_roll)
        .annotate(
            now=FilteredRelation("marks", condition=Q(marks__session=session)),
            place=FilteredRelation(
                "group_places",
                condition=Q(group_places__kind=Group.Kind.REGISTRATION, group_places__from_date__lte=session.date)
                & (Q(group_places__until_date__isnull=True) | Q(group_places__until_date__gt=session.date)),
            ),
        )
        .annotate(
            group_name=F("place__group__name"),
            mark_id=F("now__pk"),
            code=F("now__code"),
            minutes_late=F("now__minutes_late"),
        )
        .order_by("group_name", "surname", "forename", "pk")
    )
    return [_child(row, session.date) for row in rows]


def _child(row: Pupil, date: dt.date) -> Child:
    code = getattr(row, "code", None) or ""
    return Child(
        pupil_id=row.pk,
        list_name=row.list_name,
        group=getattr(row, "group_name", None) or "",
        mark_id=getattr(row, "mark_id", None),
        code=code,
        minutes_late=getattr(row, "minutes_late", None),
        place=place_of(code, on=date),
    )


def registers_of(session: Session, groups: QuerySet[Group]) -> list[DueRegister]:
    """Return the register each group owes this session, whether opened or not. Three queries."""
    places = GroupMember.objects.filter(
        in_force_on(session.date),
        group__in=groups,
        kind=Group.Kind.REGISTRATION,
        pupil__roll_periods__in=_on_roll(session),
    )
    owed = places.values_list("group", "group__kind", "group__name").order_by("group__name")
    due = [(Group(pk, kind, name), pupils) for pk, kind, name, pupils in owed.annotate(n=Count("pupil", distinct=True))]
    registers = Register.objects.filter(session=session).select_related("group", "taken_by", "finished_by")
    by_a_person = ~Q(marks__source__in=[Source.EXPECTED, Source.IMPORT])
    registers = registers.annotate(
        marked=Count("marks", filter=~Q(marks__code="")), first_saved=Min("marks__received_at", filter=by_a_person)
    )
    opened = {row.group_id: row for row in registers}
    takers = _takers(session)
    return [
        DueRegister(
            group=group,
            register=opened.get(group.pk),
            pupils=pupils,
            marked=getattr(opened.get(group.pk), "marked", 0),
            takers=tuple(name for name, covers in takers.get(group.pk, ()) if not covers),
            covered_by=tuple(name for name, covers in takers.get(group.pk, ()) if covers),
            first_saved_at=getattr(opened.get(group.pk), "first_saved", None),
        )
        for group, pupils in due
    ]


def _on_roll(session: Session) -> QuerySet[RollPeriod]:
    return RollPeriod.objects.filter(in_force_on(session.date))


def _takers(session: Session) -> dict[int, list[tuple[str, bool]]]:
    """Return who takes each group on the session's weekday, and who covers it that half day. One query."""
    assigned = Assignment.objects.filter(
        in_force_on(session.date), group__isnull=False, weekdays__contains=[session.date.weekday()]
    ).values_list("group", "user__name", Value(value=False))
    covered = covers_on(session.date).filter(half=session.half, group__isnull=False)
    takers: dict[int, list[tuple[str, bool]]] = {}
    for group, name, covers in assigned.union(covered.values_list("group", "name", Value(value=True)), all=True):
        takers.setdefault(group, []).append((name, covers))
    return takers


def contacts_to_try(pupil_ids: Collection[int]) -> dict[int, list[Contact]]:
    """Return the contacts who may be rung about each pupil, in their order; the asker may find them all. One query."""
    rows = Contact.objects.filter(pupil__in=pupil_ids).exclude(phone="").select_related("pupil")
    found: dict[int, list[Contact]] = {}
    for contact in rows.order_by("pupil", "position"):
        child, asked = pupil_facts(contact.pupil), contact_facts(contact)
        if may_be_told(asked, child, Purpose.CALL, released=True).allowed:
            found.setdefault(contact.pupil_id, []).append(contact)
    return found


def open_contradictions(pupils: QuerySet[Pupil]) -> QuerySet[Contradiction]:
    """Return the children marked here though not expected that nobody has settled, oldest first. One query."""
    rows = Contradiction.objects.filter(settled_at__isnull=True, mark__pupil__in=pupils)
    return rows.select_related("mark__pupil", "mark__session", "expected").order_by("raised_at")


class Waiting(NamedTuple):
    """How many contradictions found at night nobody has settled, and how many parents' reports nobody has decided."""

    doubts: int
    reports: int


def waiting(pupils: QuerySet[Pupil]) -> Waiting:
    """Return how much waits about these pupils for somebody to settle it. One query."""
    doubts = Doubt.objects.filter(settled_at__isnull=True, pupil__in=pupils)
    reports = AbsenceReport.objects.filter(outcome="", pupil__in=pupils)
    counted = [
        rows.order_by()
        .annotate(what=Value(what))
        .values("what")
        .annotate(count=Count("pk"))
        .values_list("what", "count")
        for what, rows in (("doubts", doubts), ("reports", reports))
    ]
    counts = dict(counted[0].union(counted[1], all=True))
    return Waiting(counts.get("doubts", 0), counts.get("reports", 0))


@dataclass(frozen=True)
class Unresolved:
    """An absence still unexplained after its own day, and how many school days it has stood."""

    mark: Mark
    school_days: int


def unresolved_before(date: dt.date, pupils: QuerySet[Pupil]) -> list[Unresolved]:
    """Return the absences of earlier days whose reason is not established, oldest first. Two queries.

    Their age is the number of school days since the session's own (R8).
    """
    code = unexplained_code(date)
    marks = (
        list(
            Mark.objects.filter(code=code, session__date__lt=date, pupil__in=pupils)
            .select_related("pupil", "session")
            .order_by("session__date", "session__half", "pupil__surname", "pk")
        )
        if code
        else []
    )
    if not marks:
        return []
    earliest = marks[0].session.date
    days = Session.objects.filter(date__gt=earliest, date__lte=date).order_by("date").values_list("date", flat=True)
    later = list(days.distinct())
    return [Unresolved(mark, sum(day > mark.session.date for day in later)) for mark in marks]


def expected_on(date: dt.date, pupils: QuerySet[Pupil]) -> QuerySet[ExpectedMark]:
    """Return what is expected of these pupils on a day: leave, trips, part-time patterns. One query.

    `missed_half`, `missed_by` and `missed_at` say of one who was said not to be there in which half, latest, by whom
    and when: not of one who was confirmed there since.
    """
    confirmed = ExpectedConfirmation.objects.filter(expected=OuterRef("expected"), session=OuterRef("session"))
    missed = NotThere.objects.filter(~Exists(confirmed), expected=OuterRef("pk"), session__date=date)
    last = missed.order_by("-session__half")
    rows = ExpectedMark.objects.filter(
        from_date__lte=date, until_date__gt=date, ended_at__isnull=True, pupil__in=pupils
    ).annotate(
        missed_half=Subquery(last.values("session__half")[:1]),
        missed_by=Subquery(last.values("said_by_name")[:1]),
        missed_at=Subquery(last.values("entered_at")[:1]),
    )
    return rows.select_related("pupil").order_by("pupil__surname", "pupil__forename", "pk")
