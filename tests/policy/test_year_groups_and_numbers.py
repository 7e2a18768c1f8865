"""Nursery's year groups are written as -2 and -1; no other number of a policy is below nought."""

from typing import Any

import pytest

from attendance_mat.policy.building import Builder
from attendance_mat.policy.entries import from_text, from_values
from attendance_mat.policy.faults import PolicyError
from attendance_mat.policy.schema import RegisterOpen
from attendance_mat.policy.session_times import YearTime
from attendance_mat.policy.typed import from_typed


def built(kind: type[Any], text: str) -> tuple[Any, list[str]]:
    builder = Builder("trust.yaml")
    return builder.build(kind, from_text(text, file="trust.yaml")), [str(fault) for fault in builder.faults]


def test_a_pack_names_nursery_and_reception() -> None:
    made, faults = built(YearTime, "years: [-2, -1, 0, 13]\nstarts: 09:10")
    assert not faults
    assert made.years == (-2, -1, 0, 13)


@pytest.mark.parametrize("year", ["-3", "14", "99"])
def test_a_year_group_that_is_not_there_is_refused(year: str) -> None:
    assert built(YearTime, f"years: [{year}]\nstarts: 09:10")[1] == [
        f"trust.yaml, line 1: There is no year named “{year}”."
    ]


def test_a_number_below_nought_is_refused_from_a_pack_and_from_a_page() -> None:
    assert built(RegisterOpen, "minutes: -5")[1] == ["trust.yaml, line 1: “minutes” must be 0 or more, not -5."]
    builder = Builder("page")
    builder.build(RegisterOpen, from_values({"minutes": -5}))
    assert [fault.reason for fault in builder.faults] == ["“minutes” must be 0 or more, not -5."]


def test_a_long_number_below_nought_is_refused_as_any_other() -> None:
    with pytest.raises(PolicyError, match="at most 9 digits"):
        from_typed("- -12345678901", name="Years")
