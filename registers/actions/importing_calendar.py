"""Takes a school's calendar from a file."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from registers.actions.importing_job import Effect, ImportJob
from registers.gateways.mis_calendar import SHAPE, CalendarRow, calendar_rows
from registers.models import Session
from registers.queries.importing import session_ids, sessions_in_use
from registers.rules.calendar import Half


class Change(NamedTuple):
    """A session that a line adds, or takes away."""

    line: int
    date: dt.date
    half: Half
    session_id: int | None  # of the one taken away


def take_calendar(job: ImportJob) -> None:
    """Add the sessions the file has, and take away those it says are not. Five queries however long it is."""
    table = job.table(SHAPE)
    standing = session_ids()
    changes: list[Change] = []
    for row in calendar_rows(table, job.faults):
        of_row = list(_changes(row, standing))
        job.counts[Effect.UNCHANGED] += len(row.meets) - len(of_row)
        changes += of_row
        _show(job, row, of_row)
    job.ignored = table.ignored
    _refuse_to_remove_what_is_used(job, changes)
    added = [Session(date=change.date, half=change.half) for change in changes if change.session_id is None]
    removed = [change.session_id for change in changes if change.session_id is not None]
    job.counts.update({Effect.NEW: len(added), Effect.REMOVED: len(removed)})
    if job.writes:
        Session.objects.filter(pk__in=removed).delete()
        Session.objects.bulk_create(added, batch_size=1000)


def _changes(row: CalendarRow, standing: dict[tuple[dt.date, Half], int]) -> Iterator[Change]:
    for half, meets in row.meets.items():
        session_id = standing.get((row.date, half))
        if meets is (session_id is None):
            yield Change(row.line, row.date, half, session_id)


def _refuse_to_remove_what_is_used(job: ImportJob, changes: list[Change]) -> None:
    going = {change.session_id: change for change in changes if change.session_id is not None}
    used = sessions_in_use(list(going))
    for session_id, change in going.items():
        if session_id in used:
            registers, marks = used[session_id]
            reason = f"This session has {marks:,} marks in {registers:,} registers and cannot be taken away."
            job.faults.add(change.line, change.half.value, "0", reason)


def _show(job: ImportJob, row: CalendarRow, changes: list[Change]) -> None:
    cells = [row.date.isoformat(), *(str(int(row.meets[half])) if half in row.meets else "" for half in Half)]
    removed = [change for change in changes if change.session_id is not None]
    words = [f"{change.half.value} {'taken away' if change in removed else 'added'}" for change in changes]
    effect = Effect.REMOVED if removed else Effect.NEW if changes else Effect.UNCHANGED
    job.show(row.line, cells, effect, ", ".join(words) or "No change")
