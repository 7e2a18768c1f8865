"""What a policy says of each kind of leave that a request may be. It all advises; the headteacher decides (R33)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from absence.rules.leave import Check, Outcome
from attendance_mat.policy.dated import Cited
from attendance_mat.policy.leave_types import LeaveKind, LeaveType, LeaveTypes
from attendance_mat.policy.schema import LeaveCodes
from registers.rules.measures import Measures

FACTS: Final = {LeaveKind.RELIGIOUS: "R", LeaveKind.TRAVELLER: "T"}  # the codes of the kinds that may rest on facts
A_PERSON_LOOKS: Final = "A person looks whether it is so, and the headteacher may grant or refuse with a reason."
HOURS_A_DAY: Final = 24


@dataclass(frozen=True)
class Asked:
    """What is looked at: when it was asked for, its first day, its sessions and days, and the record until then.

    `religious_days` are the days of religious observance already marked in the school year; `attended` the sessions
    attended in the twelve months before it was asked for, and `age` the pupil's in years on that day.
    """

    asked_on: dt.date
    first_date: dt.date
    sessions: int
    days: int
    record: Measures
    religious_days: int = 0
    attended: int = 0
    age: int = 0


class OfKind(NamedTuple):
    """One kind of leave: its name, and each check on it."""

    title: str
    checks: tuple[Check, ...]


def of_each_kind(asked: Asked, *, types: Cited[LeaveTypes], codes: Cited[LeaveCodes]) -> tuple[OfKind, ...]:
    """Return, for each kind of leave the policy tells apart, what it needs, what is against it, and its figures.

    Where the law rests a code on facts, figures are for information and the person who decides is told so.
    Source: PR24 reg 11; statute.md R33, R37, R38; decision 16.
    """
    return tuple(
        OfKind(each.kind.replace("_", " ").capitalize(), tuple(_of_kind(each, asked, types, codes)))
        for each in types.value.types
    )


def a_year_before(day: dt.date) -> dt.date:
    """Return the first day of the twelve months that end the day before; of 29 February's, 1 March."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return dt.date(day.year - 1, 3, 1)


def _of_kind(kind: LeaveType, asked: Asked, types: Cited[LeaveTypes], codes: Cited[LeaveCodes]) -> Iterator[Check]:
    code = FACTS.get(kind.kind)
    if code in codes.value.rest_on_facts:
        why = f"{code} rests on facts: what follows is for information and bars nothing."
        yield Check("Facts", Outcome.UNKNOWN, why, codes.source)
    for name, said in _figures(kind, asked):
        yield Check(name, *said, types.source)
    for need in kind.needs:
        yield Check(f"Needs: {need}", Outcome.UNKNOWN, A_PERSON_LOOKS, types.source)
    for ground in kind.against:
        yield Check(f"Against: {ground}", Outcome.UNKNOWN, A_PERSON_LOOKS, types.source)


def _figures(kind: LeaveType, asked: Asked) -> Iterator[tuple[str, tuple[Outcome, str]]]:
    if kind.notice_days is not None:
        yield "Notice", _notice(asked, kind.notice_days)
    if kind.notice_hours is not None:
        yield "Notice", _notice(asked, -(-kind.notice_hours // HOURS_A_DAY))
    if kind.most_days is not None:
        yield "Days in the school year", _days(asked, kind.most_days)
    if kind.floor_percent is not None:
        yield "Attendance after this leave", _floor(asked, kind.floor_percent)
    if kind.least_attended is not None and kind.attended_from_age is not None:
        yield "Sessions attended in twelve months", _attended(asked, kind.least_attended, kind.attended_from_age)


def _notice(asked: Asked, days: int) -> tuple[Outcome, str]:
    """Check notice, in calendar days; hours are taken as whole days, since a request has no time of day."""
    given = max(0, (asked.first_date - asked.asked_on).days)
    return _met(is_so=given >= days), f"Notice given, in days: {given}; the policy asks for {days}."


def _days(asked: Asked, most: int) -> tuple[Outcome, str]:
    """Check days of religious observance in the school year, with those asked for."""
    total = asked.religious_days + asked.days
    said = f"{asked.religious_days} already marked and {asked.days} asked for make {total}; at most {most}."
    return _met(is_so=total <= most), said


def _floor(asked: Asked, percent: int) -> tuple[Outcome, str]:
    """Check attendance as it would be after the leave, in sessions attended of those possible, the leave among them."""
    attended, possible = asked.record.present, asked.record.possible + asked.sessions
    if not possible:
        return Outcome.UNKNOWN, "No session has been possible this school year."
    tenths = (2000 * attended + possible) // (2 * possible)
    share = f"{attended} of {possible} sessions is {tenths // 10}.{tenths % 10}%"
    said = f"{share}; the policy looks for {percent}% or more."
    return _met(is_so=100 * attended >= percent * possible), said


def _attended(asked: Asked, least: int, from_age: int) -> tuple[Outcome, str]:
    """Check the sessions attended in the twelve months before the request. In law they are a parent's defence.

    Source: Education Act 1996 s444(6); statute.md R38.
    """
    if asked.age < from_age:
        return Outcome.MET, f"{asked.attended} attended; the policy counts them from the age of {from_age}."
    return _met(is_so=asked.attended >= least), f"{asked.attended} attended; the policy looks for {least} or more."


def _met(*, is_so: bool) -> Outcome:
    return Outcome.MET if is_so else Outcome.NOT_MET
