"""Reads what a new school year would change, and what has been built on one since."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, FilteredRelation, Max, Min, OuterRef, Q, QuerySet

from attendance_mat.accounts.models import in_force_on
from attendance_mat.admission.models import Leaving, NewYear
from attendance_mat.admission.rules.new_year import Choices, Plan, Standing, Taker, plan_year
from registers.models import (
    Assignment,
    FamilyTie,
    Group,
    GroupMember,
    Pupil,
    PupilYear,
    Register,
    RollPeriod,
    Session,
    TimetabledLesson,
)
from registers.rules.calendar import SchoolYear

REGISTRATION = Group.Kind.REGISTRATION


def _across(prefix: str, day: dt.date) -> Q:
    """Return the condition that a related row holds before a day and on it."""
    return Q(**{f"{prefix}__from_date__lt": day}) & (
        Q(**{f"{prefix}__until_date__isnull": True}) | Q(**{f"{prefix}__until_date__gt": day})
    )


def standings(day: dt.date) -> list[Standing]:
    """Return everyone on the roll before a day and on it, with their year and registration group. One query."""
    proposed = Leaving.objects.filter(roll_period=OuterRef("pk")).exclude(state=Leaving.State.DROPPED)
    rows = (
        RollPeriod.objects.filter(in_force_on(day), from_date__lt=day)
        .annotate(
            now=FilteredRelation("pupil__years", condition=_across("pupil__years", day)),
            place=FilteredRelation(
                "pupil__group_places",
                condition=Q(pupil__group_places__kind=REGISTRATION) & _across("pupil__group_places", day),
            ),
            leaving_proposed=Exists(proposed),
        )
        .order_by("pupil_id")
    )
    fields = {
        "pupil_id": "pupil_id", "dob": "pupil__dob", "boarder": "pupil__boarder", "roll_period_id": "pk",
        "leaving_proposed": "leaving_proposed", "year_id": "now__pk", "year": "now__year",
        "year_until": "now__until_date", "place_id": "place__pk", "group_id": "place__group_id",
        "place_until": "place__until_date",
    }  # fmt: skip
    return [Standing(**dict(zip(fields, row, strict=True))) for row in rows.values_list(*fields.values())]


def takers(day: dt.date) -> list[Taker]:
    """Return who takes which registration group before a day and on it. One query."""
    rows = Assignment.objects.filter(in_force_on(day), from_date__lt=day, group__kind=REGISTRATION)
    return [
        Taker(pk, user, name, group, tuple(weekdays), until)
        for pk, user, name, group, weekdays, until in rows.order_by("user__name", "pk").values_list(
            "pk", "user_id", "user__name", "group_id", "weekdays", "until_date"
        )
    ]


def plan_of(choices: Choices, *, today: dt.date) -> Plan:
    """Return what a new year would change, as things stand. Two queries."""
    return plan_year(standings(choices.from_date), takers(choices.from_date), choices, today=today)


@dataclass(frozen=True)
class Newcomer:
    """A pupil whose time on the roll begins on or after the day."""

    pupil_id: int
    from_date: dt.date
    year: int | None
    group: str


def intake(day: dt.date) -> list[Newcomer]:
    """Return who joins the roll in the school year from a day on, by day and group. One query."""
    begins = F("from_date")
    rows = (
        RollPeriod.objects.filter(from_date__gte=day, from_date__lt=SchoolYear.of(day).until)
        .annotate(
            now=FilteredRelation("pupil__years", condition=Q(pupil__years__from_date=begins)),
            place=FilteredRelation(
                "pupil__group_places",
                condition=Q(pupil__group_places__kind=REGISTRATION, pupil__group_places__from_date=begins),
            ),
        )
        .order_by("from_date", "place__group__name", "pupil__surname", "pupil_id")
    )
    found = rows.values_list("pupil_id", "from_date", "now__year", "place__group__name")
    return [Newcomer(pupil, begins, year, group or "") for pupil, begins, year, group in found]


def registration_groups(pks: Collection[int]) -> list[Group]:
    """Return some groups by name. One query."""
    return list(Group.objects.filter(pk__in=pks).order_by("name"))


def list_names(pupils: QuerySet[Pupil], pks: Collection[int]) -> dict[int, str]:
    """Return the names of those of some pupils whom the reader may find. One query."""
    return {pupil.pk: pupil.list_name for pupil in pupils.filter(pk__in=pks)}


def proposed_day(today: dt.date) -> dt.date:
    """Return the first session of the next school year, or that year's first day while it has no calendar. One
    query."""
    following = SchoolYear.of(SchoolYear.of(today).until)
    held = Session.objects.filter(date__gte=following.starts, date__lt=following.until)
    return held.aggregate(first=Min("date"))["first"] or following.starts


@dataclass(frozen=True)
class CalendarOfYear:
    """When the school meets in the new year."""

    first: dt.date | None  # from the day chosen on
    meets_before: bool  # in the new school year, before the day chosen


def calendar_from(day: dt.date) -> CalendarOfYear:
    """Return which sessions the new year has. One query."""
    year = SchoolYear.of(day)
    held = Session.objects.filter(date__gte=year.starts, date__lt=year.until)
    found = held.aggregate(first=Min("date", filter=Q(date__gte=day)), before=Min("date", filter=Q(date__lt=day)))
    return CalendarOfYear(found["first"], found["before"] is not None)


def groups_without_takers(names: Collection[str], plan: Plan) -> dict[str, list[int]]:
    """Return the weekdays (0 is Monday) on which nobody would take each of the new year's groups. One query."""
    ending = {each.assignment_id for each in plan.handovers}
    covered: dict[str, set[int]] = defaultdict(set)
    rows = Assignment.objects.filter(in_force_on(plan.from_date), group__name__in=names, group__kind=REGISTRATION)
    for pk, name, weekdays in rows.values_list("pk", "group__name", "weekdays"):
        if pk not in ending:
            covered[name].update(weekdays)
    for each in plan.handovers:
        covered[each.name].update(each.weekdays)
    missing = {name: [day for day in range(5) if day not in covered[name]] for name in sorted(names)}
    return {name: days for name, days in missing.items() if days}


