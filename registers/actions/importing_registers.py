"""The registers in which imported marks stand."""

import datetime as dt
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from registers.actions.entering import closes_at, starts_at
from registers.actions.importing_job import NO_GROUP, ImportJob
from registers.models import Group, Register, Session
from registers.queries.importing import registers_of
from registers.rules.calendar import Half


class Place(NamedTuple):
    """Whose register, and when: a session, and a registration group or none."""

    session_id: int
    group_id: int | None
    date: dt.date
    half: Half


class SessionTimes:
    """When sessions start and their registers close, by the policy followed that day, for a group by its year."""

    def __init__(self, school: School) -> None:
        self._policy = policy_for(school)
        self.starts_at = cache(self._starts_at)
        self.closes_at = cache(self._closes_at)

    def _starts_at(self, on: dt.date, half: Half, group_id: int | None = None) -> dt.datetime:
        return starts_at(Session(date=on, half=half), policy=self._policy, group_id=group_id)

    def _closes_at(self, on: dt.date, half: Half, group_id: int | None = None) -> dt.datetime:
        return closes_at(Session(date=on, half=half), policy=self._policy, group_id=group_id)


class ImportedRegisters:
    """Finds the register of each place, and makes those that are not there."""

    def __init__(self, job: ImportJob, times: SessionTimes) -> None:
        self.job, self.times = job, times
        self.known: dict[tuple[int, int], int] = {}
        self.no_group_id = 0  # made when the first mark needs it

    def ids(self, places: Iterable[Place]) -> dict[Place, int]:
        """Return each place's register. Two statements where any is not known yet, and some to make them."""
        keys = {place: (place.session_id, self._group_id(place)) for place in places}
        if lacking := {key[0] for key in keys.values() if key not in self.known}:
            self.known.update(registers_of(lacking))
        missing = {key: place for place, key in keys.items() if key not in self.known}
        made = Register.objects.bulk_create(
            [self._register(place, group_id) for (_, group_id), place in missing.items()], batch_size=1000
        )
        self.known.update({(register.session_id, register.group_id): register.pk for register in made})
        return {place: self.known[key] for place, key in keys.items()}

    def _group_id(self, place: Place) -> int:
        if place.group_id is not None:
            return place.group_id
        if not self.no_group_id:
            self.no_group_id = Group.objects.get_or_create(kind=Group.Kind.REGISTRATION, name=NO_GROUP)[0].pk
        return self.no_group_id

    def _register(self, place: Place, group_id: int) -> Register:
        """Return a register finished by whoever imports; one that is still open is left for its teacher."""
        register = Register(
            session_id=place.session_id,
            group_id=group_id,
            opened_at=self.times.starts_at(place.date, place.half, place.group_id),
            closes_at=self.times.closes_at(place.date, place.half, place.group_id),
        )
        if register.closes_at < self.job.at:
            register.taken_by = register.finished_by = self.job.by.user
            register.taken_at = register.finished_at = self.job.at
        return register
