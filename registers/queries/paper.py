"""What is read to print a day's registers, and who may have taken one on paper."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from attendance_mat.accounts.models import Membership, User, in_force_on
from attendance_mat.audit.models import AuditEvent
from attendance_mat.trust.models import School
from attendance_mat.web.formats import short_day
from registers.models import CoverPass, Session, Source
from registers.queries.takers import TAKING_ROLES
from registers.rules.calendar import Half
from registers.rules.classroom import shown

# Every child of a registration group on a day, with what each half's register and expectation say of them.
_ROWS: Final = """
SELECT g.id, g.name, p.id,
    coalesce(nullif(p.surname_in_use, ''), p.surname) || ', ' || coalesce(nullif(p.forename_in_use, ''), p.forename),
    p.dob, am.code, am.source, pm.code, pm.source, coming.am, coming.pm
FROM registers_groupmember AS place
JOIN registers_group AS g ON g.id = place.group_id
JOIN registers_pupil AS p ON p.id = place.pupil_id AND (p.died_on IS NULL OR p.died_on > %(on)s)
LEFT JOIN registers_mark AS am ON am.pupil_id = p.id AND am.session_id = %(am)s
LEFT JOIN registers_mark AS pm ON pm.pupil_id = p.id AND pm.session_id = %(pm)s
LEFT JOIN LATERAL (
    SELECT max(e.code) FILTER (WHERE e.halves <> 'pm') AS am, max(e.code) FILTER (WHERE e.halves <> 'am') AS pm
    FROM registers_expectedmark AS e
    WHERE e.pupil_id = p.id AND e.ended_at IS NULL AND e.from_date <= %(on)s AND e.until_date > %(on)s
) AS coming ON true
WHERE place.kind = 'registration' AND place.from_date <= %(on)s AND coalesce(place.until_date, 'infinity') > %(on)s
    AND EXISTS (SELECT FROM registers_rollperiod AS r WHERE r.pupil_id = p.id AND r.from_date <= %(on)s
        AND coalesce(r.until_date, 'infinity') > %(on)s)
    AND (%(group)s IS NULL OR g.id = %(group)s)
"""
_TAKERS: Final = """
SELECT a.group_id, u.name FROM registers_assignment AS a JOIN accounts_user AS u ON u.id = a.user_id AND u.is_active
WHERE a.group_id IS NOT NULL AND a.from_date <= %(on)s AND coalesce(a.until_date, 'infinity') > %(on)s
    AND %(weekday)s = ANY(a.weekdays)
ORDER BY u.name
"""


@dataclass(frozen=True)
class PaperRow:
    """A child on paper. Each half says what a classroom may know: a mark, "Not expected", "Elsewhere", or nothing."""

    name: str
    born: str  # told apart from another of that name
    am: str
    pm: str


@dataclass(frozen=True)
class PaperLessonRow:
    """A child of a lesson on paper, with as much as a classroom may know: a mark, "Not expected", or nothing."""

    name: str
    born: str  # told apart from another of that name
    said: str


@dataclass(frozen=True)
class PaperRegister:
    """One class's register of a day, to be written on."""

    group: str
    takers: Sequence[str]
    rows: Sequence[PaperRow]


def halves_held(on: dt.date) -> dict[Half, int]:
    """Return the sessions of a day by their half. One query."""
    return {Half(half): pk for pk, half in Session.objects.filter(date=on).values_list("pk", "half")}


def paper_registers(on: dt.date, *, classroom: Collection[str], group_id: int | None = None) -> list[PaperRegister]:
    """Return every class's register of a day, or one's, with what is known of it already. Three queries.

    `classroom` holds the codes that any classroom may see: of what is expected, or was, paper says never which it is
    (decision 6).
    """
    held = halves_held(on)
    asked = {"on": on, "am": held.get(Half.AM), "pm": held.get(Half.PM), "group": group_id, "weekday": on.weekday()}
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, asked)
        rows = sorted(cursor.fetchall(), key=lambda row: (row[1], row[0], row[3].casefold(), row[2]))
        cursor.execute(_TAKERS, asked)
        takers: dict[int, list[str]] = {}
        for group, name in cursor.fetchall():
            takers.setdefault(group, []).append(name)
    return [
        PaperRegister(name, takers.get(pk, ()), _children(list(children), on, classroom))
        for (pk, name), children in groupby(rows, key=lambda row: (row[0], row[1]))
    ]


def _children(rows: Sequence[Any], on: dt.date, classroom: Collection[str]) -> list[PaperRow]:
    alike = Counter(row[3] for row in rows)
    return [
        PaperRow(
            name=name,
            born=f"born {short_day(dob)}" if alike[name] > 1 else "",
            am=_said(am, am_source, am_due, on, classroom),
            pm=_said(pm, pm_source, pm_due, on, classroom),
        )
        for _, _, _, name, dob, am, am_source, pm, pm_source, am_due, pm_due in rows
    ]


def _said(code: str | None, source: str | None, due: str | None, on: dt.date, classroom: Collection[str]) -> str:
    """Return what a half's box has printed in it."""
    if code:
        visible = () if source == Source.EXPECTED or code == due else classroom
        mark = shown(code, on=on, visible=visible)
        return mark.code or mark.words
    return shown(due, on=on, visible=()).words if due else ""


def last_event() -> tuple[int, dt.datetime | None]:
    """Return the number of the last thing that happened in this school and when; 0 before anything did. One query."""
    return AuditEvent.objects.order_by("-pk").values_list("pk", "at").first() or (0, None)


def who_may_have_taken(school: School, *, on: dt.date) -> QuerySet[User]:
    """Return whoever might have taken a register on a day, by name: staff, and who had a cover pass. One query."""
    held = Membership.objects.filter(
        in_force_on(on), user=OuterRef("pk"), school=school, ended_at__isnull=True, role__in=TAKING_ROLES
    )
    covering = CoverPass.objects.filter(membership__user=OuterRef("pk"), date=on)
    return User.objects.filter(Exists(held) | Exists(covering), is_machine=False).order_by("name")


def had_a_pass(taker: User, *, on: dt.date) -> bool:
    """Say whether somebody had a cover pass for a day, which may have ended since. One query."""
    return CoverPass.objects.filter(membership__user=taker, date=on).exists()
