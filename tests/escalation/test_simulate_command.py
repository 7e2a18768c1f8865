"""`policy simulate` over a school's real registers: it prints both policies, and writes nothing."""

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from attendance_mat.trust.actions import adopt_policy
from attendance_mat.trust.models import School
from escalation.models import Finding, PupilStage
from escalation.queries.simulate import only_reading, simulate
from escalation.rules.what_if import adopted_throughout
from registers.models import Pupil, Session
from tests.escalation.terms import AUTUMN, spell_out, take_registers
from tests.factories import make_pupil
from tests.people import People

FIRST, LAST = AUTUMN[0], AUTUMN[49]
FIFTY = AUTUMN[:50]


@pytest.fixture
def pupils(people: People, alder: School, monday_morning: dt.datetime) -> dict[str, Pupil]:
    """Mark fifty days: 96 percent at their end, 95 percent from the fortieth on, and never away. Alder is Wigston's."""
    adopt_policy(alder, pack="wigston", from_date=dt.date(2024, 9, 1), by=people.member("tara"), at=monday_morning)
    made = {name: make_pupil(surname=name, year=year) for name, year in (("Later", 8), ("Sooner", 9), ("Never", 9))}
    said = {"Later": 96 * "." + 4 * "I", "Sooner": 76 * "." + 4 * "I" + 20 * ".", "Never": 100 * "."}
    take_registers({made[name]: spell_out(FIFTY, marks) for name, marks in said.items()}, by=people.tess)
    return made


@pytest.fixture
def run(pupils: dict[str, Pupil]) -> Callable[..., tuple[str, str]]:
    """Return a function that simulates at Alder, and gives what was printed and what was said beside."""

    def call(*words: str) -> tuple[str, str]:
        out, err = io.StringIO(), io.StringIO()
        dates = ("--from", FIRST.isoformat(), "--to", LAST.isoformat())
        call_command("policy", "simulate", *words, "--school", "alder-primary", *dates, stdout=out, stderr=err)
        return out.getvalue(), err.getvalue()

    return call


def stage(printed: dict[str, Any], policy: str, key: str) -> dict[str, Any]:
    """Return one stage of what was printed."""
    return next(each for each in printed[policy]["stages"] if each["stage"] == key)


def test_a_pack_stands_beside_the_policy_that_runs(run: Callable[..., tuple[str, str]]) -> None:
    printed, said = run("advance")
    whole = json.loads(printed)
    assert (whole["simulated"]["pack"], whole["running"]["pack"]) == ("advance", "wigston")
    assert stage(whole, "simulated", "a1")["pupils"] == 1
    assert stage(whole, "simulated", "a1")["letters"] == {"attendance-notice": 1}
    tutor = stage(whole, "running", "tutor")
    assert (tutor["pupils"], tutor["by_year"]) == (2, {"8": 1, "9": 1})
    assert sum(tutor["by_week"].values()) == 2
    assert "0 of 3 pupils." in said
    assert "3 of 3 pupils." in said


def test_moving_stage_two_to_96_prints_who_would_be_added_and_when(
    run: Callable[..., tuple[str, str]], pupils: dict[str, Pupil]
) -> None:
    whole = json.loads(run("wigston", "--stage", "stage_two", "--than", "96")[0])
    added = {"upn": pupils["Later"].upn, "first_on": LAST.isoformat(), "instead_of": None}
    assert whole["changed"] == {"stage_two": [added]}
    rows = list(
        csv.DictReader(io.StringIO(run("wigston", "--stage", "stage_two", "--than", "96", "--format", "csv")[0]))
    )
    of_two = [
        (row["policy"], row["upn"], row["first_on"], row["instead_of"]) for row in rows if row["stage"] == "stage_two"
    ]
    sooner = AUTUMN[39].isoformat()
    assert of_two == [
        ("simulated", pupils["Sooner"].upn, sooner, ""),
        ("simulated", pupils["Later"].upn, LAST.isoformat(), "never"),
        ("running", pupils["Sooner"].upn, sooner, ""),
    ]


def test_values_of_a_file_are_tried(run: Callable[..., tuple[str, str]], tmp_path: Path) -> None:
    file = tmp_path / "tried.yaml"
    file.write_text("percentage_stages:\n  minimum_possible_sessions: 99\n")
    whole = json.loads(run("wigston", "--set", str(file))[0])
    assert stage(whole, "simulated", "tutor")["caught"][0]["first_on"] == LAST.isoformat()
    assert "tutor" in whole["changed"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("percentage_stages:\n  minimum: 9\n", "“minimum” is not a field"),
        ("no_such_thing:\n  minimum: 9\n", "There is no parameter of this name."),
        ("- one\n", "Expected parameters by name"),
        ("a: [", "This is not YAML"),
    ],
)
def test_a_file_that_cannot_be_tried_says_why(
    run: Callable[..., tuple[str, str]], tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "tried.yaml"
    file.write_text(text)
    with pytest.raises(CommandError, match=said):
        run("wigston", "--set", str(file))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere",), "There is no pack named “nowhere”."),
        (("wigston", "--stage", "stage_two"), "go together"),
        (("wigston", "--than", "96"), "go together"),
        (("wigston", "--stage", "stage_nine", "--than", "96"), "no stage “stage_nine”"),
        (("wigston", "--set", "/nowhere/at/all.yaml"), "could not be read"),
    ],
)
def test_what_cannot_be_simulated_says_why(
    run: Callable[..., tuple[str, str]], words: tuple[str, ...], said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        run(*words)


def test_a_period_that_ends_before_it_begins_is_refused(alder: School) -> None:
    with pytest.raises(CommandError, match="before it begins") as refused:
        call_command(
            "policy", "simulate", "wigston", "--school", alder.slug, "--from", "2026-11-02", "--to", "2026-11-01"
        )
    assert refused.value.returncode == 2


def test_without_dates_it_is_this_school_year_so_far(pupils: dict[str, Pupil], alder: School) -> None:
    out = io.StringIO()
    call_command("policy", "simulate", "wigston", "--school", alder.slug, stdout=out, stderr=io.StringIO())
    whole = json.loads(out.getvalue())
    assert (whole["from"], whole["to"]) == ("2026-08-01", "2026-11-23")


def test_the_database_refuses_to_write_while_a_simulation_reads(alder: School) -> None:
    with pytest.raises(DatabaseError, match="read-only transaction"), only_reading():
        Session.objects.create(date=FIRST, half="am")


def test_nothing_is_left_behind(run: Callable[..., tuple[str, str]]) -> None:
    run("wigston")
    assert not Finding.objects.exists()
    assert not PupilStage.objects.exists()


@pytest.mark.parametrize("number", [2, 20])
def test_it_costs_the_same_however_many_pupils(
    people: People, alder: School, number: int, django_assert_num_queries
) -> None:
    made = [make_pupil() for _ in range(number)]
    take_registers({pupil: spell_out(AUTUMN[:5], 10 * ".") for pupil in made}, by=people.tess)
    with django_assert_num_queries(14):
        simulate(alder, {"it": adopted_throughout("wigston")}, first=FIRST, last=LAST, progress=lambda *_: None)
