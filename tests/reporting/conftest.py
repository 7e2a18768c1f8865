"""A small demonstration in a database of its own, loaded once for all tests of it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings

from tests import conftest as shared


@dataclass(frozen=True)
class Demo:
    """A database that the demonstration is loaded into."""

    database: str
    environment: dict[str, str]

    def manage(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a management command on it."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=shared.ROOT, env=self.environment, text=True, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done

    def ask(self, sql: str, school: str = "public") -> list[tuple[Any, ...]]:
        """Return the rows of a query in one school."""
        return shared._run(f"SET search_path = {school}, public; {sql}", database=self.database)

    def one(self, sql: str, school: str = "public") -> Any:
        """Return the one value of a query in one school."""
        return self.ask(sql, school)[0][0]


@pytest.fixture(scope="session")
def demo(django_db_setup: None) -> Iterator[Demo]:
    """Load two small schools as on Monday 23 November 2026."""
    database, owner = f"demo_{os.getpid()}", settings.OWNER_DATABASE
    shared._run(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
    shared._run(f"CREATE DATABASE {database} TEMPLATE {shared._template_name()} STRATEGY file_copy")
    shift = shared.shift_to(shared.MONDAY_MORNING)
    shared._run(f"INSERT INTO trust_clockshift (seconds) VALUES ({shift})", database=database)
    shared._run("DELETE FROM trust_policyadoption; DELETE FROM trust_school", database=database)  # it goes in by itself
    url = f"postgresql://{owner.user}:{owner.password}@{owner.host}:{owner.port}/{database}"
    environment = {**os.environ, "DATABASE_URL": url, "DEMO_CLOCK": str(shift)}
    environment.pop("OWNER_DATABASE_URL", None)
    loaded = Demo(database, environment)
    loaded.manage("load_demo", "--small")
    yield loaded
    shared._run(f"DROP DATABASE {database} WITH (FORCE)")
