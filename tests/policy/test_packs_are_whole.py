"""Nothing in a policy is forgotten: what it states, what it is silent on, and every clause the law beats."""

import csv
import datetime as dt
import re
import time
from pathlib import Path

import pytest

from attendance_mat.policy import loader
from attendance_mat.policy.adopted import Adoption, Policy, assemble
from attendance_mat.policy.disputes import LawWins, Outcome
from attendance_mat.policy.legal_route import LettersNamed
from attendance_mat.policy.loader import NATIONAL, load, pack, pack_names
from attendance_mat.policy.schema import Parameter

CLAUSES = Path(__file__).parents[1] / "clauses" / "clauses.csv"
LETTERS = {"advance": "ALP", "aspire": "AET", "hertfordshire": "HCC", "john_taylor": "JTM", "wigston": "WAT"}
DISAGREEMENTS = {"advance": 11, "aspire": 10, "hertfordshire": 8, "john_taylor": 15, "wigston": 14}
PACKS = tuple(name for name in pack_names() if name != NATIONAL)
NEW_LAW = dt.date(2024, 8, 19)
DAY = dt.timedelta(days=1)
A_CLAUSE = re.compile(r"\b[A-Z]{3}-[A-Z]?\d*(?:\.\d+)+")


def clauses() -> dict[str, dict[str, str]]:
    with CLAUSES.open(encoding="utf-8", newline="") as lines:
        return {row["id"]: row for row in csv.DictReader(lines)}


def adopted(name: str) -> Policy:
    return assemble([Adoption(dt.date(2000, 9, 1), name)])


def taken() -> list[tuple[str, LawWins, str]]:
    """Return each value a clause loses to the law, with its pack."""
    return [
        (name, each, parameter)
        for name in PACKS
        for each in pack(name).law_wins
        if each.kind is Outcome.OVERRIDDEN
        for parameter in each.parameters
    ]


@pytest.mark.parametrize("name", PACKS)
def test_every_parameter_is_stated_or_named_as_silent(name: str) -> None:
    free = {each for each, kind in Parameter.every.items() if not kind.nationally_fixed}

    assert pack(name).values.keys() | pack(name).silent.keys() == free
    assert all(note.endswith(".") for note in pack(name).silent.values())


@pytest.mark.parametrize("name", PACKS)
def test_every_value_names_the_clauses_it_is_from(name: str) -> None:
    stated = {
        each: values for each, values in pack(name).values.items() if each != "ladders"
    }  # each stage cites its own
    for parameter, values in stated.items():
        for dated in values:
            cited = A_CLAUSE.findall(dated.source.clause)
            assert cited, parameter
            assert all(clause in clauses() and clause.startswith(LETTERS[name]) for clause in cited), parameter


@pytest.mark.parametrize("name", PACKS)
def test_every_letter_named_is_a_clause_s(name: str) -> None:
    named = adopted(name).terms(LettersNamed, on=NEW_LAW)

    assert {letter.clause for letter in named.letters} <= clauses().keys()


@pytest.mark.parametrize("name", PACKS)
def test_every_clause_the_law_overrides_or_softens_is_told_with_its_rule(name: str) -> None:
    asked = {
        (row["id"], row["resolution"], row["rule"])
        for row in clauses().values()
        if row["policy"] == LETTERS[name] and row["resolution"] in set(Outcome)
    }

    assert {(each.clause, str(each.kind), each.rule) for each in pack(name).law_wins} == asked
    for each in pack(name).law_wins:
        assert each.policy_says.endswith(".")
        assert each.instead.endswith(".")
        assert each.law_from in {None, NEW_LAW}


@pytest.mark.parametrize("name", PACKS)
def test_every_disagreement_within_a_policy_is_decided_with_a_reason(name: str) -> None:
    assert len(pack(name).contradictions) == DISAGREEMENTS[name]
    for each in pack(name).contradictions:
        assert all(clause in clauses() and clause.startswith(LETTERS[name]) for clause in each.between)
        assert each.says.endswith(".")
        assert each.decided.endswith(".")
        assert each.because.endswith(".")


@pytest.mark.parametrize(("name", "each", "parameter"), taken(), ids=lambda value: getattr(value, "clause", str(value)))
def test_the_law_holds_from_its_day_with_the_policy_s_words_beside_it(name: str, each: LawWins, parameter: str) -> None:
    kind, stated = Parameter.every[parameter], pack(name).values[parameter][0]

    # Given the first day on which the law overrides the policy's value, then the national one holds there
    first = max(each.law_from or stated.from_date, stated.from_date)
    found = adopted(name).cited(kind, on=first)
    assert found.set_by == pack(NATIONAL).about.title
    assert found.overruled
    assert found.overruled.value == stated.value

    # And where the policy was right before, it held the day before
    if each.law_from and stated.from_date < each.law_from:
        assert adopted(name).cited(kind, on=each.law_from - DAY).value == stated.value


@pytest.mark.parametrize("name", pack_names())
def test_the_notice_looked_at_when_leave_is_asked_for_is_that_of_exceptional_leave(name: str) -> None:
    types, checks = Parameter.every["leave_types"], Parameter.every["leave_checks"]

    for on in {entry.from_date for known in (types, checks) for entry in pack(name).values.get(known.name, ())}:
        asked = adopted(name).terms(types, on=on).of("exceptional")
        if asked and asked.notice_days is not None:
            assert adopted(name).terms(checks, on=on).notice_days == asked.notice_days, on


def test_what_only_advises_stands_and_is_warned_of() -> None:
    checks = Parameter.every["leave_checks"]

    assert adopted("aspire").cited(checks, on=NEW_LAW).overruled is None
    assert any("leave_checks" in each.parameters for each in pack("aspire").law_wins)


def test_a_school_s_own_setting_is_not_undone_by_a_clause_of_its_pack() -> None:
    kinds = {each.parameters for each in pack("wigston").law_wins if each.clause == "WAT-4.04"}

    assert kinds == {("default_mark",)}
    assert not pack(NATIONAL).yields("default_mark", on=NEW_LAW)


def test_reading_every_pack_takes_less_than_a_second() -> None:
    began = time.process_time()
    for name in pack_names():
        load(loader.FOLDER / f"{name}.yaml")

    assert time.process_time() - began < 1
