"""Every number a policy or the law sets stands with its source, and the date somebody last looked."""

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


@pytest.mark.parametrize(("where", "row"), list(entries()), ids=lambda value: value if isinstance(value, str) else "")
def test_a_value_names_its_source_and_when_it_was_looked_at(where: str, row: dict[str, Any]) -> None:
    source = row["source"]
    assert source["title"].strip()
    assert str(source["clause"]).strip()
    assert source["checked_on"] <= TODAY
    assert source["url"] is None or source["url"].startswith("https://")


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
