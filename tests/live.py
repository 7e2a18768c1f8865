"""A database in which what a test does is committed, for threads and browsers: a clone, instead of a rollback."""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import suppress

import psycopg2
import pytest
from django.conf import settings
from django.db import connections

from attendance_mat import clock
from tests import conftest as shared


@pytest.fixture
def cloned_database(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Be on a clone of this process's database, where what is done is committed, on the Monday morning."""
    mine, before = f"live_{os.getpid()}", settings.DATABASES["default"]["NAME"]
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver runs an event loop in this thread
    with django_db_blocker.unblock():
        connections.close_all()
        shared.let_go_of_clocks()
        _drop(mine)
        shared._run(f"CREATE DATABASE {mine} TEMPLATE {before} STRATEGY file_copy")
        shared._use_database(mine)
        seconds = shared.shift_to(shared.MONDAY_MORNING)
        monkeypatch.setattr(clock, "shift", lambda: dt.timedelta(seconds=seconds))
        shared._run(f"INSERT INTO trust_clockshift (seconds) VALUES ({seconds})", database=mine)
        monkeypatch.setitem(settings.DATABASES["default"], "CONN_MAX_AGE", 0)
        yield
        connections.close_all()
        shared._use_database(before)
    shared.let_go_of_clocks()
    _drop(mine)


def _drop(database: str) -> None:
    """Drop a database once the server's last threads have let go of it; they are another role's, so not by force."""
    for _ in range(3):  # PostgreSQL itself waits five seconds each time
        with suppress(psycopg2.errors.ObjectInUse):
            shared._run(f"DROP DATABASE IF EXISTS {database}")
            break


@pytest.fixture
def it_becomes(cloned_database: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.datetime], None]:
    """Return a function that moves the product's clock while the school is served."""

    def set_clock(moment: dt.datetime) -> None:
        seconds, mine = shared.shift_to(moment), settings.DATABASES["default"]["NAME"]
        monkeypatch.setattr(clock, "shift", lambda: dt.timedelta(seconds=seconds))
        shared._run(f"UPDATE trust_clockshift SET seconds = {seconds}", database=mine)

    return set_clock
