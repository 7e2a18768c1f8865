"""Names that the house style settles: of files, of times and dates, of tests."""

import ast
import re
from pathlib import Path

import pytest
from django.db import models

from tests.repository.models import our_models, own_fields

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("attendance_mat", "registers", "absence", "escalation", "letters", "reporting", "tests")
MODULES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts]
WRITTEN = [path for path in MODULES if path.stat().st_size]
PRODUCT = [path for path in WRITTEN if not path.is_relative_to(ROOT / "tests")]
SHELVES_FOR_ANYTHING = {"utils", "helpers", "common", "core", "services", "manager", "managers", "misc", "base"}
LONGEST = 300
OTHER_DATES = {"date", "as_of", "dob"}
TOP_LEVEL = {"manage.py", "attendance_mat", "registers", "absence", "escalation", "letters", "reporting", "templates",
    "static", "tests", "docker-compose.yml", "pyproject.toml", "README.md", "script", "docs", "requirements.txt",
    "uv.lock", "Dockerfile", "CHANGELOG.md"}  # fmt: skip


def place(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_nothing_but_what_is_settled_stands_at_the_top() -> None:
    there = {path.name for path in ROOT.iterdir() if not path.name.startswith((".", "__"))}
    assert not there - TOP_LEVEL


def test_no_file_is_named_for_anything_whatever() -> None:
    assert not [
        place(path) for path in MODULES if path.stem in SHELVES_FOR_ANYTHING or path.parent.name in SHELVES_FOR_ANYTHING
    ]


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    long = {place(path): lines for path in MODULES if (lines := len(path.read_text().splitlines())) > LONGEST}
    assert not long


def test_every_module_says_what_it_is_for() -> None:
    assert not [place(path) for path in PRODUCT if ast.get_docstring(ast.parse(path.read_text())) is None]


def test_every_class_and_every_function_others_use_says_what_the_caller_gets() -> None:
    silent = []
    for path in PRODUCT:
        for node in ast.parse(path.read_text()).body:
            named = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if named and ast.get_docstring(node) is None:
                silent.append(f"{place(path)}: {node.name}")
    assert not silent


def test_every_test_is_a_sentence() -> None:
    short = []
    for path in WRITTEN:
        if path.name.startswith("test_"):
            names = re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
            short += [f"{place(path)}: {name}" for name in names if name.count("_") < 3]
    assert not short


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_times_end_in_at_and_dates_in_date_or_on(model: type[models.Model]) -> None:
    for field in own_fields(model):
        if isinstance(field, models.DateTimeField):
            assert field.name in {"at", "last_login"} or field.name.endswith("_at"), field.name
        elif isinstance(field, models.DateField):
            assert field.name in OTHER_DATES or field.name.endswith(("_date", "_on")), field.name


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_a_period_is_half_open(model: type[models.Model]) -> None:
    names = {field.name for field in own_fields(model)}
    assert not names & {"to_date", "end_date", "start_date", "end", "start"}
    if "until_date" in names:
        assert "from_date" in names


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_a_constraint_is_named_as_what_it_promises(model: type[models.Model]) -> None:
    for constraint in model._meta.constraints:
        assert re.fullmatch(r"[a-z]+(_[a-z]+){2,}", constraint.name), constraint.name
