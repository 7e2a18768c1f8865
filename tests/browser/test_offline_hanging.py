"""A network that accepts and never answers, in real Chromium: every mark is safe, and arrives once when it wakes up."""

import time

import pytest

from registers.models import MarkAmendment, Register, SaveReceipt
from registers.views import offline
from tests.browser.conftest import CHROMIUM, LiveSchool
from tests.browser.device import RAW, children, choose, chosen, codes, is_kept, register, state
from tests.browser.network import network_to

__all__ = ["children", "register"]
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt-get install chromium"),
    pytest.mark.browser,
    pytest.mark.enable_socket,
]
PATIENCE = 1500  # milliseconds, for the eight seconds of the page and the five of its worker
SPARE = 5  # seconds more, on a machine that does other things


def test_a_mark_is_safe_on_a_network_that_hangs_and_arrives_once_when_it_wakes(
    live_school: LiveSchool, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offline, "PATIENCE", PATIENCE)
    with network_to(live_school.url) as network:
        live_school.url = network.url
        page = live_school.page("tess")
        page.context.add_init_script(f"self.patience = {PATIENCE}")
        page.goto(live_school.address(f"registers/{register.pk}/"))
        is_kept(page, 2)
        # When the network goes silent, a mark is on the device at once, and its state is said within the patience
        network.hang()
        choose(page, 0, "Absent")
        page.wait_for_function(f"({RAW})().then(({{ kept }}) => kept.some((one) => one.waits))")
        assert page.locator("[data-state]").get_attribute("data-state") in {"saving", "offline"}
        began = time.monotonic()
        state(page, "offline", "No connection: 1 mark is safe on this device")
        assert time.monotonic() - began < PATIENCE / 1000 + SPARE
        # And the page is shown by its worker, after a patience of its own
        page.reload()
        state(page, "offline", "No connection: 1 mark is safe on this device")
        assert chosen(page) == ["Absent", "", "", ""]
        choose(page, 1, "Present")
        state(page, "offline", "No connection: 2 marks are safe on this device")
        # Then the network wakes up, with every request that hung in it, and each mark has arrived once
        network.wake()
        state(page, "saved")
        assert codes() == {"QuillfeatherA": "N", "QuillfeatherB": "/"}
        assert MarkAmendment.objects.count() == 0
        assert SaveReceipt.objects.count() == 2
