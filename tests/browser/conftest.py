"""A live school in a database of its own, and real Chromium signed in to it."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.test import Client
from django.test.testcases import LiveServerThread
from django_tenants.utils import schema_context, tenant_context
from playwright.sync_api import Browser, Page

from attendance_mat.trust.models import School
from tests.chromium import FLAGS, Lent, new_context
from tests.chromium import PATH as CHROMIUM
from tests.live import cloned_database, it_becomes
from tests.people import People

__all__ = ["CHROMIUM", "FLAGS", "cloned_database", "it_becomes"]


class Asked(StaticFilesHandler):
    """Notes what the server is asked for, by pages, workers and scripts alike."""

    paths: ClassVar[list[str]] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.paths.append(environ["PATH_INFO"])
        return super().__call__(environ, start_response)


class LiveSchool:
    """Alder Primary School served over HTTP: its address, its people, and a browser for each."""

    def __init__(self, *, url: str, school: School, people: People, browser: Browser) -> None:
        self.url, self.school, self.people, self.browser = url, school, people, browser
        self.failures = list[str]()  # of the pages' scripts: what nobody caught, and nobody would have seen

    @property
    def asked(self) -> list[str]:
        """Return the paths that the server was asked for since it was started."""
        return Asked.paths

    def page(self, name: str, **options: object) -> Page:
        """Return a page of a browser in which one of the cast is signed in."""
        client = Client()
        client.force_login(self.people.user(name))
        context = new_context(self.browser, base_url=self.url, **options)
        context.on("weberror", lambda failure: self.failures.append(str(failure.error)))
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.url}])
        return context.new_page()

    def address(self, path: str) -> str:
        """Return the address of one of the school's pages."""
        return f"/s/{self.school.slug}/{path}"


@pytest.fixture
def live_school(cloned_database: None, chromium_kept: Callable[[], Lent]) -> Iterator[LiveSchool]:
    """Serve Alder Primary School to a real browser."""
    Asked.paths.clear()
    server = LiveServerThread("127.0.0.1", Asked, connections_override={})
    server.daemon = True
    server.start()
    server.is_ready.wait()
    with schema_context("public"):
        schools = {school.slug: school for school in School.objects.all()}
    with chromium_kept() as browser:
        with tenant_context(schools["alder-primary"]):
            people = People(alder=schools["alder-primary"], birch=schools["birch-high"])
            url = f"http://127.0.0.1:{server.port}"
            live = LiveSchool(url=url, school=people.alder, people=people, browser=browser)
            yield live
        connections.close_all()  # the driver's event loop gave this thread connections of its own
    server.terminate()
    assert live.failures == []
