"""A primary school in July, and what a new year finds and leaves there."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from attendance_mat.admission.actions.new_year import begin_new_year, undo_new_year
from attendance_mat.admission.models import NewYear
from attendance_mat.admission.queries import new_year as queries
from attendance_mat.admission.rules.new_year import Choices, GroupChoice, Takers
from registers.models import Assignment, GroupMember, PupilYear
from tests.factories import make_group, make_pupil
from tests.people import People

SEPTEMBER = dt.date(2027, 9, 1)
JULY, LAST_DAY = dt.datetime(2027, 7, 12, 9, 0, tzinfo=dt.UTC), dt.date(2027, 8, 31)
TODAY = JULY.date()


class School:
    """A primary school of one class a year in years 3, 4 and 6, and what its new year is to be."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.three, self.four, self.six = (make_group(name) for name in ("3A", "4A", "6A"))
        self.rae = make_pupil(surname="Rae", year=3, dob=dt.date(2019, 1, 1), group=self.three)
        self.sol = make_pupil(surname="Sol", year=4, dob=dt.date(2018, 1, 1), group=self.four)
        self.uma = make_pupil(surname="Uma", year=6, dob=dt.date(2016, 1, 1), group=self.six)
        self.groups = {
            self.three.pk: GroupChoice("4A", Takers.STAY),
            self.four.pk: GroupChoice("5A", Takers.STAY),
            self.six.pk: GroupChoice("", Takers.STAY),
        }

    def choices(self, **other: Any) -> Choices:
        """Return what is chosen: Year 6 leaves, and whatever differs."""
        return Choices(**{"from_date": SEPTEMBER, "last_year": 6, "groups": self.groups, **other})

    def begin(self, choices: Choices | None = None, *, at: dt.datetime = JULY, seen: str = "") -> NewYear:
        """Begin the year as it was shown."""
        choices = choices or self.choices()
        seen = seen or queries.plan_of(choices, today=at.date()).digest
        return begin_new_year(choices, seen=seen, school=self.people.alder, by=self.people.ben, at=at)

    def undo(self, act: NewYear, because: str = "The wrong day") -> NewYear:
        """Take it back."""
        return undo_new_year(act, because=because, school=self.people.alder, by=self.people.ben, at=JULY)


@pytest.fixture
def school(people: People, it_is: Callable[[dt.datetime], None]) -> School:
    """Return a primary school in July."""
    it_is(JULY)
    return School(people)


def on(day: dt.date) -> dict[str, tuple[int | None, str | None]]:
    """Return each pupil's year and registration group on a day, by surname."""
    years = PupilYear.objects.filter(from_date__lte=day).exclude(until_date__lte=day)
    places = GroupMember.objects.filter(from_date__lte=day).exclude(until_date__lte=day)
    groups = dict(places.values_list("pupil__surname", "group__name"))
    return {name: (year, groups.get(name)) for name, year in years.values_list("pupil__surname", "year")}


def everything() -> list[list[tuple[Any, ...]]]:
    """Return every row that a new year may touch."""
    return [
        sorted(PupilYear.objects.values_list("pk", "pupil", "year", "from_date", "until_date")),
        sorted(GroupMember.objects.values_list("pk", "pupil", "group", "from_date", "until_date")),
        sorted(Assignment.objects.values_list("pk", "user", "group", "from_date", "until_date")),
    ]
