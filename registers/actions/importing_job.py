"""What every import is told, what it counts, and what a preview shows of it."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from attendance_mat.accounts.member import Member
from attendance_mat.trust.models import School
from registers.gateways.mis_csv import Faults, Progress, Shape, Table
from registers.rules.calendar import LONDON

NO_GROUP: Final = "Not in a group"  # whose registers hold marks of pupils who were in no group that day
# Counted besides what a file does:
KEPT: Final = "restrictions kept"
WITHOUT_GROUP: Final = "without a group"
LEFT_ELSEWHERE: Final = "left elsewhere"
ROLL_STANDS: Final = "last days that stand"
SHOWN_OF_EACH: Final = 5  # rows in a preview with the same effect


class Effect(StrEnum):
    """What a file does to what stands."""

    NEW = "new"
    CHANGED = "changed"
    AMENDED = "amended"
    REMOVED = "removed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class IncomingFile:
    """Where a file is, and the name its maker gave it, which is what reasons and logs say."""

    path: Path
    name: str


class ShownRow(NamedTuple):
    """A row in a preview, and what it does in words."""

    line: int
    cells: Sequence[str]
    effect: Effect
    words: str


@dataclass
class ImportJob:
    """One import: of a file, into a school, in someone's name. A rehearsal writes nothing."""

    file: IncomingFile
    school: School
    by: Member
    at: dt.datetime
    rehearsal: bool
    progress: Progress
    faults: Faults = field(default_factory=Faults)
    counts: Counter[str] = field(default_factory=Counter)
    ignored: Sequence[str] = ()
    shown: list[ShownRow] = field(default_factory=list)
    _shown_of: Counter[Effect] = field(default_factory=Counter)
    detail: dict[str, object] = field(default_factory=dict)  # for the log of events
    left_elsewhere: list[dict[str, object]] = field(default_factory=list)  # and on roll here until there is a ground
    said: list[str] = field(default_factory=list)  # further notes for whoever imports

    @cached_property
    def on(self) -> dt.date:
        """Return the day of the import."""
        return self.at.astimezone(LONDON).date()

    @property
    def writes(self) -> bool:
        """Say whether what has been read is to be written: not after a fault, when all will be undone."""
        return not self.rehearsal and not self.faults.count

    def counts_of_effects(self) -> list[tuple[str, int]]:
        """Return how many were new, changed and so on, leaving out what did not occur."""
        return [(effect.value, self.counts[effect]) for effect in Effect if self.counts[effect]]

    def notes(self) -> list[str]:
        """Return what whoever imports should know besides the counts."""
        notes = []
        if self.counts[KEPT]:
            notes.append(f"Restrictions the file would have lifted and that stay: {self.counts[KEPT]:,}.")
        if self.counts[WITHOUT_GROUP]:
            notes.append(
                f"Marks of pupils who were in no registration group that day: {self.counts[WITHOUT_GROUP]:,}. "
                f"They stand in registers of the group “{NO_GROUP}”."
            )
        if self.counts[LEFT_ELSEWHERE]:
            notes.append(
                f"Left in the other system and still on the roll here: {self.counts[LEFT_ELSEWHERE]:,}. "
                "A name comes off only on a ground: propose the removal from the pupil's page."
            )
        if self.counts[ROLL_STANDS]:
            notes.append(
                f"Last days on roll that the file has otherwise than the roll here, which stands: "
                f"{self.counts[ROLL_STANDS]:,}."
            )
        return notes + self.said

    def table(self, shape: Shape) -> Table:
        """Return the file as rows of a shape."""
        return Table(self.file.path, shape, self.faults, self.progress)

    def shows(self, effect: Effect) -> bool:
        """Say whether the preview has room for one more row with this effect."""
        return self.rehearsal and self._shown_of[effect] < SHOWN_OF_EACH

    def show(
        self, line: int, cells: Sequence[str], effect: Effect, words: str, *, whatever_the_room: bool = False
    ) -> None:
        """Keep a row for the preview, if it has room or somebody has to do something about it."""
        if whatever_the_room and self.rehearsal:
            self.shown.append(ShownRow(line, cells, effect, words))
        elif self.shows(effect):
            self._shown_of[effect] += 1
            self.shown.append(ShownRow(line, cells, effect, words))
