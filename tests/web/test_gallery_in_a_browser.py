"""The gallery in a real browser: axe finds nothing, and nothing runs over the edge of a telephone."""

import os
import shutil
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import RequestFactory

from attendance_mat.web import views

playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

CHROMIUM = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
HOST = "http://gallery.invalid"
POLICY = {"Content-Security-Policy": "default-src 'self'", "Content-Type": "text/html; charset=utf-8"}
LEAST_TARGET = 24
SMALL_TARGETS = """least => [...document.querySelectorAll("a, button, input, select, summary")].filter(one => {
  const box = one.getBoundingClientRect();
  const inLine = getComputedStyle(one).display === "inline";
  return box.width && !inLine && (box.width < least || box.height < least);
}).map(one => one.outerHTML)"""

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt-get install chromium"),
    pytest.mark.browser,
    pytest.mark.enable_socket,
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_gallery_has_no_fault_axe_can_find(scheme: str, width: int) -> None:
    html = views.gallery(RequestFactory().get("/gallery/")).content.decode()

    def answer(route: playwright.Route) -> None:
        address = route.request.url.removeprefix(f"{HOST}/static/")
        if address == route.request.url:
            route.fulfill(body=html, headers=POLICY)
        else:
            route.fulfill(path=Path(str(finders.find(address))))

    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.route("**/*", answer)
        page.goto(f"{HOST}/gallery/")
        page.locator("[popovertarget=refuse]").first.click()
        found = axe.Axe().run(page)
        widest = page.evaluate("document.documentElement.scrollWidth")
        small = page.evaluate(SMALL_TARGETS, LEAST_TARGET)
        browser.close()
    assert [fault["id"] for fault in found.response["violations"]] == []
    assert complaints == []
    assert widest <= width
    assert small == []
