"""What the demonstration makes sure there is to see on its day, whatever the shape has drawn."""

import datetime as dt
from dataclasses import dataclass

from reporting.demo.absences import slot
from reporting.demo.occasions import take_on_a_trip
from reporting.demo.pupils import Child, classes

NOT_SEEN: int = 26  # school days: over the twenty of a continuous absence
PART_TIME: int = 20  # school days before and after


@dataclass(frozen=True)
class Arranged:
    """The children to whom something was given."""

    on_leave: tuple[Child, ...]  # today, granted beforehand
    away: Child  # absent without leave for twenty-six school days


def arrange(children: list[Child], *, phase: str, today: int, days: list[dt.date]) -> Arranged:
    """Give a school's children leave, a trip and part-time attendance today, and one a long absence up to it.

    `today` is the day's number in the year.
    """
    groups = [group for group in classes(children).values() if group[0].year >= 0]
    take_on_a_trip(groups[-2], today)
    staying = [_here(group, days, today) for group in groups]
    on_leave = (*staying[2][2:4], staying[0][1])
    for child in on_leave:
        _give(child, "C", range(today, min(today + 2, len(days))))
    _give_afternoons(staying[3][3], "C2", range(max(0, today - PART_TIME), min(today + PART_TIME, len(days))))
    away = staying[-3][4]
    since = max(0, today - (NOT_SEEN if phase == "secondary" else 6))
    _give(away, "O", range(since, min(today + 5, len(days))))
    return Arranged(on_leave=on_leave, away=away)


def _here(group: list[Child], days: list[dt.date], today: int) -> list[Child]:
    """Return the children of a class who have been on roll all year and still are."""
    return [child for child in group if child.is_on_roll(days[today]) and child.is_on_roll(days[0])]


def _give(child: Child, code: str, days: range) -> None:
    for day in days:
        child.plan.codes |= {slot(day): code, slot(day, afternoon=True): code}
    child.plan.begins.add(slot(days.start))


def _give_afternoons(child: Child, code: str, days: range) -> None:
    for day in days:
        child.plan.codes[slot(day, afternoon=True)] = code
