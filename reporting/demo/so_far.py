"""What of a demonstration's school is in the database already, for those who write the rest."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from attendance_mat.policy.adopted import Policy
from attendance_mat.trust.models import School
from registers.models import Group, Pupil, Session
from reporting.demo.pupils import Child
from reporting.demo.staff import Staff

Pairs = Sequence[tuple[Pupil, Child]]


@dataclass(frozen=True)
class SchoolSoFar:
    """A school with its calendar, people, classes and children, and no marks."""

    school: School
    policy: Policy
    staff: Staff
    sessions: Sequence[Session]  # two to a school day, in order
    groups: dict[str, Group]
    pupils: Pairs

    @cached_property
    def days(self) -> list[dt.date]:
        """Return the year's school days, in order."""
        return [session.date for session in self.sessions[::2]]

    @cached_property
    def classes(self) -> dict[str, Pairs]:
        """Return the children of each class, leavers and those to come included."""
        return {name: [pair for pair in self.pupils if pair[1].group == name] for name in self.groups}

    def in_class(self, group: str, day: dt.date) -> Pairs:
        """Return a class's children on roll on a day."""
        return [pair for pair in self.classes[group] if pair[1].is_on_roll(day)]
