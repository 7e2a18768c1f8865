"""A device that keeps registers: what of it the tests of working offline share."""

import datetime as dt
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from registers.models import Assignment, Mark, Pupil, Register
from tests.browser.conftest import LiveSchool
from tests.factories import make_group, make_pupil, make_register, make_session
from tests.people import SINCE

PATIENCE = 15  # seconds
TODAY = dt.date(2026, 11, 23)
PASSWORD = "a long enough password"
RAW = """async () => {
  const open = indexedDB.open("registers");
  const base = await new Promise((done) => { open.onsuccess = () => done(open.result); });
  const all = (name) => new Promise((done) => {
    base.transaction(name).objectStore(name).getAll().onsuccess = ({ target }) => done(target.result);
  });
  const letters = (buffer) => String.fromCharCode(...new Uint8Array(buffer));
  const kept = (await all("kept")).map((one) => ({ ...one, iv: letters(one.iv), data: letters(one.data) }));
  const cached = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) cached.push(new URL(request.url).pathname);
  }
  const keys = await all("keys");
  base.close();
  const exported = await Promise.all(keys.map((one) => crypto.subtle.exportKey("raw", one.key).then(() => 1, () => 0)));
  return { keys: keys.length, exported, kept, cached, local: { ...localStorage }, session: { ...sessionStorage } };
}"""


@pytest.fixture
def children(live_school: LiveSchool) -> list[Pupil]:
    """Return four children of Tess's class; nobody has opened this morning's register."""
    group, tess = make_group(), live_school.people.tess
    Assignment.objects.create(user=tess.user, group=group, weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    make_session(TODAY)
    return [make_pupil(surname=f"Quillfeather{letter}", forename="Ash", group=group) for letter in "ABCD"]


@pytest.fixture
def register(children: list[Pupil]) -> Register:
    """Return this morning's open register of the class."""
    return make_register(make_session(TODAY), make_group())


@pytest.fixture
def taken(live_school: LiveSchool, register: Register) -> Iterator[Page]:
    """Return the register's page as Tess has it, kept on her device with the worker that shows it."""
    page = live_school.page("tess")
    page.goto(live_school.address(f"registers/{register.pk}/"))
    is_kept(page, 2)
    yield page
    page.unroute_all(behavior="ignoreErrors")


def is_kept(page: Page, pages: int) -> None:
    """Wait until the device keeps so many pages, and its worker is there to show them."""
    page.wait_for_function("navigator.serviceWorker.getRegistration().then((one) => Boolean(one?.active))")
    until = time.monotonic() + PATIENCE
    while sum(one["kind"] == "page" for one in page.evaluate(RAW)["kept"]) < pages:
        assert time.monotonic() < until, f"The device does not keep {pages} pages."
        page.wait_for_timeout(100)


def choose(page: Page, row: int, choice: str) -> None:
    page.locator("tbody tr").nth(row).get_by_role("radio", name=choice).check()


def chosen(page: Page) -> list[str]:
    """Return what each row shows as chosen."""
    rows = page.locator("tbody tr").all()
    return [
        row.locator("label:has(input:checked)").first.inner_text() if row.locator("input:checked").count() else ""
        for row in rows
    ]


def state(page: Page, kind: str, words: str = "") -> None:
    page.locator(f'[data-state="{kind}"]', has_text=words).wait_for(timeout=15000)


def codes() -> dict[str, str]:
    return dict(Mark.objects.values_list("pupil__surname", "code"))


def sign_in(page: Page, name: str) -> None:
    page.goto("/login/")
    page.get_by_label("E-mail").fill(f"{name}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Log out").wait_for()
