"""Writes what was expected of a school's children before it happened, from what their year says of them."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from attendance_mat.clock import LONDON
from registers.actions.entering import starts_at
from registers.models import ExpectedConfirmation, ExpectedMark, Session
from reporting.demo.absences import slot
from reporting.demo.pupils import Child
from reporting.demo.so_far import SchoolSoFar
from reporting.demo.telling import CONFIRMED, GRANTED_BY, NATURES

KNOWN_AHEAD: Final = 10  # school days from which leave, trips and weekly provision are in the register already
ONLY_ONCE_BEGUN: Final = frozenset("E")
FEW_MINUTES: Final = dt.timedelta(minutes=5)
DECIDED: Final = dt.time(15, 30)
ONE_DAY: Final = dt.timedelta(days=1)
ORIGINS: Final = {
    "B": "off-site provision", "C": "leave of absence", "C2": "part-time timetable", "E": "suspension",
    "P": "sports fixture", "R": "religious observance", "V": "educational visit", "X": "part-time attendance",
}  # fmt: skip


@dataclass(frozen=True)
class Block:
    """The same thing expected over school days on end, by their numbers in the year; `until` is not among them."""

    code: str
    halves: str
    first: int
    until: int


def make_expected(school: SchoolSoFar, *, today: int) -> None:
    """Write every expected mark that the school knows of on a day (its number in the year), and the confirmations."""
    known = [
        (pupil.pk, block)
        for pupil, child in school.pupils
        for block in blocks(child, school.days)
        if block.first <= (today if block.code in ONLY_ONCE_BEGUN else today + KNOWN_AHEAD)
    ]
    made = ExpectedMark.objects.bulk_create([_row(school, pupil, block) for pupil, block in known], batch_size=1000)
    ExpectedConfirmation.objects.bulk_create(
        [
            confirmation
            for expected, (_, block) in zip(made, known, strict=True)
            if block.code in CONFIRMED
            for confirmation in _confirmations(school, expected, block, today=today)
        ],
        batch_size=1000,
    )


def blocks(child: Child, days: Sequence[dt.date]) -> Iterator[Block]:
    """Return what is expected of a child, as periods of school days on end."""
    before: Block | None = None
    eventful = sorted({number // 2 for number, code in child.plan.codes.items() if code in GRANTED_BY})
    for day in eventful:
        for block in _of_day(child, day) if child.is_on_roll(days[day]) else ():
            if before and (before.code, before.halves, before.until) == (block.code, block.halves, day):
                before = Block(before.code, before.halves, before.first, day + 1)
                continue
            if before:
                yield before
            before = block
    if before:
        yield before


def _of_day(child: Child, day: int) -> list[Block]:
    codes = [child.plan.codes.get(slot(day)), child.plan.codes.get(slot(day, afternoon=True))]
    morning, afternoon = (code if code in GRANTED_BY else None for code in codes)
    if morning and morning == afternoon:
        return [Block(morning, ExpectedMark.Halves.BOTH, day, day + 1)]
    halves = ((morning, ExpectedMark.Halves.AM), (afternoon, ExpectedMark.Halves.PM))
    return [Block(code, half, day, day + 1) for code, half in halves if code]


def _row(school: SchoolSoFar, pupil: int, block: Block) -> ExpectedMark:
    by = school.staff.one(GRANTED_BY[block.code])
    decided = block.first - (1 if block.code in ONLY_ONCE_BEGUN else KNOWN_AHEAD + 1)
    first, last = school.days[block.first], school.days[block.until - 1]
    return ExpectedMark(
        pupil_id=pupil,
        from_date=first,
        until_date=last + ONE_DAY,
        halves=block.halves,
        code=block.code,
        nature=NATURES.get(block.code, ""),
        origin=ORIGINS[block.code],
        granted_by=by.user,
        granted_by_name=by.name,
        granted_by_role=by.role,
        granted_at=dt.datetime.combine(school.days[max(0, decided)], DECIDED, LONDON),
    )


def _confirmations(
    school: SchoolSoFar, expected: ExpectedMark, block: Block, *, today: int
) -> Iterator[ExpectedConfirmation]:
    entered_by = school.staff.one(GRANTED_BY[block.code])
    for session in _sessions(school.sessions, block, today=today):
        came_at = starts_at(session, policy=school.policy) + FEW_MINUTES
        yield ExpectedConfirmation(
            expected=expected,
            session=session,
            confirmed_by_name=f"{entered_by.name}, by telephone",
            confirmed_at=came_at,
            entered_by=entered_by.user,
        )


def _sessions(sessions: Sequence[Session], block: Block, *, today: int) -> list[Session]:
    held = sessions[slot(block.first) : slot(min(block.until, today))]
    return [session for session in held if block.halves in {session.half, ExpectedMark.Halves.BOTH}]
