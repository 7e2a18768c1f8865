"""When the registers of a period were first marked, and who was to take them. Eight queries for any period."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Any, Final

from django.db import connection

from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.schema import AfternoonSession, MorningSession, RegisterOpen
from attendance_mat.web.formats import half as half_words
from registers.models import Assignment, Cover, Group
from registers.queries.chasing import key_of
from registers.rules.calendar import LONDON, Half
from registers.rules.register_quality import CAME, HERE, KeptRegister

# Not owed: what a closure of the school or of the group took, and a day that was kept elsewhere and imported. The time
# is that at which marks were made: what was tapped offline in time is not late for having waited.
_REGISTERS: Final = """
SELECT session.date, session.half, grp.id, grp.name, register.closes_at,
    (SELECT min(mark.made_at) FROM registers_mark AS mark
        WHERE mark.register_id = register.id AND mark.source NOT IN ('expected', 'import')),
    register.id
FROM registers_session AS session
JOIN registers_group AS grp ON grp.kind = 'registration' AND grp.id = ANY(%(groups)s)
LEFT JOIN registers_register AS register ON register.session_id = session.id AND register.group_id = grp.id
WHERE session.date BETWEEN %(first)s AND %(last)s AND EXISTS (
    SELECT FROM registers_groupmember AS place
    JOIN registers_rollperiod AS roll ON roll.pupil_id = place.pupil_id AND roll.from_date <= session.date
        AND COALESCE(roll.until_date, 'infinity') > session.date
    WHERE place.kind = 'registration' AND place.group_id = grp.id AND place.from_date <= session.date
        AND COALESCE(place.until_date, 'infinity') > session.date
) AND NOT EXISTS (
    SELECT FROM registers_closure AS closure WHERE closure.undone_at IS NULL AND closure.from_date <= session.date
        AND closure.until_date > session.date AND closure.halves IN (session.half, 'both')
        AND (closure.whole_school OR EXISTS (SELECT FROM registers_closure_groups AS part
            WHERE part.closure_id = closure.id AND part.group_id = grp.id))
) AND NOT EXISTS (
    SELECT FROM registers_mark AS kept WHERE kept.register_id = register.id AND kept.source = 'import'
)
ORDER BY session.date, session.half, grp.name
"""
# A school misses none before the first day on which it took any.
_LESSONS: Final = """
SELECT day.date, lesson.id, lesson.group_id, grp.name, period.name, period.starts, period.ends, lesson.teacher_id,
    teacher.name,
    (SELECT min(mark.made_at) FROM registers_lessonmark AS mark WHERE mark.register_id = register.id),
    register.id
FROM (SELECT DISTINCT date FROM registers_session WHERE date BETWEEN %(first)s AND %(last)s) AS day
JOIN registers_timetableperiod AS period ON period.weekday = extract(isodow FROM day.date)::int - 1
JOIN registers_timetabledlesson AS lesson ON lesson.period_id = period.id AND lesson.from_date <= day.date
    AND COALESCE(lesson.until_date, 'infinity') > day.date AND lesson.group_id = ANY(%(groups)s)
JOIN registers_group AS grp ON grp.id = lesson.group_id
LEFT JOIN accounts_user AS teacher ON teacher.id = lesson.teacher_id
LEFT JOIN registers_lessonregister AS register ON register.lesson_id = lesson.id AND register.date = day.date
WHERE day.date >= (SELECT min(date) FROM registers_lessonregister)
    AND NOT EXISTS (SELECT FROM registers_offtimetableday AS off WHERE off.date = day.date)
    AND NOT EXISTS (SELECT FROM registers_lessoncancellation AS off WHERE off.lesson_id = lesson.id
        AND off.date = day.date AND off.taken_back_at IS NULL)
    AND (period.week = '' OR EXISTS (SELECT FROM registers_timetableweek AS named
        WHERE named.begins_on = day.date - (extract(isodow FROM day.date)::int - 1) AND named.week = period.week))
    AND NOT EXISTS (SELECT FROM registers_closure AS closure WHERE closure.undone_at IS NULL AND closure.whole_school
        AND closure.from_date <= day.date AND closure.until_date > day.date)
ORDER BY day.date, period.starts, grp.name
"""
# How many marks of each register were corrected, read from the few that were changed.
_CORRECTIONS: Final = """
SELECT mark.register_id, count(DISTINCT change.mark_id)
FROM registers_session AS session
JOIN registers_register AS register ON register.session_id = session.id
JOIN registers_mark AS mark ON mark.register_id = register.id
JOIN registers_markamendment AS change ON change.mark_id = mark.id AND change.kind = 'amendment'
WHERE session.date BETWEEN %(first)s AND %(last)s AND change.source <> 'import' AND {corrected}
GROUP BY mark.register_id
"""
# Of a year's lesson marks only those that were changed are looked up, one by one: joined, all of them would be read.
_LESSON_CORRECTIONS: Final = """
SELECT changed.register_id, count(DISTINCT changed.mark_id)
FROM (SELECT change.mark_id,
        (SELECT mark.register_id FROM registers_lessonmark AS mark WHERE mark.id = change.mark_id) AS register_id
    FROM registers_lessonmarkamendment AS change WHERE change.kind = 'amendment' AND {corrected}) AS changed
