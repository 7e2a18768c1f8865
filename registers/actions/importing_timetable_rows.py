"""How a row of a timetable's file is counted, and shown in its preview."""

from registers.actions.importing_job import Effect, ImportJob
from registers.gateways.mis_staff import WEEKDAYS
from registers.gateways.mis_timetable import Row


def show(job: ImportJob, row: Row, effect: Effect, words: str) -> None:
    """Count what a row does, and keep it for the preview if it has room."""
    job.counts[effect] += 1
    if job.shows(effect):
        day = WEEKDAYS[row["weekday"]].capitalize() if row["weekday"] is not None else row["from"] or ""
        what = row["subject"] or row["week"] or row["reason"] or row["upn"] or row["local_id"] or ""
        job.show(row.line, [row.record.capitalize(), str(day), row["period"] or "", row["group"] or "", what], effect,
                 words)  # fmt: skip
