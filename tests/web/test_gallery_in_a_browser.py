"""The gallery in a real browser: axe finds nothing, and nothing runs over the edge of a telephone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import RequestFactory
from playwright.sync_api import Route

from attendance_mat.web import views
from tests.chromium import Lent, faults, new_context

HOST = "http://gallery.invalid"
POLICY = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:",
    "Content-Type": "text/html; charset=utf-8",
}
LEAST_TARGET = 24
SMALL_TARGETS = """least => [...document.querySelectorAll("a, button, input, select, summary")].filter(one => {
  const box = one.getBoundingClientRect();
  const inLine = getComputedStyle(one).display === "inline";
  return box.width && !inLine && (box.width < least || box.height < least);
}).map(one => one.outerHTML)"""

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_gallery_has_no_fault_axe_can_find(chromium_kept: Callable[[], Lent], scheme: str, width: int) -> None:
    html = views.gallery(RequestFactory().get("/gallery/")).content.decode()

    def answer(route: Route) -> None:
        address = route.request.url.removeprefix(f"{HOST}/static/")
        if address == route.request.url:
            route.fulfill(body=html, headers=POLICY)
        else:
            route.fulfill(path=Path(str(finders.find(address))))

    with chromium_kept() as browser:
        page = new_context(browser, viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.route("**/*", answer)
        page.goto(f"{HOST}/gallery/")
        page.locator("[popovertarget=refuse]").first.click()
        found = faults(page)
        widest = page.evaluate("document.documentElement.scrollWidth")
        small = page.evaluate(SMALL_TARGETS, LEAST_TARGET)
    assert found == []
    assert complaints == []
    assert widest <= width
    assert small == []
