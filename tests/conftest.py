"""The database the tests run on, the schools in it, and the moment it is.

A template database is made once for a set of migrations; each test process clones it; each test rolls
back. The tests connect as the application's role, so what it may not do fails here too.
"""

import datetime as dt
import gc
import hashlib
import math
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connections
from django.test import Client
from django_tenants.utils import schema_context, tenant_context

from attendance_mat import clock
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from tests import chromium
from tests.chromium import chromium_kept
from tests.people import People

__all__ = ["chromium_kept"]
ROOT = Path(__file__).resolve().parent.parent
LONDON = clock.LONDON
FIRST_OWN_CACHE = 1  # of the sixteen numbered databases: the tests' tasks are in 0, those of journeys from 8 on
MONDAY_MORNING = dt.datetime(2026, 11, 23, 8, 50, tzinfo=LONDON)
SCHOOLS = (("alder-primary", "Alder Primary School", "primary"), ("birch-high", "Birch High School", "secondary"))
MADE_FROM = ("*/migrations/*.py", "attendance_mat/*/migrations/*.py", "attendance_mat/trust/*.py", "*/models/*.py",
    "*/models.py", "attendance_mat/*/models.py", "tests/conftest.py")  # fmt: skip


def _owner(database: str) -> "psycopg2.extensions.connection":
    address = settings.OWNER_DATABASE
    link = psycopg2.connect(
        host=address.host, port=address.port, user=address.user, password=address.password, dbname=database
    )
    link.autocommit = True
    return link


def _run(sql: str, *, database: str = "postgres") -> list[tuple[object, ...]]:
    link = _owner(database)
    with link.cursor() as cursor:
        cursor.execute(sql)
        rows = cursor.fetchall() if cursor.description else []
    link.close()
    return rows


def shift_to(moment: dt.datetime) -> int:
    """Return how many whole seconds from now a moment is, rounded up: the clock never stands before it."""
    return math.ceil((moment - dt.datetime.now(tz=dt.UTC)).total_seconds())


@cache
def _template_name() -> str:
    digest = hashlib.sha256(settings.SECRET_KEY.encode())
    for pattern in MADE_FROM:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return f"test_template_{digest.hexdigest()[:16]}"


def _make_template(name: str) -> None:
    """Make the database from which all others are cloned: the shared tables and two schools."""
    if _run(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
        return
    making = f"{name}_making"
    _run(f"DROP DATABASE IF EXISTS {making}")
    _run(f"CREATE DATABASE {making}")
    owner = settings.OWNER_DATABASE
    url = f"postgresql://{owner.user}:{owner.password}@{owner.host}:{owner.port}/{making}"
    shift = str(shift_to(MONDAY_MORNING))  # the schools open on that morning, whenever the tests run
    environment = {**os.environ, "DATABASE_URL": url, "DEMO_CLOCK": shift}
    environment.pop("OWNER_DATABASE_URL", None)

    def manage(*words: str) -> None:
        subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=environment, check=True)

    manage("prepare_database", "--trust", "Kestrel Vale Trust")
    for slug, title, phase in SCHOOLS:
        manage("open_school", slug, "--name", title, "--phase", phase, "--policy", "national", "--la", "Kestrelshire")
    _run("DELETE FROM trust_clockshift", database=making)
    _run(f"ALTER DATABASE {making} RENAME TO {name}")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: "pytest.FixtureRequest", worker_id: str) -> Iterator[None]:
    """Give this test process a clone of the template database."""
    template, mine = _template_name(), f"test_{worker_id}_{os.getpid()}"
    lock = _owner("postgres")
    with lock.cursor() as cursor:  # one process makes the template, the others wait for it
        cursor.execute("SELECT pg_advisory_lock(7240002)")
        _make_template(template)
        cursor.execute(f"CREATE DATABASE {mine} TEMPLATE {template} STRATEGY file_copy")
    lock.close()
    _use_database(mine)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    let_go_of_clocks()
    _run(f"DROP DATABASE IF EXISTS {mine} WITH (FORCE)")


