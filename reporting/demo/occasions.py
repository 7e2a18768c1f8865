"""What a class does together or a child does every week: trips, provision elsewhere, a nursery's mornings."""

import datetime as dt
from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING, Final

from registers.rules.age import is_compulsory_age
from reporting.demo.absences import slot
from reporting.demo.shape import shape_of

if TYPE_CHECKING:
    from reporting.demo.pupils import Child

OFF_SITE_YEARS: Final = {5, 6, 10, 11}
WEEKDAYS: Final = 5


def give_group_occasions(group: Sequence["Child"], phase: str, days: Sequence[dt.date], random: Random) -> None:
    """Give a class its year's trips, some of its children a weekly place elsewhere, and a nursery its mornings."""
    shape, year = shape_of(phase), group[0].year
    if year < 0:
        for child in group:
            only_mornings(child, len(days))
        return
    for day in range(len(days)):
        if random.random() < shape.trips:
            take_on_a_trip(group, day)
    if year in OFF_SITE_YEARS:
        share = shape.off_site * WEEKDAYS * (3.5 if phase == "primary" else 2.5)  # two of seven years, or of five
        for child in group:
            if random.random() < share:
                place_elsewhere(child, random.randrange(WEEKDAYS), days)


def only_mornings(child: "Child", days: int) -> None:
    """Have a child of nursery age not be required in any afternoon."""
    for day in range(days):
        child.plan.codes[slot(day, afternoon=True)] = "X"


def take_on_a_trip(group: Sequence["Child"], day: int) -> None:
    """Take every child of a class who is well on a visit for a day."""
    for child in group:
        if not {slot(day), slot(day, afternoon=True)} & child.plan.codes.keys():
            child.plan.codes |= {slot(day): "V", slot(day, afternoon=True): "V"}


def place_elsewhere(child: "Child", weekday: int, days: Sequence[dt.date]) -> None:
    """Have a child educated off site one day a week."""
    for number, day in enumerate(days):
        if day.weekday() == weekday:
            for half in (slot(number), slot(number, afternoon=True)):
                child.plan.codes.setdefault(half, "B")


def suit_timetables_to_age(child: "Child", days: Sequence[dt.date]) -> None:
    """Have a part-time timetable be C2 at compulsory school age and X before and after it, as the law has them."""
    for at, code in child.plan.codes.items():
        if code == "C2" and not is_compulsory_age(child.dob, days[at // 2]):
            child.plan.codes[at] = "X"
