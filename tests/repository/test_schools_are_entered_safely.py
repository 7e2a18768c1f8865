"""A school's schema is selected by `with schema_context(...)` or `with tenant_context(...)`, and in no other way.

As decorators they keep the schema of one thread for another to restore; `with school:` selects it by a method of the
library's that keeps what it found on the row itself. Both leave a thread in another school.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.repository.test_names import MODULES, place

CONTEXTS = {"schema_context", "tenant_context"}
# `with` on a plain name is let through for these only, which are not schools.
LET_THROUGH = {"link", "wrap_database_errors"}


def name_of(node: ast.expr) -> str:
    """Return the last name of what is called or read: schema_context of django_tenants.utils.schema_context(...)."""
    if isinstance(node, ast.Call):
        return name_of(node.func)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def faults_in(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and name of each unsafe way a school is entered."""
    for node in ast.walk(ast.parse(source)):
        for decorator in getattr(node, "decorator_list", []):
            if name_of(decorator) in CONTEXTS:
                yield decorator.lineno, f"@{name_of(decorator)}"
        if isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                plain = isinstance(item.context_expr, ast.Name | ast.Attribute)
                if plain and name_of(item.context_expr) not in LET_THROUGH:
                    yield item.context_expr.lineno, f"with {name_of(item.context_expr)}:"


def test_a_school_is_entered_by_a_context_made_there_and_then() -> None:
    faults = {place(path): found for path in MODULES if (found := list(faults_in(path.read_text())))}
    assert not faults


@pytest.mark.parametrize(
    "source",
    [
        "@schema_context('public')\ndef work(): ...",
        "@utils.tenant_context(school)\nasync def work(): ...",
        "with tenant:\n    work()",
        "with request.school as school, other:\n    work()",
    ],
)
def test_each_unsafe_way_is_found(source: str) -> None:
    assert list(faults_in(source))


def test_the_safe_ways_are_let_through() -> None:
    assert not list(faults_in("with schema_context('public'), tenant_context(school):\n    work()"))
