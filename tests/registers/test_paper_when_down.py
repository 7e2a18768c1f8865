"""The day's paper when the database refuses every connection: the last that was kept, with its age, for a pass."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django_tenants.utils import schema_context, tenant_context

from attendance_mat.trust.models import School
from registers.gateways import paper as files
from registers.gateways import paper_pass
from registers.gateways.paper import Paper
from registers.gateways.paper_pass import Pass
from registers.gateways.printed import printed_of
from tests import conftest as shared
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.live import cloned_database, it_becomes
from tests.people import People

__all__ = ["cloned_database", "it_becomes"]
pytestmark = pytest.mark.usefixtures("cloned_database")
TODAY = dt.date(2026, 11, 23)
LATER = shared.MONDAY_MORNING + dt.timedelta(minutes=23, seconds=40)
HERE = "/s/alder-primary"
COOKIE = "paper-alder-primary"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Return the browser of the office, which printed this morning's registers at ten to nine."""
    monkeypatch.setattr(settings, "PAPER_DIR", tmp_path / "paper")
    with schema_context("public"):
        schools = {school.slug: school for school in School.objects.all()}
    with tenant_context(schools["alder-primary"]):
        people = People(alder=schools["alder-primary"], birch=schools["birch-high"])
        make_session(TODAY)
        make_mark(make_pupil(surname="Quill", group=make_group()), make_session(TODAY), "/", by=people.tess)
        make_pupil(surname="Unseen", group=make_group())
        client = Client(raise_request_exception=False)
        client.force_login(people.user("olly"))
    client.get(f"{HERE}/paper/registers/")
    yield client
    shared._run(f"ALTER DATABASE {settings.DATABASES['default']['NAME']} ALLOW_CONNECTIONS true")


@pytest.fixture
def down(office: Client, it_becomes: Callable[[dt.datetime], None]) -> None:
    """Have the database refuse everybody, twenty-three minutes later."""
    it_becomes(LATER)
    mine = settings.DATABASES["default"]["NAME"]
    connections.close_all()
    shared._run(f"ALTER DATABASE {mine} ALLOW_CONNECTIONS false")
    everybody = f"FROM pg_stat_activity WHERE datname = '{mine}' AND backend_type = 'client backend'"
    shared._run(f"SELECT pg_terminate_backend(pid) {everybody}")


def test_the_office_prints_what_was_kept_with_its_age_and_every_page_leads_there(
    down: None, office: Client, tmp_path: Path
) -> None:
    # The registers and the evacuation list, as the file has them
    registers = office.get(f"{HERE}/paper/registers/")
    assert registers.status_code == 200
    words = registers.content.decode()
    assert "As at 08:50" in words
    assert "23 min" in words
    assert "The database does not answer: this is the last that was kept" in words
    assert "Unseen," in words
    assert "Quill," in office.get(f"{HERE}/paper/evacuation/").content.decode()
    # Nothing in between keeps a copy, and the page may load nothing of another site's
    assert "no-store" in registers["Cache-Control"]
    assert "default-src 'self'" in registers["Content-Security-Policy"]
    # Any other page of the school leads there, and nothing is posted by a pass
    for page in ("today/", "", "pupils/", "no/such/page/"):
        reply = office.get(f"{HERE}/{page}")
        assert reply.status_code == 503
        assert f'href="{HERE}/paper/registers/"' in reply.content.decode()
        assert "as at 08:50" in reply.content.decode()
    assert office.post(f"{HERE}/paper/registers/").status_code == 500
    # Who printed what is kept beside the paper, and is no day's that would be cleared away
    kept = printed_of("alder-primary")
    assert [one.paper for one in kept] == [Paper.REGISTERS, Paper.EVACUATION]
    assert all(LATER <= one.at < LATER + dt.timedelta(minutes=2) for one in kept)
    files.clear("alder-primary", but=TODAY)
    assert printed_of("alder-primary") == kept
    # What was never kept is said to be missing
    (tmp_path / "paper" / "alder-primary" / str(TODAY) / "evacuation.html").unlink()
    reply = office.get(f"{HERE}/paper/evacuation/")
    assert reply.status_code == 503
    assert "Evacuation list: nothing was kept today." in reply.content.decode()


def test_without_todays_pass_of_that_school_nothing_is_shown_and_the_style_of_the_page_needs_no_database(
    down: None, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in (
        "",
        "nonsense",
        paper_pass.written(Pass("birch-high", 1, TODAY)),
        paper_pass.written(Pass("alder-primary", 1, TODAY - dt.timedelta(days=1))),
    ):
        stranger = Client(raise_request_exception=False)
        stranger.cookies[COOKIE] = text
        for page in ("paper/registers/", "today/"):
            reply = stranger.get(f"{HERE}/{page}")
            assert reply.status_code == 500
            assert "Unseen" not in reply.content.decode()
    monkeypatch.setattr(settings, "STATIC_ROOT", settings.BASE_DIR / "static")
    served = Client()
    for file in ("css/paper.css", "js/print.js"):
        assert served.get(f"/static/{file}").status_code == 200
