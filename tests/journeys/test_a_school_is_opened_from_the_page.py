"""The trust opens a school from its page: the web server asks, the owner's worker makes the tables."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import conftest as shared
from tests.chromium import Lent, faults, new_context
from tests.journeys.conftest import PATIENCE, Product

pytestmark = [pytest.mark.live, pytest.mark.long, pytest.mark.browser, pytest.mark.enable_socket]
PASSWORD = "a long enough password"
OPENER = ("worker", "--queues", "owner", "--pool", "solo", "--hostname", "opener@%h")
TABLES = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'school_cedar_infant'"


def celery(product: Product, *words: str) -> str:
    """Run a command of Celery's, and return what it printed."""
    command = [sys.executable, "-m", "celery", "-A", "attendance_mat.celery", *words]
    done = subprocess.run(
        command, cwd=shared.ROOT, env=product.environment, text=True, capture_output=True, check=True
    )  # fmt: skip
    return done.stdout


def test_a_school_asked_for_on_the_page_is_opened_by_the_owners_worker(
    product: Product, chromium_kept: Callable[[], Lent], tmp_path: Path
) -> None:
    names = ("--name", "Tara Voss", "--trust", "--role", "trust-attendance-manager")
    product.manage("add_person", "tara@example.org", *names, told=PASSWORD)
    with chromium_kept() as browser:
        # Given Tara of the trust, who asks for a school while nobody is there to open it
        page = new_context(browser).new_page()
        page.goto(f"{product.url}/login/")
        page.get_by_label("E-mail address").fill("tara@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("link", name="Open a school").click()
        page.get_by_label("Name of the school").fill("Cedar Infant School")
        page.get_by_label("Short name for its addresses").fill("cedar-infant")
        page.get_by_label("Phase").select_option("Primary")
        page.get_by_label("Policy").select_option(index=1)
        page.get_by_role("button", name="Open the school").click()
        page.get_by_text("Cedar Infant School is being opened.").wait_for()
        row = page.get_by_role("row", name="Cedar Infant School")
        row.get_by_text("waiting").wait_for()
        assert faults(page) == []
        # Then the message is not for the ordinary worker, and there is no table yet
        assert product.manage("sql", "--role", "owner", told=TABLES).split() == ["count", "0"]
        # When the owner's worker starts, then the page says that the school is open, and leads to it
        opener = ("celery", "-A", "attendance_mat.celery", *OPENER)
        product.start(*opener, log=tmp_path / "opener.log", DATABASE_ROLE="owner")
        row.get_by_text("open", exact=True).wait_for(timeout=PATIENCE * 1000)
        assert faults(page) == []
        row.get_by_role("link", name="Cedar Infant School").click()
        page.get_by_role("heading", level=1).wait_for()
        assert page.url == f"{product.url}/s/cedar-infant/today/"
        assert page.get_by_role("button", name="Log out").is_visible()
    assert int(product.manage("sql", "--role", "owner", told=TABLES).split()[1]) > 20
    # And the owner's worker knows how to do nothing else
    answers = json.loads(celery(product, "inspect", "registered", "--json"))
    opener = next(known for name, known in answers.items() if name.startswith("opener@"))
    assert {name.rpartition(".")[2] for name in opener} == {"open_asked_school", "open_schools_that_wait"}
