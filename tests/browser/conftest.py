"""A live school in a database of its own, and real Chromium signed in to it.

What a browser does is committed, so these tests clone the template database instead of rolling back.
"""

import datetime as dt
import os
import shutil
import time
from collections.abc import Callable, Iterator

import psycopg2
import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.test import Client
from django.test.testcases import LiveServerThread
from django_tenants.utils import schema_context, tenant_context

from attendance_mat import clock
from attendance_mat.trust.models import School
from tests import conftest as shared
from tests.people import People

playwright = pytest.importorskip("playwright.sync_api")

CHROMIUM = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]


class LiveSchool:
    """Alder Primary School served over HTTP: its address, its people, and a browser for each."""

    def __init__(self, *, url: str, school: School, people: People, browser: "playwright.Browser") -> None:
        self.url, self.school, self.people, self.browser = url, school, people, browser

    def page(self, name: str, **options: object) -> "playwright.Page":
        """Return a page of a browser in which one of the cast is signed in."""
        client = Client()
        client.force_login(self.people.user(name))
        context = self.browser.new_context(base_url=self.url, **options)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.url}])
        return context.new_page()

    def address(self, path: str) -> str:
        """Return the address of one of the school's pages."""
        return f"/s/{self.school.slug}/{path}"


@pytest.fixture
def cloned_database(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Be on a fresh clone of the template database, where what is done is committed, on the Monday morning."""
    mine, before = f"live_{os.getpid()}", settings.DATABASES["default"]["NAME"]
    _drop(mine)
    shared._run(f"CREATE DATABASE {mine} TEMPLATE {shared._template_name()} STRATEGY file_copy")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver runs an event loop in this thread
    with django_db_blocker.unblock():
        connections.close_all()
        shared._use_database(mine)
        shift = shared.MONDAY_MORNING - dt.datetime.now(tz=dt.UTC)
        monkeypatch.setattr(clock, "shift", lambda: shift)
        shared._run(f"INSERT INTO trust_clockshift (seconds) VALUES ({round(shift.total_seconds())})", database=mine)
        monkeypatch.setitem(settings.DATABASES["default"], "CONN_MAX_AGE", 0)
        yield
        connections.close_all()
        shared._use_database(before)
    _drop(mine)


def _drop(database: str) -> None:
    """Drop a database once the server's last threads have let go of it; they are another role's, so not by force."""
    for _ in range(3):  # PostgreSQL itself waits five seconds each time
        try:
            shared._run(f"DROP DATABASE IF EXISTS {database}")
            return
        except psycopg2.errors.ObjectInUse:
            time.sleep(1)


@pytest.fixture
def live_school(cloned_database: None) -> Iterator[LiveSchool]:
    """Serve Alder Primary School to a real browser."""
    server = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={})
    server.daemon = True
    server.start()
    server.is_ready.wait()
    with schema_context("public"):
        schools = {school.slug: school for school in School.objects.all()}
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with tenant_context(schools["alder-primary"]):
            people = People(alder=schools["alder-primary"], birch=schools["birch-high"])
            yield LiveSchool(
                url=f"http://127.0.0.1:{server.port}", school=people.alder, people=people, browser=browser
            )
        browser.close()
        connections.close_all()  # the driver's event loop gave this thread connections of its own
    server.terminate()


@pytest.fixture
def it_becomes(cloned_database: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.datetime], None]:
    """Return a function that moves the product's clock while the school is served."""

    def set_clock(moment: dt.datetime) -> None:
        shift = moment - dt.datetime.now(tz=dt.UTC)
        monkeypatch.setattr(clock, "shift", lambda: shift)
        seconds, mine = round(shift.total_seconds()), settings.DATABASES["default"]["NAME"]
        shared._run(f"UPDATE trust_clockshift SET seconds = {seconds}", database=mine)

    return set_clock