JOIN registers_lessonregister AS register ON register.id = changed.register_id
WHERE register.date BETWEEN %(first)s AND %(last)s
GROUP BY changed.register_id
"""
# As rules/register_quality.py has it: is_correction.
_CORRECTED: Final = """(
    change.original_code = ANY(%(here)s) AND change.amended_code <> ALL(%(here)s)
    OR change.original_code <> ALL(%(came)s) AND change.original_code <> '' AND change.amended_code = ANY(%(here)s)
)"""


def kept_registers(
    groups: Collection[int], *, first: dt.date, last: dt.date, policy: Policy, at: dt.datetime, lessons: bool = True
) -> list[KeptRegister]:
    """Return the registers of these groups that were due from a day to a day and had closed by a moment."""
    asked = {"groups": list(groups), "first": first, "last": last, "here": list(HERE), "came": list(CAME)}
    covers = _covers(first, last)
    found = [*_of_groups(asked, policy, covers), *(_of_lessons(asked, covers) if lessons else ())]
    return sorted((row for row in found if row.closes_at <= at), key=lambda row: (row.starts_at, row.group))


def groups_with_registers() -> list[int]:
    """Return every group that may have a register. One query."""
    return list(Group.objects.values_list("pk", flat=True))


def _of_groups(
    asked: dict[str, Any], policy: Policy, covers: Mapping[tuple[dt.date, str], tuple[int, str]]
) -> Iterator[KeptRegister]:
    assigned, usual = _assigned(asked["first"], asked["last"]), _usual_times(policy)
    corrected = dict(_rows(_CORRECTIONS, asked))
    for date, half, group, name, closes_at, first_marked_at, register in _rows(_REGISTERS, asked):
        starts, open_for = usual(date, half)
        closes = closes_at or starts + open_for
        covering = covers.get((date, key_of(half, group, None)))
        takers = {
            user: who for user, who, weekdays, since, until in assigned[group]
            if since <= date and (until is None or until > date) and date.weekday() in weekdays
        }  # fmt: skip
        yield KeptRegister(
            date, f"{name}, {half_words(half)}", group, name, closes - open_for, closes, first_marked_at,
            corrected.get(register, 0), dict([covering]) if covering else takers,
        )  # fmt: skip


def _usual_times(policy: Policy) -> Callable[[dt.date, str], tuple[dt.datetime, dt.timedelta]]:
    """Return when a session starts by the policy and how long its registers are open, read once a day and half."""

    @cache
    def usual(date: dt.date, half: str) -> tuple[dt.datetime, dt.timedelta]:
        kind: type[MorningSession | AfternoonSession] = MorningSession if half == Half.AM else AfternoonSession
        starts = dt.datetime.combine(date, policy.terms(kind, on=date).starts, tzinfo=LONDON)
        return starts, dt.timedelta(minutes=policy.terms(RegisterOpen, on=date).minutes)

    return usual


def _of_lessons(asked: dict[str, Any], covers: Mapping[tuple[dt.date, str], tuple[int, str]]) -> Iterator[KeptRegister]:
    corrected = dict(_rows(_LESSON_CORRECTIONS, asked))
    for date, pk, group, name, period, starts, ends, teacher, who, saved, register in _rows(_LESSONS, asked):
        covering = covers.get((date, key_of("", None, pk)))
        begins, over = (dt.datetime.combine(date, time, tzinfo=LONDON) for time in (starts, ends))
        takers = {teacher: who} if teacher else {}
        yield KeptRegister(
            date, f"{name}, period {period}", group, name, begins, over, saved,
            corrected.get(register, 0), dict([covering]) if covering else takers,
        )  # fmt: skip


def _rows(statement: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("{corrected}", _CORRECTED), asked)
        return list(cursor.fetchall())


def _assigned(first: dt.date, last: dt.date) -> dict[int, list[tuple[Any, ...]]]:
    """Return who was assigned each group for some of these days. One query."""
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    rows = Assignment.objects.filter(group__isnull=False, from_date__lte=last).exclude(until_date__lte=first)
    for group, *who in rows.values_list("group", "user", "user__name", "weekdays", "from_date", "until_date"):
        found[group].append(tuple(who))
    return found


def _covers(first: dt.date, last: dt.date) -> dict[tuple[dt.date, str], tuple[int, str]]:
    """Return who covered which register on these days. One query."""
    rows = Cover.objects.filter(date__range=(first, last), ended_at__isnull=True)
    kept = rows.values_list("date", "half", "group", "lesson", "user", "name")
    return {(date, key_of(half, group, lesson)): (user, name) for date, half, group, lesson, user, name in kept}
