"""Counts the clauses that the tests of a run prove, and draws them as a table by policy and area at its end."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import pytest

from tests.clauses import KINDS, Clause, clauses
from tests.clauses.coding import code
from tests.clauses.nights import nights
from tests.clauses.schools import adopt, keyed, page_says

__all__ = ["adopt", "code", "keyed", "nights", "page_says"]
PROPERTY: Final = "clause"  # how a test's clauses travel from the process that ran it
MISSING: Final = "missing"
COLUMNS: Final = (*KINDS.values(), MISSING)
LEFT_TO_PEOPLE: Final = "people"


class Proofs:
    """The clauses that tests named, by whether they passed."""

    def __init__(self) -> None:
        self.passed: set[str] = set()
        self.failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of a test's clauses. With several processes this is called where the reports come together."""
        named = {str(value) for name, value in report.user_properties if name == PROPERTY}
        if report.failed:
            self.failed |= named
        elif report.when == "call" and report.passed:
            self.passed |= named

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Draw the table, if any test of the run named a clause."""
        if self.passed or self.failed:
            terminalreporter.section("clauses")
            for line in table(clauses(), proved=self.passed - self.failed):
                terminalreporter.write_line(line)


def pytest_configure(config: pytest.Config) -> None:
    """Listen to the reports of this run."""
    config.pluginmanager.register(Proofs(), "clauses proved")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have each test's clauses go with its report."""
    for item in items:
        for mark in item.iter_markers("clause"):
            item.user_properties += [(PROPERTY, clause) for clause in mark.args]


def column_of(clause: Clause, *, proved: bool) -> str:
    """Return where a clause is counted: as what is expected of it once a test has shown it, until then as missing."""
    return KINDS[clause.resolution] if proved or clause.resolution == LEFT_TO_PEOPLE else MISSING


def table(every: Mapping[str, Clause], *, proved: Iterable[str]) -> list[str]:
    """Return the lines of the table: a row for each area of each policy, one for each policy, and one for all."""
    shown = set(proved)
    counts: dict[tuple[str, str], Counter[str]] = {}
    for clause in every.values():
        column = column_of(clause, proved=clause.id in shown)
        for row in ((clause.policy, clause.area), (clause.policy, ""), ("", "")):
            counts.setdefault(row, Counter())[column] += 1
    widest = [max(len(column), 4) for column in COLUMNS]
    heads = "  ".join(column.rjust(width) for column, width in zip(COLUMNS, widest, strict=True))
    lines = [f"{'policy':<14} {'area':<18} {heads}"]
    policies = list(dict.fromkeys(clause.policy for clause in every.values()))
    for policy, area in sorted(counts, key=lambda row: (row[0] == "", policies.index(row[0]) if row[0] else 0, row[1])):
        count = counts[policy, area]
        figures = "  ".join(str(count[column]).rjust(width) for column, width in zip(COLUMNS, widest, strict=True))
        lines.append(f"{policy or 'all five':<14} {area or 'all areas':<18} {figures}")
    return lines