def _use_database(name: str) -> None:
    settings.APPLICATION_DATABASE = replace(settings.APPLICATION_DATABASE, name=name)
    settings.OWNER_DATABASE = replace(settings.OWNER_DATABASE, name=name)
    settings.DATABASES["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name


@pytest.fixture
def it_is(monkeypatch: pytest.MonkeyPatch, django_db_setup: None) -> Iterator[Callable[[dt.datetime], None]]:
    """Return a function that sets the product's clock, in this process and in the database's triggers."""
    database = settings.OWNER_DATABASE.name

    def set_clock(moment: dt.datetime) -> None:
        seconds = shift_to(moment)
        monkeypatch.setattr(clock, "shift", lambda: dt.timedelta(seconds=seconds))
        with _clock_link(database).cursor() as cursor:
            cursor.execute(
                "DELETE FROM trust_clockshift; INSERT INTO trust_clockshift (seconds) VALUES (%s)", [seconds]
            )

    yield set_clock
    with _clock_link(database).cursor() as cursor:
        cursor.execute("DELETE FROM trust_clockshift")


_clock_links: dict[str, "psycopg2.extensions.connection"] = {}


def _clock_link(database: str) -> "psycopg2.extensions.connection":
    """Return the owner's connection that sets a database's clock, kept from test to test."""
    if database not in _clock_links:
        _clock_links[database] = _owner(database)
    return _clock_links[database]


def let_go_of_clocks() -> None:
    """Close what would keep a database from being cloned or dropped."""
    while _clock_links:
        _clock_links.popitem()[1].close()


@pytest.fixture
def monday_morning(it_is: Callable[[dt.datetime], None], db: None) -> dt.datetime:
    """Make it ten to nine on Monday 23 November 2026."""
    it_is(MONDAY_MORNING)
    return MONDAY_MORNING


@pytest.fixture
def alder(monday_morning: dt.datetime) -> Iterator[School]:
    """Be inside Alder Primary School on that Monday morning."""
    with schema_context("public"):
        school = School.objects.get(slug="alder-primary")
    with tenant_context(school):
        policy_for(school)  # which a process reads once: whether a test is its first decides no count of queries
        yield school


@pytest.fixture
def birch(monday_morning: dt.datetime) -> School:
    """Return Birch High School, the other school, without being inside it."""
    with schema_context("public"):
        return School.objects.get(slug="birch-high")


@pytest.fixture
def people(alder: School, birch: School) -> People:
    """Return the cast: who they are is in tests/people.py."""
    return People(alder=alder, birch=birch)


@pytest.fixture
def browse(people: People) -> Callable[[str], Client]:
    """Return a function that gives a browser signed in as one of the cast: browse("alma")."""

    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(people.user(name))
        return client

    return signed_in


@pytest.fixture(autouse=True, scope="session")
def _own_cache(worker_id: str) -> None:
    """Count and keep apart from the other test processes: one of them may empty its cache at any moment."""
    address, _, _ = settings.REDIS_URL.rpartition("/")
    number = FIRST_OWN_CACHE + int(worker_id.removeprefix("gw").replace("master", "0"))
    settings.CACHES["default"]["LOCATION"] = f"{address}/{number}"
    with suppress(AttributeError):
        del caches["default"]  # as it was opened before, in a database that all share
    assert caches["default"]._servers == [f"{address}/{number}"]


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True, scope="session")
def _nothing_collected(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Serve no collected files: whether somebody has run the demo here must not decide a test."""
    settings.STATIC_ROOT = tmp_path_factory.mktemp("static")
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"


def pytest_collection_finish() -> None:
    """Have the garbage collector pass over what stays to the end: nine thousand tests take it half a second a time."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest, and pass over what needs a browser where there is none."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)  # the others keep their order
    if chromium.PATH is None:
        no_browser = pytest.mark.skip(reason="there is no Chromium here: script/test says how to get one")
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(no_browser)
