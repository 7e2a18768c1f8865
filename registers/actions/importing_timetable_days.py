"""Takes weeks A and B, and days off the timetable, from a timetable's file."""

import datetime as dt
from collections.abc import Sequence

from registers.actions.importing_job import Effect, ImportJob
from registers.actions.importing_timetable_rows import show
from registers.gateways.mis_timetable import A_WEEK, Row
from registers.models import OffTimetableDay, TimetableWeek
from registers.queries.timetable import days_taken

TAKEN = "Lesson registers were taken then: that cannot change any more."
TWICE = "This day is on another line already."


def take_weeks(job: ImportJob, rows: Sequence[Row]) -> None:
    """Name weeks A or B. One whose lessons were taken stays what it was. Four queries at most."""
    if not rows:
        return
    standing = {week.begins_on: week.week for week in TimetableWeek.objects.all()}
    mondays = [row["from"] for row in rows]
    taken = {day - day.weekday() * dt.timedelta(days=1) for day in days_taken(min(mondays), max(mondays) + A_WEEK)}
    seen: set[dt.date] = set()
    wanted = []
    for row in rows:
        monday, before = row["from"], standing.get(row["from"])
        if monday in seen:
            job.faults.add(row.line, "from", monday.isoformat(), TWICE)
        elif before != row["week"] and monday in taken:
            job.faults.add(row.line, "from", monday.isoformat(), TAKEN)
        effect = Effect.UNCHANGED if before == row["week"] else Effect.CHANGED if before else Effect.NEW
        show(job, row, effect, "No change" if before == row["week"] else f"is week {row['week']}")
        seen.add(monday)
        wanted.append(TimetableWeek(begins_on=monday, week=row["week"]))
    if not job.faults.count:
        TimetableWeek.objects.bulk_create(
            wanted, update_conflicts=True, unique_fields=["begins_on"], update_fields=["week"]
        )


def take_days(job: ImportJob, off: Sequence[Row], on: Sequence[Row]) -> None:
    """Take days off the timetable, and others back onto it. Four queries at most."""
    if not (off or on):
        return
    standing = set(OffTimetableDay.objects.values_list("date", flat=True))
    rows = [*off, *on]
    taken = days_taken(min(row["from"] for row in rows), max((row["to"] or row["from"]) for row in rows))
    seen: set[dt.date] = set()
    added: list[OffTimetableDay] = []
    for row in rows:
        days = list(row.days())
        is_off = row in off
        changed = [day for day in days if (day in standing) is not is_off]
        if seen & set(days):
            job.faults.add(row.line, "from", row["from"].isoformat(), TWICE)
        elif taken & set(changed):
            job.faults.add(row.line, "from", row["from"].isoformat(), TAKEN)
        seen |= set(days)
        added += [OffTimetableDay(date=day, reason=row["reason"]) for day in changed if is_off]
        effect = (Effect.NEW if is_off else Effect.REMOVED) if changed else Effect.UNCHANGED
        show(job, row, effect, ("off the timetable" if is_off else "back on it") if changed else "No change")
    if not job.faults.count:
        OffTimetableDay.objects.filter(date__in={day for row in on for day in row.days()}).delete()
        OffTimetableDay.objects.bulk_create(added)
