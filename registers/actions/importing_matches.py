"""Whom a row of the admission register is about (decision 12)."""

from typing import NamedTuple

from registers.actions.importing_job import ImportJob
from registers.gateways.mis_pupils import OF_A_NEW_PUPIL, PupilRow
from registers.queries.identity import identities


class Match(NamedTuple):
    """A row, and the pupil it is about: none for one who is new here."""

    row: PupilRow
    pupil_id: int | None


class Matching:
    """Finds each row's pupil by UPN, by the UPN they had before, else by the school's own number.

    Nothing else about a child is looked at, so that twins never become one. One query.
    """

    def __init__(self, job: ImportJob) -> None:
        self.faults, self.known = job.faults, identities()
        self._lines: dict[tuple[str, str | int], int] = {}

    def match(self, row: PupilRow) -> Match | None:
        """Return a row's match, or nothing after noting why it has none."""
        before = self.faults.count
        pupil_id = self._pupil_id(row)
        if self.faults.count == before and not self._comes_again(row, pupil_id) and pupil_id is None:
            self._require_cells_of_a_new_pupil(row)
        return Match(row, pupil_id) if self.faults.count == before else None

    def _pupil_id(self, row: PupilRow) -> int | None:
        by_upn = self.known.with_upn(row.upn) if row.upn else None
        by_former_upn = self.known.by_upn.get(row.given.get("former_upn", ""))
        by_local_id = self.known.by_local_id.get(row.local_id)
        if by_upn and by_former_upn not in {None, by_upn}:
            reason = "This is the UPN of another pupil, who has a record of their own."
            self.faults.add(row.line, "former_upn", row.given["former_upn"], reason)
        by_upn = by_upn or by_former_upn
        if by_upn and by_local_id not in {None, by_upn}:
            self.faults.add(row.line, "local_id", row.local_id, "This local_id is another pupil's.")
        elif by_local_id and not by_upn and row.upn and self.known.upn_of[by_local_id]:
            reason = "The pupil with this local_id has another UPN. If it has changed, give the old one as former_upn."
            self.faults.add(row.line, "upn", row.upn, reason)
        return by_upn or by_local_id

    def _comes_again(self, row: PupilRow, pupil_id: int | None) -> bool:
        numbers = [("upn", row.upn), ("upn", row.given.get("former_upn")), ("local_id", row.local_id), ("id", pupil_id)]
        keys = [(kind, number) for kind, number in numbers if number]
        earlier = min((self._lines[key] for key in keys if key in self._lines), default=None)
        if earlier:
            column = "upn" if row.upn else "local_id"
            self.faults.add(row.line, column, row.upn or row.local_id, f"Duplicate row: line {earlier} is this pupil.")
        self._lines.update(dict.fromkeys(keys, row.line))
        return earlier is not None

    def _require_cells_of_a_new_pupil(self, row: PupilRow) -> None:
        for column in OF_A_NEW_PUPIL:
            if column not in row.given:
                self.faults.add(row.line, column, "", f"The {column} is empty, which a pupil new to the school needs.")
