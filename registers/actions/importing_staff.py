"""Takes a school's staff from a file: people, their roles with dates, and the groups they take on which weekdays."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.actions.people import add_person, give_membership
from attendance_mat.accounts.models import User
from attendance_mat.accounts.roles import Role
from attendance_mat.web.formats import year_group
from registers.actions.importing_job import Effect, ImportJob
from registers.gateways.mis_cells import YEARS
from registers.gateways.mis_staff import SHAPE, StaffRow, staff_rows
from registers.models import Assignment, Group
from registers.queries import staff as queries

A_YEAR: Final = re.compile(r"(?:year|y)\s*(\d{1,2}|r|n[12])", re.IGNORECASE)
SCHOOL_WEEK: Final = (0, 1, 2, 3, 4)
NO_END: Final = dt.date.max


class Target(NamedTuple):
    """What someone takes: a group, or a whole year group."""

    group_id: int | None
    year: int | None
    name: str


class Period(NamedTuple):
    """Days from one until another, which is no longer among them; NO_END while no end is known."""

    from_date: dt.date
    until_date: dt.date

    @classmethod
    def of(cls, row: queries.Dated) -> "Period":
        """Return the days over which something stored holds."""
        return cls(row.from_date, row.until_date or NO_END)

    @property
    def stored_until(self) -> dt.date | None:
        """Return the end as it is stored: None while none is known."""
        return None if self.until_date == NO_END else self.until_date

    def touches(self, other: "Period") -> bool:
        """Say whether there is no day between the two."""
        return self.from_date <= other.until_date and other.from_date <= self.until_date


def take_staff(job: ImportJob) -> None:
    """Bring people, roles and groups to what the file says. Whoever is not in it, and what it leaves empty, stays.

    Of a person who has groups in the file, the groups it does not name end on the day of the import. A rehearsal
    does the same and takes it back.
    """
    table = job.table(SHAPE)
    rows = sorted(staff_rows(table, job.faults), key=attrgetter("email", "role", "line"))
    job.ignored = table.ignored
    with transaction.atomic():
        groups = queries.groups_by_name()
        for _, lines in groupby(rows, key=attrgetter("email")):
            _settle_person(job, list(lines), groups)
        transaction.set_rollback(job.rehearsal)


def _settle_person(job: ImportJob, rows: Sequence[StaffRow], groups: dict[str, Group]) -> None:
    first = rows[0]
    known = User.objects.filter(email__iexact=first.email).exists()
    words: list[str] = []
    try:
        person = add_person(first.email, name=first.name, by=job.by, at=job.at)
        for role, lines in groupby(rows, key=attrgetter("role")):
            words += _settle_role(job, person, role, list(lines))
    except ValidationError as refusal:
        job.faults.add(first.line, "email", first.email, " ".join(refusal.messages))
        return
    words += _settle_groups(job, person, rows, groups)
    effect = Effect.NEW if not known else Effect.CHANGED if words else Effect.UNCHANGED
    for row in rows:
        job.counts[effect] += 1
        cells = [row.email, row.name, row.role.label, "; ".join(row.groups)]
        job.show(row.line, cells, effect, ", ".join(dict.fromkeys(words)) or "No change")


def _settle_role(job: ImportJob, person: User, role: Role, rows: Sequence[StaffRow]) -> list[str]:
    """Give a person a role over the dates of its rows, and return what changed in words.

    A role that somebody ended by hand stays ended, unless a row begins after that day.
    """
    held = queries.memberships_in(job.school, person, role)
    ended_on = max((row.ended_at.date() for row in held if row.ended_at), default=None)
    rows = [row for row in rows if ended_on is None or (row.from_date and row.from_date > ended_on)]
    before = [Period.of(row) for row in held if not row.ended_at]
    for period in _merged(_period(row, before, on=job.on) for row in rows):
        give_membership(
            person,
            role=role,
            school=job.school,
            from_date=period.from_date,
            until_date=period.stored_until,
            by=job.by,
            at=job.at,
        )
    after = [Period.of(row) for row in queries.memberships_in(job.school, person, role) if not row.ended_at]
    return [f"{role.label} from {after[0].from_date.isoformat()}"] if after != before else []


def _period(row: StaffRow, standing: Sequence[Period], *, on: dt.date) -> Period:
    """Return the days a row speaks of: a date it leaves empty is as it was, or the day of the import and no end."""
    current = next((period for period in standing if period.until_date > on), None)
    from_date = row.from_date or (current.from_date if current else on)
    stays = current.until_date if current and current.until_date > from_date else NO_END
    return Period(from_date, row.until_date or stays)


def _merged(periods: Iterable[Period]) -> list[Period]:
    """Return the periods with those that touch made one."""
    merged: list[Period] = []
    for period in sorted(periods):
        if merged and merged[-1].touches(period):
            merged[-1] = Period(merged[-1].from_date, max(merged[-1].until_date, period.until_date))
        else:
            merged.append(period)
    return merged


def _settle_groups(job: ImportJob, person: User, rows: Sequence[StaffRow], groups: dict[str, Group]) -> list[str]:
    """Have a person take just the groups of their rows from the import on, and return what changed in words."""
    wanted: dict[Target, list[StaffRow]] = defaultdict(list)
    for row in rows:
        for name in row.groups:
            wanted[_target(name, groups)].append(row)
    standing = queries.assignments_of(person) if wanted else []
    words: list[str] = []
    for target, lines in wanted.items():
        own = [row for row in standing if (row.group_id, row.year) == target[:2]]
        standing = [row for row in standing if row not in own]
        words += _settle_group(job, person, target, lines, own)
    return words + [_end(row, on=job.on) for row in standing if Period.of(row).until_date > job.on]


def _target(name: str, groups: dict[str, Group]) -> Target:
    """Return the group of a name, made as a registration group if there is none, or the year it says."""
    group = groups.get(name.casefold())
    a_year = None if group else A_YEAR.fullmatch(name)
    if a_year and a_year[1].upper() in YEARS:
        return Target(None, YEARS[a_year[1].upper()], name)
    if group is None:
        group = groups[name.casefold()] = Group.objects.create(kind=Group.Kind.REGISTRATION, name=name)
    return Target(group.pk, None, group.name)


def _settle_group(
    job: ImportJob, person: User, target: Target, rows: Sequence[StaffRow], own: list[Assignment]
) -> Iterator[str]:
    """Bring a person's assignments to one group to what their rows say, and yield each change in words."""
    given = sorted({day for row in rows for day in row.weekdays or ()})
    before = [Period.of(row) for row in own]
    for period in _merged(_period(row, before, on=job.on) for row in rows):
        found = next((row for row in own if Period.of(row).touches(period)), None)
        weekdays = given or (found.weekdays if found else list(SCHOOL_WEEK))
        if found and (Period.of(found), found.weekdays) == (period, weekdays):
            continue
        values = {"from_date": period.from_date, "until_date": period.stored_until, "weekdays": weekdays}
        if found:
            Assignment.objects.filter(pk=found.pk).update(**values)
        else:
            Assignment.objects.create(user=person, group_id=target.group_id, year=target.year, **values)
        yield f"{target.name} {'changes' if found else 'begins'}"


def _end(row: Assignment, *, on: dt.date) -> str:
    """End an assignment the file no longer names, and say so; one still to come is dropped."""
    if row.from_date < on:
        Assignment.objects.filter(pk=row.pk).update(until_date=on)
    else:
        row.delete()
    return f"{row.group.name if row.group else year_group(row.year or 0)} ends"
