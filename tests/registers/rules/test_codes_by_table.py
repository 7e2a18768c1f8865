"""Every rule of every code, over every period it was in force, against a table of the law's own facts (codes.csv).

The table is of PR06 and PR24 reg 10, and of the classes DfE counts by; it was drawn up apart from the product's codes.
"""

import csv
import datetime as dt
from pathlib import Path
from typing import Final

import pytest

from attendance_mat.policy.adopted import national
from attendance_mat.policy.schema import CodesByRole
from registers.rules.calendar import Half, SessionMark
from registers.rules.codes import Misuse, find, periods, refusal
from registers.rules.measures import measure

A_DAY: Final = dt.timedelta(days=1)
NEW: Final = dt.date(2024, 8, 19)
HALVES: Final = {"am": {Half.AM}, "pm": {Half.PM}, "both": set(Half)}
TEN, FOUR = 10, 4
Row = dict[str, str]


def table() -> list[Row]:
    with Path(__file__).with_name("codes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def days(row: Row) -> list[dt.date]:
    """Return the first and the last day of a row's period."""
    last = dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else dt.date(2026, 11, 23)
    return [dt.date.fromisoformat(row["valid_from"]), last]


def aged(years: int, on: dt.date) -> dt.date:
    return dt.date(on.year - years, 6, 1)


def misuse(row: Row, on: dt.date, *, half: Half | None = None, years: int | None = None, nature: str = "Where") -> str:
    half = half or min(HALVES[row["session"]])
    dob = None if years is None else aged(years, on)
    refused = refusal(row["code"], on=on, half=half, dob=dob, allowed=None, nature=nature)
    return refused.kind if refused else ""


BY_ROW = pytest.mark.parametrize("row", table(), ids=lambda row: f"{row['code']} {row['valid_from']}")


def test_the_product_has_the_tables_codes_and_no_others() -> None:
    ours = sorted((row.code, str(row.from_date)) for row in periods())
    assert ours == sorted((row["code"], row["valid_from"]) for row in table())


@BY_ROW
def test_it_is_counted_as_the_table_says_from_its_first_day_to_its_last(row: Row) -> None:
    for on in days(row):
        found = find(row["code"], on=on)
        assert found
        assert (found.physical, found.statistical) == (row["physical"], row["statistical"])
        assert (found.counts_as_possible, found.counts_as_present) == (
            row["possible"] == "yes",
            row["present"] == "yes",
        )
        (half, *_) = HALVES[row["session"]]
        sums = measure([SessionMark(on, half, row["code"])])
        assert (sums.possible, sums.present) == (int(row["possible"] == "yes"), int(row["present"] == "yes"))


@BY_ROW
def test_it_ends_with_its_last_day(row: Row) -> None:
    first, last = days(row)
    before, after = find(row["code"], on=first - A_DAY), find(row["code"], on=last + A_DAY)
    assert before is None or before.from_date < first
    assert not row["valid_to"] or after is None or after.from_date == last + A_DAY
    if before is None:
        assert misuse(row, first - A_DAY) == Misuse.NOT_IN_FORCE


@BY_ROW
def test_it_is_for_the_half_day_the_table_says(row: Row) -> None:
    for half in Half:
        wrong = misuse(row, days(row)[0], half=half) == Misuse.WRONG_HALF
        assert wrong is (half not in HALVES[row["session"]])


@BY_ROW
def test_it_is_for_the_ages_the_table_says(row: Row) -> None:
    on = days(row)[-1]
    wrong = {"any": (False, False), "compulsory": (False, True), "not_compulsory": (True, False),
             "not_registered": (True, True)}[row["ages"]]  # fmt: skip
    assert tuple(misuse(row, on, years=years) == Misuse.WRONG_AGE for years in (TEN, FOUR)) == wrong


@BY_ROW
def test_its_nature_is_asked_for_where_the_table_says(row: Row) -> None:
    asked = misuse(row, days(row)[0], nature=" ") == Misuse.NATURE_MISSING
    assert asked is (row["nature"] == "yes")


@BY_ROW
def test_no_role_is_given_it_since_2024_unless_it_holds(row: Row) -> None:
    for on in (NEW, dt.date(2026, 11, 23)):
        roles = national().terms(CodesByRole, on=on)
        may = [role for role, allowed in vars(roles).items() if row["code"] in allowed]
        assert not may or find(row["code"], on=on)
