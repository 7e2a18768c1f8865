"""How long Advance keeps the register: as the toolkit it points to says, which a school sets; never under six years."""

import datetime as dt

from django_tenants.utils import schema_context

from attendance_mat.policy.adopted import Override
from attendance_mat.policy.loader import pack
from attendance_mat.trust.adopting import set_value
from tests.clauses import proves
from tests.clauses.retention import MADE, Disposing, _key
from tests.keeping.kept import Clock, at
from tests.live import cloned_database, it_becomes

__all__ = ["_key", "cloned_database", "it_becomes"]


def set_years(school: Disposing, years: int) -> None:
    kept = school.kept
    with schema_context("public"):
        asked = Override(MADE, "register_retention", {"years": years}, "IRMS toolkit")
        set_value(asked, school=kept.school, by=kept.people.member("tara"), at=at(MADE))


@proves("ALP-6.11")
def test_where_a_school_sets_six_years_a_five_year_old_entry_is_kept(it_becomes: Clock) -> None:
    school = Disposing("advance", it_becomes)
    set_years(school, 6)

    assert not school.goes_on(dt.date(2030, 11, 4))
    assert school.goes_on(dt.date(2031, 11, 3))


@proves("ALP-6.11")
def test_where_a_school_sets_eight_years_an_entry_is_kept_eight(it_becomes: Clock) -> None:
    school = Disposing("advance", it_becomes)
    set_years(school, 8)

    assert not school.goes_on(dt.date(2033, 11, 2))
    assert school.goes_on(dt.date(2033, 11, 3))


@proves("ALP-6.11")
def test_the_policy_names_the_toolkit_as_its_source() -> None:
    assert "ALP-6.11" in pack("advance").silent["register_retention"]
    assert "toolkit" in pack("advance").silent["register_retention"]
