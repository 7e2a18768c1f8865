"""The clauses of five trusts' policies, and which of them the product is proved to keep.

`clauses.csv` holds each clause's number, its policy and area, what is expected of it and the rule of law it meets. A
test of a clause is in <policy>/<area>.py and names it with `@proves`; conftest.py counts those that ran and passed.
"""

import csv
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest

FACTS: Final = Path(__file__).with_name("clauses.csv")
PACKS: Final = {"AET": "aspire", "ALP": "advance", "HCC": "hertfordshire", "JTM": "john_taylor", "WAT": "wigston"}
KINDS: Final = {
    "prove": "proved",
    "advisory": "advisory",
    "overridden": "overridden",
    "people": "left to people",
}


class Clause(NamedTuple):
    """One clause: where it stands, and what is expected of it."""

    id: str
    policy: str  # the name of its pack
    area: str
    resolution: str  # one of KINDS
    rule: str  # of law, as R42; empty where none bears on it


@cache
def clauses() -> dict[str, Clause]:
    """Return every clause by its number, in the order of the policies."""
    with FACTS.open(encoding="utf-8", newline="") as file:
        return {row["id"]: Clause(**{**row, "policy": PACKS[row["policy"]]}) for row in csv.DictReader(file)}


def proves(*ids: str) -> pytest.MarkDecorator:
    """Say which clauses a test proves. Numbers are written out, so that they are found without running anything."""
    return pytest.mark.clause(*ids)
