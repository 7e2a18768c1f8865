"""Real Chromium for the tests that look through it: which one, how it starts, and axe.

Without a Chromium those tests are passed over and the run says so in one line (tests/conftest.py).
"""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PATH = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
# Each window draws suggestions for an address bar that nobody sees, which costs more than a page of ours; and this
# switch given twice counts once, so that what Playwright turns off is said again.
TURNED_OFF = (
    "WebUIOmniboxPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxAimPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    "PreconnectToSearch",
)  # fmt: skip
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    f"--disable-features={','.join(TURNED_OFF)}",
)  # fmt: skip
Lent = AbstractContextManager[Browser]


@pytest.fixture(scope="session")
def chromium_kept() -> Iterator[Callable[[], Lent]]:
    """Return a function that lends the one browser of this process, and takes all its windows back afterwards.

    Starting driver and browser costs more than most of these tests. Between two of them the driver's event loop
    is none of this thread's, so that a test without a browser finds the thread as it would without one.
    """
    with ExitStack() as running:
        driver = running.enter_context(sync_playwright())
        loop = asyncio.get_running_loop()
        browser = driver.chromium.launch(executable_path=PATH, args=FLAGS)
        running.callback(browser.close)

        @contextmanager
        def lent() -> Iterator[Browser]:
            asyncio._set_running_loop(loop)
            try:
                yield browser
            finally:
                for context in browser.contexts:
                    context.close()
                asyncio._set_running_loop(None)

        asyncio._set_running_loop(None)
        yield lent
        asyncio._set_running_loop(loop)


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """Return a new context of a browser, in which nothing moves: the one place that every test's come from."""
    return browser.new_context(**{"reduced_motion": "reduce", **options})


# Nothing moves for long; what moved for ever would be looked at all the same.
AT_REST: Final = """Promise.race([
    Promise.all(document.getAnimations().map(each => each.finished.catch(() => null))),
    new Promise(done => setTimeout(done, 2000)),
]).then(() => null)"""


def faults(page: Page) -> list[str]:
    """Return what axe finds wrong with a page at rest, as rule and place; nothing when all is well.

    A colour measured while it changes into another is nobody's fault. Every rule is applied to all of the page; what
    passes is not told one by one, which took axe longer than its rules.
    """
    page.evaluate(AT_REST)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{fault['id']}: {node['html'][:120]}" for fault in found for node in fault["nodes"]]
