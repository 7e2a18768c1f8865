"""Whether the marks of a file may stand: the pupil, the day, the session, the code."""

import datetime as dt
from array import array
from functools import lru_cache
from typing import NamedTuple

from registers.actions.importing_job import ImportJob
from registers.actions.importing_registers import Place, SessionTimes
from registers.gateways.mis_marks import HalfMark, MarkRow
from registers.queries.identity import identities
from registers.queries.importing import roll
from registers.rules.calendar import Half
from registers.rules.codes import Ages, Refusal, find, refusal
from registers.rules.roll import on_roll


class WantedMark(NamedTuple):
    """A mark that a file asks for and that may stand."""

    row: MarkRow
    pupil_id: int
    place: Place
    mark: HalfMark

    @property
    def key(self) -> tuple[int, int]:
        """Return the pupil and the session: between them there is one mark."""
        return self.pupil_id, self.place.session_id


class MarkChecks:
    """Checks rows against the school's pupils, roll and calendar, which are held in memory. Five queries."""

    def __init__(self, job: ImportJob, times: SessionTimes) -> None:
        self.job, self.times = job, times
        self.identities, self.roll = identities(), roll()
        self._day_numbers = {date: n for n, date in enumerate(sorted({date for date, _ in self.roll.sessions}))}
        self._lines: dict[int, array[int]] = {}  # of each pupil: on which line each day was, 0 for none

    def wanted(self, row: MarkRow) -> list[WantedMark]:
        """Return the marks of a row that may stand; the others are faults."""
        pupil_id = self._pupil(row)
        if pupil_id is None or self._comes_again(row, pupil_id) or not row.marks:
            return []
        if row.date <= self.job.on and not on_roll(self.roll.periods.get(pupil_id, ()), row.date):
            self.job.faults.add(row.line, "date", row.date.isoformat(), "The pupil was off roll on that day.")
            return []
        group_id = self.roll.group_on(pupil_id, row.date)
        return [
            WantedMark(
                row, pupil_id, Place(self.roll.sessions[row.date, mark.half], group_id, row.date, mark.half), mark
            )
            for mark in row.marks
            if self._may_stand(row, pupil_id, mark)
        ]

    def _pupil(self, row: MarkRow) -> int | None:
        found = self.identities.found(row.upn, row.local_id)
        if found is None:
            column, number = ("upn", row.upn) if row.upn else ("local_id", row.local_id)
            self.job.faults.add(
                row.line, column, number, f"Unknown {'UPN' if row.upn else column}: no such pupil here."
            )
        return found

    def _comes_again(self, row: MarkRow, pupil_id: int) -> bool:
        number = self._day_numbers.get(row.date)
        if number is None:
            return False
        lines = self._lines.get(pupil_id)
        if lines is None:
            lines = self._lines[pupil_id] = array("L", bytes(array("L").itemsize * len(self._day_numbers)))
        if lines[number]:
            reason = f"Duplicate row: this pupil's day is already on line {lines[number]}."
            self.job.faults.add(row.line, "date", row.date.isoformat(), reason)
            return True
        lines[number] = row.line
        return False

    def _may_stand(self, row: MarkRow, pupil_id: int, mark: HalfMark) -> bool:
        reason = self._why_not(row.date, pupil_id, mark)
        if reason:
            self.job.faults.add(row.line, mark.half.value, mark.code, reason)
        return not reason

    def _why_not(self, on: dt.date, pupil_id: int, mark: HalfMark) -> str:
        if on >= self.job.on and self.times.starts_at(on, mark.half) > self.job.at:
            return "The session is in the future."
        if (on, mark.half) not in self.roll.sessions:
            half = "morning" if mark.half is Half.AM else "afternoon"
            return f"No session: the school did not meet on the {half} of {on.isoformat()}."
        refused, depends_on_age = _misuse(mark.code, on, mark.half)
        if depends_on_age and not refused:
            born = self.roll.born[pupil_id]
            refused = refusal(mark.code, on=on, half=mark.half, dob=born, allowed=None, nature=None)
        return refused.message if refused else ""


@lru_cache(maxsize=16_384)
def _misuse(code: str, on: dt.date, half: Half) -> tuple[Refusal | None, bool]:
    """Return why nobody may have a code at a session, and whether some may not for their age."""
    found = find(code, on=on)
    refused = refusal(code, on=on, half=half, dob=None, allowed=None, nature=None)
    return refused, found is not None and found.ages is not Ages.ANY