def has_timetable(day: dt.date) -> bool | None:
    """Say whether any lesson is timetabled from a day on; None for a school without teaching groups. Two queries."""
    if not Group.objects.filter(kind=Group.Kind.TEACHING).exists():
        return None
    return TimetabledLesson.objects.filter(from_date__gte=day).exists()


def acts() -> QuerySet[NewYear]:
    """Return the new years that have been begun, undone ones too, the latest first. One query."""
    return NewYear.objects.select_related("undone_by").order_by("-from_date", "-pk")


def act_of_year(day: dt.date) -> NewYear | None:
    """Return the act by which the school year of a day was begun and that still stands. One query."""
    year = SchoolYear.of(day)
    return NewYear.objects.filter(
        undone_at__isnull=True, from_date__gte=year.starts, from_date__lt=year.until
    ).first()  # fmt: skip


def first_register_from(day: dt.date) -> Register | None:
    """Return the first register opened on or after a day. One query."""
    rows = Register.objects.select_related("session", "group").filter(session__date__gte=day)
    return rows.order_by("session__date", "session__half", "pk").first()


def last_register_from(day: dt.date) -> dt.date | None:
    """Return the day of the last register opened on or after a day. One query."""
    last: dt.date | None = Register.objects.filter(session__date__gte=day).aggregate(last=Max("session__date"))["last"]
    return last


def changed_since(done: Mapping[str, Any], from_date: dt.date) -> Counter[str]:
    """Return how many of the rows that a new year added or ended are no longer as it left them. Three queries."""
    tables = {
        "years": (PupilYear, "year"),
        "places": (GroupMember, "group_id"),
        "assignments": (Assignment, "group_id"),
    }
    found: Counter[str] = Counter()
    for name, (model, field) in tables.items():
        added: Sequence[Sequence[Any]] = done[name]["added"]
        ended: Sequence[Sequence[Any]] = done[name]["ended"]
        expected = {pk: (value, from_date.isoformat(), until) for pk, value, until in added}
        expected |= {pk: (value, None, from_date.isoformat()) for pk, value, _ in ended}
        rows = model._default_manager.filter(pk__in=list(expected)).values_list("pk", field, "from_date", "until_date")
        for pk, value, begins, until in rows:
            was = expected.pop(pk)
            as_left = (value, was[1] and begins.isoformat(), until and until.isoformat())
            found[name] += as_left != was
        found[name] += len(expected)
    return +found


def family_of(user_id: int) -> set[int]:
    """Return the pupils who are a person's own family: somebody else proposes their removal. One query."""
    return set(FamilyTie.objects.filter(user=user_id).values_list("pupil_id", flat=True))


def leavings_of(done: Mapping[str, Any]) -> QuerySet[Leaving]:
    """Return the removals that a new year proposed. One query."""
    return Leaving.objects.filter(pk__in=done["leavings"])


def joined_since(act: NewYear) -> int:
    """Return how many pupils' year holds across the day of a new year although they do not leave: they joined the
    roll after it was begun. One query."""
    leavers = Leaving.objects.filter(roll_period=OuterRef("pk")).exclude(state=Leaving.State.DROPPED)
    across = PupilYear.objects.filter(
        in_force_on(act.from_date), from_date__lt=act.from_date, pupil=OuterRef("pupil")
    )  # fmt: skip
    rows = RollPeriod.objects.filter(in_force_on(act.from_date), from_date__lt=act.from_date)
    return rows.filter(Exists(across), ~Exists(leavers)).count()
