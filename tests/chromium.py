"""Real Chromium for the tests that look through it: which one, how it starts, and axe.

Without a Chromium those tests are passed over and the run says so in one line (tests/conftest.py).
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

PATH = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a browser, and close it afterwards."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=PATH, args=FLAGS)
        yield browser
        browser.close()


AT_REST: Final = "Promise.all(document.getAnimations().map(each => each.finished.catch(() => null))).then(() => null)"


def faults(page: Page) -> list[str]:
    """Return what axe finds wrong with a page at rest, as rule and place; nothing when all is well.

    A colour measured while it changes into another is nobody's fault.
    """
    page.evaluate(AT_REST)
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {node['html'][:120]}" for fault in found for node in fault["nodes"]]
