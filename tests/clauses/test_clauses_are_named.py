"""The tests of clauses name clauses that there are, and an area that is done has none that no test names."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clauses import FACTS, KINDS, PACKS, Clause, clauses
from tests.clauses.conftest import COLUMNS, Proofs, table
from tests.clauses.done import DONE_AREAS

HERE = Path(__file__).parent
POLICIES = set(PACKS.values())
MODULES = sorted(path for policy in POLICIES for path in (HERE / policy).glob("[a-z]*.py"))
AREAS = {clause.area for clause in clauses().values()}


def claims(path: Path) -> Iterator[ast.expr]:
    """Yield what each `proves` of a module is given."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "proves":
            yield from node.args


def named() -> dict[str, list[str]]:
    """Return the modules that name each clause."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in MODULES:
        for claim in claims(path):
            assert isinstance(claim, ast.Constant), (
                f"{path.name}: a clause's number is written out: {ast.unparse(claim)}"
            )
            found[str(claim.value)].append(f"{path.parent.name}/{path.name}")
    return found


def test_the_facts_are_of_every_clause_and_hold_none_of_its_words() -> None:
    assert len(clauses()) == 632
    assert FACTS.read_text(encoding="utf-8").splitlines()[0] == "id,policy,area,resolution,rule"
    assert {clause.policy for clause in clauses().values()} == POLICIES
    assert {clause.resolution for clause in clauses().values()} == set(KINDS)
    assert not [clause for clause in clauses().values() if " " in "".join(clause)]


def test_no_test_names_a_clause_that_is_none() -> None:
    assert not {clause: places for clause, places in named().items() if clause not in clauses()}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_module_is_named_for_an_area_and_names_clauses_of_its_policy(path: Path) -> None:
    assert path.stem in AREAS
    ids = {str(claim.value) for claim in claims(path) if isinstance(claim, ast.Constant)}
    assert ids
    assert not {clause for clause in ids if clauses()[clause].policy != path.parent.name}


def test_every_clause_of_an_area_that_is_done_is_named() -> None:
    assert DONE_AREAS <= AREAS
    for_people = {clause.id for clause in clauses().values() if clause.resolution == "people"}
    of_done_areas = {clause.id for clause in clauses().values() if clause.area in DONE_AREAS}
    assert not of_done_areas - for_people - named().keys()


def report(clause: str, outcome: str, when: str = "call") -> pytest.TestReport:
    return pytest.TestReport(
        "a test", ("a file", 1, "a test"), {}, outcome, None, when, user_properties=[("clause", clause)]
    )  # fmt: skip


def test_a_clause_counts_if_a_test_naming_it_ran_and_passed_and_none_failed() -> None:
    proofs = Proofs()
    for each in (
        report("WAT-1", "passed"), report("WAT-2", "skipped"), report("WAT-3", "passed"), report("WAT-3", "failed"),
        report("WAT-4", "passed", "setup"), report("WAT-5", "failed", "setup"),
    ):  # fmt: skip
        proofs.pytest_runtest_logreport(each)
    assert proofs.passed - proofs.failed == {"WAT-1"}


def test_the_table_counts_each_clause_once_under_its_kind_or_as_missing() -> None:
    every = [
        Clause("A-1", "aspire", "codes", "overridden", "R4"),
        Clause("A-2", "aspire", "codes", "prove", ""),
        Clause("A-3", "aspire", "roles", "prove", ""),
        Clause("W-1", "wigston", "codes", "people", ""),
    ]
    heads, *rows = table({clause.id: clause for clause in every}, proved=["A-1", "A-3"])
    assert heads.split("  ")[-1].strip() == "missing"
    figures = {tuple(row.split()[:2]): [int(word) for word in row.split()[-len(COLUMNS) :]] for row in rows}
    # proved, advisory, overridden, left to people, missing
    assert figures["aspire", "codes"] == [0, 0, 1, 0, 1]
    assert figures["aspire", "roles"] == [1, 0, 0, 0, 0]
    assert figures["wigston", "codes"] == [0, 0, 0, 1, 0]
    assert figures["all", "five"] == [1, 0, 1, 1, 1]
