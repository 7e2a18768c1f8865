"""The register's page comes in few requests and few bytes, counted in real Chromium (screens.md's budgets)."""

import gzip

import pytest

from registers.models import Characteristic, Pupil, Register
from tests.browser.conftest import CHROMIUM, LiveSchool
from tests.browser.device import is_kept
from tests.browser.test_register_page import register
from tests.people import SINCE

__all__ = ["register"]
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt-get install chromium"),
    pytest.mark.browser,
    pytest.mark.enable_socket,
]
PAGE_AT_MOST = 15_000  # bytes, compressed, of the page of thirty pupils
ALL_AT_MOST = 60_000
REQUESTS_AT_MOST = 5


def test_thirty_pupils_cost_five_requests_and_sixty_kilobytes_on_a_device_seen_for_the_first_time(
    live_school: LiveSchool, register: Register
) -> None:
    for number, pupil in enumerate(Pupil.objects.order_by("pk")):
        if number % 3 == 0:
            Characteristic.objects.create(pupil=pupil, kind="sen", value="K", from_date=SINCE)
    page = live_school.page("tess")  # a new browser context: nothing is cached
    page.goto(live_school.address(f"registers/{register.pk}/"))
    is_kept(page, 2)
    page.wait_for_load_state("networkidle")
    # The page, its style sheet and its script; then the key of the device, and the worker that shows what it keeps
    asked = list(live_school.asked)
    assert len(asked) <= REQUESTS_AT_MOST, asked
    assert {live_school.address("api/device-key/"), live_school.address("worker.js")} < set(asked)
    weights = {path: len(gzip.compress(page.request.get(path).body())) for path in asked if "device-key" not in path}
    assert weights[live_school.address(f"registers/{register.pk}/")] <= PAGE_AT_MOST, weights
    assert min(weights.values()) > 1000, weights  # nothing empty was weighed
    assert sum(weights.values()) <= ALL_AT_MOST, weights
    print(weights)  # noqa: T201 - measured, shown with -s


def test_the_icon_and_the_pictures_are_in_the_page(live_school: LiveSchool, register: Register) -> None:
    page = live_school.page("tess")
    page.goto(live_school.address(f"registers/{register.pk}/"))
    assert page.locator("link[rel=icon]").get_attribute("href").startswith("data:image/svg+xml,")
    assert page.locator("img").count() == 0


def test_the_start_page_costs_five_requests_and_then_those_of_what_it_keeps(
    live_school: LiveSchool, register: Register
) -> None:
    page = live_school.page("tess")
    page.goto(live_school.address(""))
    is_kept(page, 3)  # this page, and the register at its two addresses
    asked = list(live_school.asked)
    kept = [live_school.address(f"registers/{register.pk}/"), "/static/js/register-page.js"]
    assert sorted(path for path in asked if path in kept) == sorted(kept), asked
    assert len(asked) <= REQUESTS_AT_MOST + len(kept), asked
