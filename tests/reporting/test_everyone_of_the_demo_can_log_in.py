"""Every person whom the demonstration lists logs in with what it lists, and is where their role begins."""

import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pytest

from attendance_mat.accounts.context import IN_A_SCHOOL, IN_THE_TRUST
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import User
from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.roles import SCHOOL_ROLES, TRUST_ROLES, Role
from attendance_mat.trust.models import School
from reporting.demo.logins import TRUST_WIDE
from tests import conftest as shared
from tests.journeys.conftest import WEB
from tests.reporting.conftest import Demo

pytestmark = [pytest.mark.live, pytest.mark.enable_socket, pytest.mark.xdist_group("demo")]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
NAVIGATION = re.compile(r'<nav class="main-navigation".*?</nav>', re.DOTALL)
LINK = re.compile(r"<a [^>]*>([^<]+)")
PATIENCE = 30  # seconds
STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"


class Entered(NamedTuple):
    """The page a person comes to."""

    path: str
    status: int
    places: list[str]  # of the navigation
    can_log_out: bool


def enter(url: str, email: str, password: str) -> Entered:
    """Log in as a browser does, by the form, and return where that leads."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    token = TOKEN.search(browser.open(f"{url}/login/").read().decode())
    assert token is not None
    sent = urlencode({"csrfmiddlewaretoken": token[1], "email": email, "password": password, "next": ""}).encode()
    try:
        answer = browser.open(urllib.request.Request(f"{url}/login/", sent, {"Referer": f"{url}/login/"}))  # noqa: S310 - our own server
    except urllib.error.HTTPError as refused:
        answer = refused
    page = unescape(answer.read().decode())
    drawn = NAVIGATION.search(page)
    places = [place.strip() for place in LINK.findall(drawn[0])] if drawn else []
    return Entered(answer.url.removeprefix(url), answer.status, places, ">Log out</button>" in page)


def navigation(role: Role, *, in_school: bool) -> list[str]:
    """Return the places of a role's navigation, as its permissions give them: those not for every day last."""
    member = Member(user=User(), role=role, school=School() if in_school else None)
    places = (place for place in (IN_A_SCHOOL if in_school else IN_THE_TRUST) if place.is_for(member))
    listed = dict.fromkeys(
        place.label for place in sorted(places, key=lambda place: place.minor)
    )  # a page of one name is listed once
    return ["All schools", *listed] if in_school and member.may(Permission.SEE_TRUST) else [*listed]


def faults(url: str, line: str) -> list[str]:
    """Return what is wrong with one of the log-ins that `demo_logins` prints; nothing when it is as it should be."""
    label, email, school, password = line.split("\t")
    role, in_school = next(role for role in Role if role.label == label), school != TRUST_WIDE
    came_to = enter(url, email, password)
    begins = "/s/" if in_school else "/trust/"
    wanted = {
        "status": came_to.status == 200,
        "start page": came_to.path.startswith(begins),
        "Log out": came_to.can_log_out,
        "navigation": came_to.places == navigation(role, in_school=in_school),
    }
    return [f"{label}, {email}: {name}: {came_to}" for name, right in wanted.items() if not right]


@pytest.fixture
def served(demo: Demo, tmp_path: Path) -> Iterator[str]:
    """Serve the demonstration; return its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    environment = {**demo.environment, "STATIC_STORAGE": STORAGE, "STATE_DIR": str(tmp_path), "DEBUG": "no"}
    command = [sys.executable, "-m", *WEB, "--bind", address]
    with (tmp_path / "web.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=shared.ROOT, env=environment, stdout=log, stderr=log)
        _wait_until_it_answers(f"http://{address}/healthz")
        yield f"http://{address}"
        server.terminate()
        server.wait(PATIENCE)


def _wait_until_it_answers(address: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(address, timeout=2)  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("The web server did not answer.")


def test_everyone_listed_logs_in_to_their_own_start_page(demo: Demo, served: str) -> None:
    lines = demo.manage("demo_logins").stdout.splitlines()
    assert {line.split("\t")[0] for line in lines} == {role.label for role in SCHOOL_ROLES | TRUST_ROLES}
    assert [fault for line in lines for fault in faults(served, line)] == []


def test_a_wrong_password_leads_nowhere(demo: Demo, served: str) -> None:
    _, email, _, _ = demo.manage("demo_logins").stdout.splitlines()[0].split("\t")
    came_to = enter(served, email, "another password")
    assert (came_to.path, came_to.status, came_to.can_log_out) == ("/login/", 422, False)
