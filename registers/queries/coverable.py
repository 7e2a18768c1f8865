"""The registers of a day that somebody may be asked to cover, each with whoever takes it; and the passes given."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Value

from attendance_mat.accounts.models import in_force_on
from attendance_mat.web.formats import half as half_words
from registers.models import Assignment, Cover, CoverPass, GroupMember, RollPeriod, Session
from registers.queries.cancelling import is_cancelled
from registers.queries.chasing import key_of
from registers.queries.cover import covers_on
from registers.queries.lessons import is_on_timetable, lessons_of


@dataclass(frozen=True)
class Coverable:
    """One register of a day, opened or not, that nobody covers yet."""

    half: str
    group_id: int | None
    lesson_id: int | None
    what: str
    takers: Mapping[int, str]  # by person

    @property
    def key(self) -> str:
        return key_of(self.half, self.group_id, self.lesson_id)


def coverable_on(date: dt.date) -> list[Coverable]:
    """Return the registers of a day that nobody covers: groups' by session, then lessons' by time. Six queries."""
    found = [*_of_groups(date), *_of_lessons(date)]
    taken = {key_of(row.half, row.group_id, row.lesson_id) for row in covers_on(date)}
    return [row for row in found if row.key not in taken]


def _of_groups(date: dt.date) -> list[Coverable]:
    assigned: dict[int, dict[int, str]] = defaultdict(dict)
    rows = Assignment.objects.filter(in_force_on(date), group__isnull=False, weekdays__contains=[date.weekday()])
    for group, user, name in rows.values_list("group", "user", "user__name"):
        assigned[group][user] = name
    on_roll = RollPeriod.objects.filter(in_force_on(date), pupil=OuterRef("pupil"))
    places = GroupMember.objects.filter(in_force_on(date), Exists(on_roll), kind="registration")
    owed = list(places.order_by("group__name").values_list("group", "group__name").distinct())
    halves = Session.objects.filter(date=date).order_by("half").values_list("half", flat=True)
    return [
        Coverable(half, group, None, f"{name}, {half_words(half)}", assigned.get(group, {}))
        for half in halves
        for group, name in owed
    ]


def _of_lessons(date: dt.date) -> list[Coverable]:
    if not is_on_timetable(date):
        return []
    return [
        Coverable(
            "",
            None,
            lesson.pk,
            f"{lesson.group.name}, period {lesson.period.name}",
            {lesson.teacher.pk: lesson.teacher.name} if lesson.teacher else {},
        )
        for lesson in lessons_of(date).filter(~is_cancelled(lesson="pk", date=Value(date)))
    ]


def days_of(rows: Sequence[Coverable]) -> dict[int, tuple[str, list[Coverable]]]:
    """Return each person's registers of a day, by person, with their name. No query."""
    found: dict[int, tuple[str, list[Coverable]]] = {}
    for row in rows:
        for person, name in row.takers.items():
            found.setdefault(person, (name, []))[1].append(row)
    return dict(sorted(found.items(), key=lambda item: item[1][0]))


def period_ends(date: dt.date) -> list[dt.time]:
    """Return when the lessons of a day end; none on a day off the timetable. Two queries."""
    if not is_on_timetable(date):
        return []
    return list(lessons_of(date).order_by().values_list("period__ends", flat=True).distinct())


def covers_of(date: dt.date) -> QuerySet[Cover]:
    """Return the covers of a day that hold, to be listed, by who covers. One query."""
    kept = ("group", "lesson__group", "lesson__period", "covering", "cover_pass__membership")
    return covers_on(date).select_related(*kept).order_by("name", "user", "half", "lesson__period__starts", "pk")


def open_pass(*, at: dt.datetime, **known: str) -> CoverPass | None:
    """Return the pass of a link or of a name with its PIN that opens something now, with its bearer. One query."""
    rows = CoverPass.objects.select_related("membership__user", "membership__school", "covering").filter(
        date=at.date(), membership__ended_at__isnull=True, membership__ends_at__gt=at, **known
    )
    return rows.first()
