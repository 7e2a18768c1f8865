"""Every number a policy or the law sets stands with its source, and the date somebody last looked."""

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from attendance_mat import clock
from attendance_mat.policy.loader import NATIONAL, pack_names

ROOT = Path(__file__).resolve().parents[2]
PACKS = ROOT / "attendance_mat" / "policy" / "packs"
CODES = ROOT / "registers" / "policy" / "attendance_codes.yaml"
TODAY = clock.today()  # a source cannot have been looked at tomorrow


@lru_cache
def written(name: str) -> dict[str, Any]:
    """Return a pack as its file has it, read without the product's own loader."""
    quick = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return cast("dict[str, Any]", yaml.load((PACKS / f"{name}.yaml").read_text(), Loader=quick))  # noqa: S506 - safe


def entries() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each dated value of each pack, with where it stands."""
    for name in pack_names():
        for parameter, body in written(name).items():
            if isinstance(body, dict) and "in_force" in body:
                yield from ((f"{name}: {parameter} from {row['from']}", row) for row in body["in_force"])


def faults_of(source: dict[str, Any]) -> list[str]:
    """Return what a source lacks."""
    wrong = {
        "no title": not source["title"].strip(),
        "no clause": not str(source["clause"]).strip(),
        "looked at in the future": source["checked_on"] > TODAY,
        "no https address": source["url"] is not None and not source["url"].startswith("https://"),
    }
    return [words for words, found in wrong.items() if found]


def test_a_value_names_its_source_and_when_it_was_looked_at() -> None:
    faults = {where: found for where, row in entries() if (found := faults_of(row["source"]))}
    assert not faults


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"title": " "}, "no title"),
        ({"clause": ""}, "no clause"),
        ({"checked_on": TODAY + dt.timedelta(days=1)}, "looked at in the future"),
        ({"url": "http://example.org"}, "no https address"),
    ],
)
def test_each_fault_of_a_source_is_found(fault: dict[str, Any], said: str) -> None:
    sound = {"title": "Statutory guidance", "clause": "para 1", "checked_on": TODAY, "url": None}
    assert faults_of(sound) == []
    assert faults_of(sound | fault) == [said]


def test_every_pack_has_values_to_cite() -> None:
    assert {where.partition(":")[0] for where, _ in entries()} == set(pack_names())


@pytest.mark.parametrize("name", [name for name in pack_names() if name != NATIONAL])
def test_a_policy_s_silences_disagreements_and_losses_to_the_law_are_all_written_down(name: str) -> None:
    pack = written(name)
    assert pack["silent"], name
    assert all(each["because"].strip() for each in pack["contradictions"])
    assert all(each["instead"].strip() and each["rule"].startswith("R") for each in pack["law_wins"])


def test_every_attendance_code_cites_where_it_comes_from() -> None:
    for row in yaml.safe_load(CODES.read_text())["codes"]:
        assert row["legal_basis"].strip(), row["code"]
        assert row["source"]["checked_on"] <= TODAY, row["code"]
