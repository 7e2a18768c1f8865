"""The register's page comes in few requests and few bytes, counted in real Chromium (screens.md's budgets)."""

import gzip

import pytest
from playwright.sync_api import Response

from registers.models import Characteristic, Pupil, Register
from tests.browser.conftest import CHROMIUM, LiveSchool
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


def test_thirty_pupils_cost_five_requests_and_sixty_kilobytes(live_school: LiveSchool, register: Register) -> None:
    for number, pupil in enumerate(Pupil.objects.order_by("pk")):
        if number % 3 == 0:
            Characteristic.objects.create(pupil=pupil, kind="sen", value="K", from_date=SINCE)
    page = live_school.page("tess")  # a new browser context: nothing is cached
    replies: list[Response] = []

    def came(reply: Response) -> None:
        replies.append(reply)

    page.on("response", came)
    page.goto(live_school.address(f"registers/{register.pk}/"), wait_until="networkidle")
    weights = {reply.url: len(gzip.compress(reply.body())) for reply in replies}
    # What a device asks for so that it can keep the page, once it stands: the worker's own script, and each day its key
    weights = {url: weight for url, weight in weights.items() if not url.endswith(("/worker.js", "/api/device-key/"))}
    assert len(weights) <= REQUESTS_AT_MOST, weights
    assert weights[page.url] <= PAGE_AT_MOST, weights
    assert sum(weights.values()) <= ALL_AT_MOST, weights
    print(weights)  # noqa: T201 - measured, shown with -s


def test_the_icon_and_the_pictures_are_in_the_page(live_school: LiveSchool, register: Register) -> None:
    page = live_school.page("tess")
    page.goto(live_school.address(f"registers/{register.pk}/"))
    assert page.locator("link[rel=icon]").get_attribute("href").startswith("data:image/svg+xml,")
    assert page.locator("img").count() == 0
