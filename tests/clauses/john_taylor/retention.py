"""How long John Taylor keeps the register: six years, as the law does."""

import datetime as dt

from tests.clauses import proves
from tests.clauses.retention import Disposing, _key
from tests.keeping.kept import Clock
from tests.live import cloned_database, it_becomes

__all__ = ["_key", "cloned_database", "it_becomes"]


@proves("JTM-8.02")
def test_an_entry_of_3_november_2025_goes_on_10_november_2031_and_not_on_31_october(it_becomes: Clock) -> None:
    school = Disposing("john_taylor", it_becomes)

    assert not school.goes_on(dt.date(2031, 10, 31))
    assert school.goes_on(dt.date(2031, 11, 10))
