"""An entry of a register is tried to be disposed of on a day: whether it goes, at a school of a policy."""

import datetime as dt

import pytest
from django_tenants.utils import schema_context

from attendance_mat.trust.actions import ALWAYS, adopt_policy
from registers.models import Mark
from tests.keeping.kept import Clock, KeptSchool, at
from tests.registers.sealed import KEY, verify

MADE = dt.date(2025, 11, 3)


class Disposing:
    """Alder Primary School under a policy, with an entry of Monday 3 November 2025."""

    def __init__(self, policy: str, it_becomes: Clock) -> None:
        self.kept = KeptSchool(it_becomes)
        with schema_context("public"):
            manager = self.kept.people.member("tara")
            adopt_policy(self.kept.school, pack=policy, from_date=ALWAYS, by=manager, at=at(MADE))
        self.mark: Mark = self.kept.marked_on(MADE)

    def goes_on(self, day: dt.date) -> bool:
        """Try to dispose of the entry on a day; say whether it went. The registers verify either way."""
        self.kept.disposes_on(day)
        assert verify()[0] == 0, verify()[1]
        return not self.kept.has(self.mark)


@pytest.fixture(autouse=True)
def _key(settings: object) -> None:
    settings.REGISTER_SEAL_KEY = KEY
