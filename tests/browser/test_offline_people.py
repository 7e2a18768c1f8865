"""Whose registers a device keeps, in real Chromium: nothing is readable after sign-out, and two people never mix."""

import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page

from registers.models import Mark, MarkAmendment, Register, SaveReceipt
from tests.browser.conftest import CHROMIUM, FLAGS, LiveSchool
from tests.browser.device import RAW, children, choose, chosen, codes, is_kept, register, sign_in, state, taken
from tests.chromium import new_context
from tests.conftest import LONDON

__all__ = ["children", "register", "taken"]
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt-get install chromium"),
    pytest.mark.browser,
    pytest.mark.enable_socket,
]


def test_after_signing_out_nothing_on_the_device_can_be_read(taken: Page) -> None:
    before = taken.evaluate(RAW)
    assert (before["keys"], before["exported"]) == (1, [0])  # the key itself can never be read out
    taken.route("**/api/registers/**", lambda route: route.abort())
    choose(taken, 0, "Absent")
    state(taken, "offline", "1 mark is safe on this device")
    taken.get_by_role("button", name="Log out").click()
    taken.get_by_role("heading", name="Log in").wait_for()
    raw = taken.evaluate(RAW)
    assert raw["keys"] == 0
    assert [one["kind"] for one in raw["kept"]] == ["draft"]
    assert sorted(raw["kept"][0]) == ["data", "day", "id", "iv", "kind", "owner", "waits"]
    everything = json.dumps(raw)
    assert not [word for word in ("Quill", "forename", "Absent", "Tess", "mark-", "registers/") if word in everything]
    assert all(path.startswith("/static/") for path in before["cached"] + raw["cached"])
    # Nor is the page shown without a connection
    taken.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_"):
        taken.goto(taken.url.replace("/login/", "") + "/s/alder-primary/")


def test_signing_out_without_a_connection_drops_the_key_too(taken: Page) -> None:
    taken.context.set_offline(True)
    taken.get_by_role("button", name="Log out").click()
    taken.locator("#register").wait_for(state="detached")
    with pytest.raises(Exception, match="ERR_"):
        taken.go_back()


def test_signing_out_on_any_page_closes_the_registers_of_the_other_tabs_and_drops_the_key(
    live_school: LiveSchool, taken: Page
) -> None:
    other = taken.context.new_page()
    other.goto(live_school.address("on-site/"))
    taken.context.set_offline(True)
    other.get_by_role("button", name="Log out").click()
    taken.locator("#register").wait_for(state="detached")
    taken.context.set_offline(False)
    taken.goto("/static/css/attendance.css")
    raw = taken.evaluate(RAW)
    assert (raw["keys"], raw["kept"]) == (0, [])


def test_signing_out_where_no_register_was_ever_kept_signs_out(live_school: LiveSchool) -> None:
    page = live_school.page("tess")
    page.goto(live_school.address("on-site/"))
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("heading", name="Log in").wait_for()


def test_a_cover_person_whose_pass_was_taken_back_is_sent_to_the_office_and_their_marks_wait_for_the_next(
    live_school: LiveSchool, register: Register
) -> None:
    office, bearer = live_school.page("olly"), new_context(live_school.browser, base_url=live_school.url).new_page()

    def given() -> str:
        office.goto(live_school.address("cover/"))
        office.get_by_label("What is to be covered").select_option(f"am-{register.group_id}")
        office.get_by_label("Or by somebody without a log-in: their name").fill("Jo Marlow")
        office.get_by_role("button", name="Give cover").click()
        return office.locator("a[href*='/cover/open/']").first.get_attribute("href") or ""

    bearer.goto(given())
    bearer.get_by_role("button", name="Open the registers").click()
    bearer.goto(live_school.address(f"registers/{register.pk}/"))
    is_kept(bearer, 2)
    # When the pass is taken back before a mark is sent
    office.goto(live_school.address("cover/"))
    office.get_by_role("button", name="Take the pass back").click()
    office.get_by_text("opens nothing any more").wait_for()
    choose(bearer, 0, "Absent")
    state(bearer, "signed-out", "Your cover pass has ended: 1 mark is safe on this device.")
    state(bearer, "signed-out", "Go to the office for a new pass, today: nothing is lost")
    assert bearer.get_by_role("link", name="Sign in here").count() == 0
    # Then the next pass, on the same device, sends it
    bearer.goto(given())
    bearer.get_by_role("button", name="Open the registers").click()
    bearer.get_by_text("1 mark sent.").wait_for()
    mark = Mark.objects.get()
    assert (mark.code, mark.made_by_role) == ("N", "cover")


def test_a_shared_device_never_mixes_two_people(live_school: LiveSchool, taken: Page, register: Register) -> None:
    live_school.people.user("tutu")
    taken.route("**/api/registers/**", lambda route: route.abort())
    choose(taken, 0, "Absent")
    state(taken, "offline", "1 mark is safe on this device")
    taken.get_by_role("button", name="Log out").click()
    taken.get_by_role("heading", name="Log in").wait_for()
    taken.unroute("**/api/registers/**")
    # When another person uses the device, nothing of the first is shown or sent
    sign_in(taken, "tutu")
    taken.goto(live_school.address(""))
    is_kept(taken, 1)
    assert taken.locator("[data-waiting]").is_hidden()
    taken.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_"):
        taken.goto(live_school.address(f"registers/{register.pk}/"))
    taken.context.set_offline(False)
    taken.goto(live_school.address(""))
    taken.get_by_role("button", name="Log out").click()
    taken.get_by_role("heading", name="Log in").wait_for()
    assert codes() == {}
    # And when the first comes back, what waited is sent in their name
    with taken.expect_response("**/api/registers/**"):
        sign_in(taken, "tess")  # and is on her registers
    taken.get_by_text("1 mark sent.").wait_for()
    mark = Mark.objects.get()
    assert (mark.code, mark.made_by_id) == ("N", live_school.people.tess.user_id)


