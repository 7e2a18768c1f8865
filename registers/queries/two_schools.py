"""What the trust's other schools say of the pupils who are on two rolls (decision 4, decision 22)."""

import datetime as dt
from collections import defaultdict
from typing import NamedTuple

from django.db.models import Q
from django_tenants.utils import tenant_context

from attendance_mat.trust.models import Enrolment, School
from registers.models import Mark
from registers.rules import doubts
from registers.rules.doubts import DoubtKind, FoundDoubt

Slot = tuple[dt.date, str]


class Shared(NamedTuple):
    """A pupil of this school who is on another's roll too, there under another number."""

    here: int
    there: int
    from_date: dt.date  # of both enrolments together
    until_date: dt.date


def contradictions_between(school: School, *, first: dt.date, last: dt.date) -> list[FoundDoubt]:
    """Return where this school's marks and another's cannot both be right. Two queries, and one for each school that
    shares a pupil."""
    shared = _shared(school, first=first, last=last)
    if not shared:
        return []
    here_ids = {pair.here for pairs in shared.values() for pair in pairs}
    here = _marks_of(here_ids, [*doubts.attending(last), doubts.AT_THE_OTHER_SCHOOL], first=first, last=last)
    return [
        found
        for other, pairs in shared.items()
        for found in _compare(pairs, here, _marks_there(other, pairs, first=first, last=last), other)
    ]


def _shared(school: School, *, first: dt.date, last: dt.date) -> dict[School, list[Shared]]:
    """Return the pupils on another school's roll at the same time, by school. One query."""
    within = Q(from_date__lte=last) & (Q(until_date__isnull=True) | Q(until_date__gt=first))
    mine = {(row.upn, row.pk): row for row in Enrolment.objects.filter(within, school=school).exclude(upn="")}
    rows = Enrolment.objects.filter(within, upn__in={upn for upn, _ in mine}).exclude(school=school)
    found: dict[School, list[Shared]] = defaultdict(list)
    by_upn: dict[str, list[Enrolment]] = defaultdict(list)
    for (upn, _), row in mine.items():
        by_upn[upn].append(row)
    after = last + dt.timedelta(days=1)
    for theirs in rows.select_related("school"):
        for ours in by_upn[theirs.upn]:
            starts = max(ours.from_date, theirs.from_date, first)
            until = min(ours.until_date or after, theirs.until_date or after, after)
            if starts < until:
                found[theirs.school].append(Shared(ours.pupil_id, theirs.pupil_id, starts, until))
    return found


def _marks_of(
    pupils: set[int], wanted: list[str] | None, *, first: dt.date, last: dt.date
) -> dict[int, dict[Slot, tuple[int, str]]]:
    """Return marks by pupil and half day, each its session's number and its code. One query."""
    rows = Mark.objects.filter(pupil__in=pupils, session__date__range=(first, last)).exclude(code="")
    if wanted is not None:
        rows = rows.filter(code__in=wanted)
    found: dict[int, dict[Slot, tuple[int, str]]] = defaultdict(dict)
    values = rows.values_list("pupil", "session", "code", "session__date", "session__half")
    for pupil, session, code, date, half in values:
        found[pupil][date, half] = (session, code)
    return found


def _marks_there(
    other: School, pairs: list[Shared], *, first: dt.date, last: dt.date
) -> dict[int, dict[Slot, tuple[int, str]]]:
    with tenant_context(other):
        return _marks_of({pair.there for pair in pairs}, None, first=first, last=last)


def _compare(
    pairs: list[Shared],
    here: dict[int, dict[Slot, tuple[int, str]]],
    there: dict[int, dict[Slot, tuple[int, str]]],
    other: School,
) -> list[FoundDoubt]:
    found = []
    for pair in pairs:
        theirs = there.get(pair.there, {})
        for slot, (session, code) in here.get(pair.here, {}).items():
            if pair.from_date <= slot[0] < pair.until_date:
                other_code = theirs.get(slot, (0, ""))[1]
                kind, offered = _verdict(code, other_code, on=slot[0])
                if kind:
                    evidence = {"code": code, "other": other.name, "other_code": other_code}
                    found.append(FoundDoubt(pair.here, kind, session, evidence, offered))
    return found


def _verdict(code: str, other_code: str, *, on: dt.date) -> tuple[DoubtKind | None, str]:
    """Say what is wrong with two schools' codes for one half day. Source: R40: D stands only for a session due at the
    other school, which records the real mark and follows up its own absences."""
    if code == doubts.AT_THE_OTHER_SCHOOL:
        return (None, "") if other_code in doubts.due_there(on) else (DoubtKind.NOT_CONFIRMED, "")
    if other_code in doubts.attending(on):
        return DoubtKind.TWO_SCHOOLS, doubts.AT_THE_OTHER_SCHOOL
    return None, ""
