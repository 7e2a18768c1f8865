"""How long Aspire would keep the register, and how long the law has it kept."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from attendance_mat.policy.schema import RegisterRetention
from tests.clauses import proves
from tests.clauses.law import NEW, OLD, gives_way, policy_of
from tests.clauses.retention import Disposing, _key
from tests.clauses.schools import Adopt
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.keeping.kept import Clock
from tests.live import cloned_database, it_becomes
from tests.people import SINCE, People

__all__ = ["_key", "cloned_database", "it_becomes"]


@proves("AET-6.07")
def test_an_entry_is_kept_six_years_where_the_policy_says_three(page_says) -> None:
    own, law = gives_way("AET-6.07", RegisterRetention)

    assert (own.years, law.years) == (3, 6)
    assert policy_of("aspire").terms(RegisterRetention, on=NEW).years == 6
    page_says("AET-6.07")


@proves("AET-6.07")
def test_three_years_held_for_entries_before_19_august_2024() -> None:
    assert policy_of("aspire").terms(RegisterRetention, on=OLD).years == 3


@proves("AET-6.07")
@pytest.mark.parametrize("table", ["registers_mark", "registers_markamendment"])
def test_nobody_at_the_school_can_remove_an_entry_at_all(adopt: Adopt, people: People, table: str) -> None:
    adopt("aspire")
    make_mark(make_pupil(group=make_group()), make_session(SINCE), "N", by=people.tess)

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


@proves("AET-6.07")
def test_an_entry_of_3_november_2025_is_not_disposed_of_in_2028_but_in_2031(it_becomes: Clock) -> None:
    school = Disposing("aspire", it_becomes)

    assert not school.goes_on(dt.date(2028, 11, 2))
    assert not school.goes_on(dt.date(2028, 11, 6))
    assert school.goes_on(dt.date(2031, 11, 3))