def nothing_is_kept_of_what_another_person_presses(live_school: LiveSchool, taken: Page) -> None:
    """Press a button and choose a mark on the page of the one who was signed in before; then that one is back."""
    becomes(taken, live_school, "tutu")
    taken.get_by_role("button", name="Everyone else is present (4)").click()
    state(taken, "wrong", "Someone else is signed in on this device now. Not done: Everyone else is present (4).")
    state(taken, "wrong", "Nothing more is kept on this page: load it again to go on in your own name")
    assert taken.locator("#register table").get_attribute("inert") is not None
    taken.evaluate("document.querySelector('tbody [value=N]').click()")  # a press on its way as that was found out
    assert [one for one in taken.evaluate(RAW)["kept"] if one["waits"]] == []
    becomes(taken, live_school, "tess")
    taken.evaluate("window.dispatchEvent(new Event('focus'))")
    state(taken, "saved")
    assert chosen(taken) == ["", "", "", ""]


def becomes(page: Page, live_school: LiveSchool, name: str) -> None:
    """Have another person signed in on this device, without the page's hearing of it."""
    client = Client()
    client.force_login(live_school.people.user(name))
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_school.url}]
    )


def test_signing_in_in_another_tab_sends_what_waited(live_school: LiveSchool, taken: Page) -> None:
    nothing_is_kept_of_what_another_person_presses(live_school, taken)
    taken.context.clear_cookies(name="sessionid")
    # A button pressed by somebody who does not know it yet is kept as a mark is
    taken.get_by_role("button", name="Everyone else is present (4)").click()
    state(taken, "signed-out", "Signed out: 4 marks are safe on this device.")
    choose(taken, 0, "Absent")
    with taken.context.expect_page() as opened:
        taken.get_by_role("link", name="Sign in here, nothing is lost").click()
    sign_in(opened.value, "tess")
    taken.bring_to_front()
    taken.evaluate("window.dispatchEvent(new Event('focus'))")
    state(taken, "saved")
    assert sorted(codes().values()) == ["/", "/", "/", "N"]


def test_two_tabs_of_one_register_send_each_mark_once(taken: Page) -> None:
    other = taken.context.new_page()
    other.goto(taken.url)
    sent: list[str] = []
    for page in (taken, other):
        page.on(
            "requestfinished", lambda request: sent.append(request.url) if "/api/registers/" in request.url else None
        )
    taken.context.set_offline(True)
    choose(taken, 0, "Absent")
    choose(other, 1, "Present")
    choose(other, 2, "Present")
    state(taken, "offline")
    state(other, "offline")
    taken.context.set_offline(False)
    state(taken, "saved")
    state(other, "saved")
    assert codes() == {"QuillfeatherA": "N", "QuillfeatherB": "/", "QuillfeatherC": "/"}
    assert len(sent) == SaveReceipt.objects.count()
    what_waits_in_one_is_no_blank_for_the_other(taken, other)
    assert MarkAmendment.objects.count() == 0


def what_waits_in_one_is_no_blank_for_the_other(taken: Page, other: Page) -> None:
    """Fill the blanks in the other tab, which shows what was sent and has not heard of what waits."""
    assert chosen(taken) == chosen(other) == ["Absent", "Present", "Present", ""]
    taken.context.set_offline(True)
    choose(taken, 3, "Absent")
    state(taken, "offline", "1 mark is safe on this device")
    assert chosen(other)[3] == ""
    other.get_by_role("button", name="Everyone else is present (1)").click()
    other.locator("tbody tr").nth(3).locator("label:has(input:checked)", has_text="Absent").wait_for()
    taken.context.set_offline(False)
    state(taken, "saved")
    assert codes()["QuillfeatherD"] == "N"


def test_without_tls_the_page_works_and_promises_no_more_than_it_keeps(
    live_school: LiveSchool, register: Register, settings: object
) -> None:
    settings.ALLOWED_HOSTS = ["school.test", "127.0.0.1"]
    rules = "--host-resolver-rules=MAP school.test 127.0.0.1"
    browser = live_school.browser.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, rules])
    known = live_school.page("tess").context.cookies()[0]["value"]
    url = live_school.url.replace("127.0.0.1", "school.test")
    context = new_context(browser, base_url=url)
    context.add_cookies([{"name": "sessionid", "value": known, "url": url}])
    page = context.new_page()
    page.goto(live_school.address(f"registers/{register.pk}/"))
    assert page.evaluate("isSecureContext") is False
    context.set_offline(True)
    choose(page, 0, "Absent")
    state(page, "offline", "No connection: 1 mark waits on this page")
    context.set_offline(False)
    state(page, "saved")
    browser.close()
    assert codes() == {"QuillfeatherA": "N"}


def test_what_was_kept_on_an_earlier_day_is_deleted_but_for_what_waits(
    live_school: LiveSchool, taken: Page, it_becomes: Callable[[dt.datetime], None]
) -> None:
    choose(taken, 0, "Absent")
    state(taken, "saved")
    it_becomes(dt.datetime(2026, 11, 24, 8, 52, tzinfo=LONDON))
    taken.goto(live_school.address(""))
    is_kept(taken, 1)
    assert {one["day"] for one in taken.evaluate(RAW)["kept"]} == {"2026-11-24"}
