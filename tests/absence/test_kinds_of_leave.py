"""What a policy says of each kind of leave, by its figures and by what a person looks at."""

import datetime as dt
from dataclasses import replace

import pytest

from absence.rules.kinds_of_leave import Asked, a_year_before, of_each_kind
from absence.rules.leave import Check, Outcome
from attendance_mat.policy.leave_types import LeaveTypes
from attendance_mat.policy.schema import LeaveCodes
from registers.rules.measures import Measures
from tests.clauses.law import policy_of

FIRST = dt.date(2026, 12, 1)
ASKED = Asked(dt.date(2026, 11, 2), FIRST, sessions=2, days=1, record=Measures(present=97, authorised=3))


def said(pack: str, asked: Asked = ASKED, *, on: dt.date = FIRST) -> dict[str, dict[str, Check]]:
    policy = policy_of(pack)
    found = of_each_kind(asked, types=policy.cited(LeaveTypes, on=on), codes=policy.cited(LeaveCodes, on=on))
    return {kind.title: {check.name: check for check in kind.checks} for kind in found}


def test_attendance_is_projected_with_the_sessions_of_the_leave() -> None:
    check = said("aspire")["Performance"]["Attendance after this leave"]

    assert (check.outcome, check.why) == (
        Outcome.NOT_MET,
        "97 of 102 sessions is 95.1%; the policy looks for 96% or more.",
    )


@pytest.mark.parametrize(
    ("record", "sessions", "outcome"),
    [
        (Measures(present=96, authorised=2), 2, Outcome.MET),  # exactly the floor
        (Measures(present=959, authorised=39), 2, Outcome.NOT_MET),
        (Measures(), 0, Outcome.UNKNOWN),
    ],
)
def test_exactly_the_floor_is_not_below_it(record: Measures, sessions: int, outcome: Outcome) -> None:
    asked = replace(ASKED, record=record, sessions=sessions)

    assert said("aspire", asked)["Performance"]["Attendance after this leave"].outcome is outcome


@pytest.mark.parametrize(("used", "outcome"), [(0, Outcome.MET), (1, Outcome.MET), (2, Outcome.NOT_MET)])
def test_days_of_observance_are_counted_with_those_asked_for(used: int, outcome: Outcome) -> None:
    found = said("hertfordshire", replace(ASKED, religious_days=used))["Religious"]

    assert found["Days in the school year"].outcome is outcome
    assert found["Facts"].why == "R rests on facts: what follows is for information and bars nothing."


@pytest.mark.parametrize(
    ("pack", "kind", "asked_on", "outcome"),
    [
        ("aspire", "Exceptional", dt.date(2026, 11, 17), Outcome.MET),
        ("aspire", "Exceptional", dt.date(2026, 11, 18), Outcome.NOT_MET),
        ("advance", "Medical", dt.date(2026, 11, 30), Outcome.MET),  # 24 hours
        ("advance", "Medical", FIRST, Outcome.NOT_MET),
    ],
)
def test_notice_is_each_kinds_own(pack: str, kind: str, asked_on: dt.date, outcome: Outcome) -> None:
    assert said(pack, replace(ASKED, asked_on=asked_on))[kind]["Notice"].outcome is outcome


def test_travel_rested_on_leave_until_august_2024() -> None:
    assert "Facts" not in said("national", on=dt.date(2024, 6, 3))["Traveller"]
    assert "Facts" in said("national")["Traveller"]


def test_what_a_policy_needs_or_has_against_a_kind_is_for_a_person_to_look_at() -> None:
    found = said("john_taylor")["Elite sport"]

    assert found["Against: No letter"].outcome is Outcome.UNKNOWN
    assert [name for name in found if name.startswith("Needs: ")]


@pytest.mark.parametrize(
    ("age", "attended", "outcome"),
    [(6, 199, Outcome.NOT_MET), (6, 200, Outcome.MET), (5, 0, Outcome.MET)],
)
def test_two_hundred_sessions_are_looked_for_from_the_age_of_six(age: int, attended: int, outcome: Outcome) -> None:
    found = said("wigston", replace(ASKED, attended=attended, age=age))["Traveller"]

    assert found["Sessions attended in twelve months"].outcome is outcome
    assert found["Facts"].why == "T rests on facts: what follows is for information and bars nothing."


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (dt.date(2025, 11, 3), dt.date(2024, 11, 3)),
        (dt.date(2028, 2, 29), dt.date(2027, 3, 1)),
        (dt.date(2028, 3, 1), dt.date(2027, 3, 1)),
    ],
)
def test_twelve_months_end_the_day_before_leave_was_asked_for(day: dt.date, first: dt.date) -> None:
    assert a_year_before(day) == first
