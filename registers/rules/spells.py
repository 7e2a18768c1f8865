"""Spells of absence: runs of sessions missed one after another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from registers.rules import codes
from registers.rules.calendar import SessionMark
from registers.rules.codes import Statistical

MISSED = frozenset({Statistical.AUTHORISED, Statistical.UNAUTHORISED})
SKIPPED = frozenset({Statistical.NOT_POSSIBLE, Statistical.NONE})


@dataclass(frozen=True)
class Spell:
    """Sessions missed in a row, in order. A session that was not possible neither ends nor lengthens it."""

    marks: tuple[SessionMark, ...]

    @property
    def sessions(self) -> int:
        return len(self.marks)

    @property
    def last(self) -> SessionMark:
        return self.marks[-1]


def spells(marks: Iterable[SessionMark]) -> tuple[Spell, ...]:
    """Return a pupil's spells of absence, in order. Nights, weekends and holidays do not break one."""
    found: list[Spell] = []
    running: list[SessionMark] = []
    for mark in sorted(marks):
        code = codes.find(mark.code, on=mark.date)
        if code is None or code.statistical in SKIPPED:
            continue
        if code.statistical in MISSED:
            running.append(mark)
        else:
            found += _ended(running)
            running = []
    return tuple(found + _ended(running))


def _ended(running: Sequence[SessionMark]) -> list[Spell]:
    return [Spell(tuple(running))] if running else []
