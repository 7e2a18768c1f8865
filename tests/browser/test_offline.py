"""Registers without a connection, in real Chromium: kept on the device, and sent exactly once on return."""

import datetime as dt
import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route

from registers.actions.expecting import expect_absence
from registers.models import Contradiction, Mark, MarkAmendment, Pupil, Register, SaveReceipt, Source
from tests.browser.conftest import CHROMIUM, LiveSchool
from tests.browser.device import RAW, TODAY, children, choose, chosen, codes, is_kept, register, state, taken
from tests.conftest import LONDON, MONDAY_MORNING
from tests.factories import make_group, make_mark, make_register, make_session

__all__ = ["children", "register", "taken"]
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt-get install chromium"),
    pytest.mark.browser,
    pytest.mark.enable_socket,
]
UNDO_IN_HASTE = """async () => {
  const undo = document.querySelector("[value=undo]");
  document.querySelector("[data-everyone]").click();
  while (undo.hidden) await new Promise((done) => setTimeout(done));
  document.querySelectorAll("tbody tr")[1].querySelector("[value=N]").click();
  undo.click();
}"""


def test_what_is_marked_without_a_connection_survives_a_reload_and_is_sent_with_its_own_time(
    taken: Page, it_becomes: Callable[[dt.datetime], None]
) -> None:
    taken.context.set_offline(True)
    choose(taken, 0, "Absent")
    choose(taken, 1, "Present")
    state(taken, "offline", "No connection: 2 marks are safe on this device")
    # When the page is loaded again, still without a connection
    taken.reload()
    state(taken, "offline", "No connection: 2 marks are safe on this device")
    assert chosen(taken) == ["Absent", "Present", "", ""]
    choose(taken, 2, "Late")
    state(taken, "offline", "3 marks are safe on this device")
    # And what filled the others, and never left the device, is taken off it again
    taken.get_by_role("button", name="Everyone else is present (1)").click()
    state(taken, "offline", "4 marks are safe on this device")
    taken.reload()
    taken.get_by_role("button", name="Undo everyone else").click()
    state(taken, "offline", "3 marks are safe on this device")
    assert chosen(taken) == ["Absent", "Present", "Late", ""]
    # Then, on return ten minutes later, all are sent
    it_becomes(dt.datetime(2026, 11, 23, 9, 5, tzinfo=LONDON))
    taken.context.set_offline(False)
    state(taken, "saved")
    assert sorted(codes().values()) == ["/", "L", "N"]
    assert all(mark.made_at.astimezone(LONDON).hour == 8 for mark in Mark.objects.all())


def test_an_afternoon_is_filled_on_the_device_as_a_morning_is(
    live_school: LiveSchool, children: list[Pupil], it_becomes: Callable[[dt.datetime], None]
) -> None:
    it_becomes(dt.datetime(2026, 11, 23, 13, 10, tzinfo=LONDON))
    afternoon = make_register(make_session(TODAY, "pm"), make_group())
    page = live_school.page("tess")
    page.goto(live_school.address(f"registers/{afternoon.pk}/"))
    is_kept(page, 2)
    page.context.set_offline(True)
    page.get_by_role("button", name="Everyone else is present (4)").click()
    state(page, "offline", "No connection: 4 marks are safe on this device")
    assert chosen(page) == ["Present"] * 4
    page.context.set_offline(False)
    state(page, "saved")
    assert list(codes().values()) == ["\\"] * 4
    # And what a script of the page fails at is said, and would fail any of these tests
    page.evaluate("() => { setTimeout(() => Promise.reject(new Error('broken'))); }")
    state(page, "wrong", "Something failed on this page: load it again, and look whether your last press was done")
    assert [failure for failure in live_school.failures if "broken" in failure]
    live_school.failures.clear()


def test_everyone_else_is_undone_without_the_server_whoever_filled_it(taken: Page) -> None:
    everyone, undo = (taken.get_by_role("button", name=name) for name in ("Everyone else is", "Undo everyone else"))
    everyone.click()
    taken.locator(".notice", has_text="Everyone else is present: 4 marked.").wait_for()
    choose(taken, 0, "Absent")
    state(taken, "saved")
    # When the server, which filled the others, is found not to answer, or only nonsense, once Undo is pressed
    taken.route("**/api/**", lambda route: route.abort())
    nonsense = {"error": "not understood", "message": "The save has fields missing or wrong."}
    taken.route("**/api/device-key/", lambda route: route.fulfill(status=400, json=nonsense))
    undo.click()
    state(taken, "offline", "3 marks are safe on this device")
    assert (chosen(taken), undo.is_visible()) == (["Absent", "", "", ""], False)
    # And it is filled again, which may have reached the server, and undone again
    everyone.click()
    state(taken, "offline", "3 marks are safe on this device")
    taken.wait_for_timeout(500)  # by now it was sent, as far as the device knows
    taken.reload()
    taken.unroute("**/api/**")
    assert chosen(taken) == ["Absent", "Present", "Present", "Present"]
    undo.click()
    state(taken, "saved")
    assert sorted(codes().values()) == ["", "", "", "N"]
    taken.reload()
    assert (chosen(taken), undo.is_visible()) == (["Absent", "", "", ""], False)
    undone_in_haste(taken)


def undone_in_haste(taken: Page) -> None:
    """Undo as soon as that can be pressed: all of it is taken back, and no mark of the same moment."""
    taken.route("**/api/**", lambda route: route.abort())
    taken.evaluate(UNDO_IN_HASTE)
    state(taken, "offline", "1 mark is safe on this device")
    assert chosen(taken) == ["Absent", "Absent", "", ""]
    taken.unroute("**/api/**")
    taken.evaluate("window.dispatchEvent(new Event('focus'))")
    state(taken, "saved")
    assert sorted(codes().values()) == ["", "", "N", "N"]


def test_a_press_that_is_not_kept_and_cannot_reach_the_server_says_so(taken: Page) -> None:
    choose(taken, 0, "Absent")
    state(taken, "saved")
    taken.context.set_offline(True)
    taken.evaluate("document.querySelector('[value=save].register-save').click()")
    state(taken, "offline", "No answer from the server: what you pressed may not have been done")
    # Then what was saved after the page was kept is shown, once the device has been read
    taken.locator("tbody tr").first.locator("label:has(input:checked)", has_text="Absent").wait_for()


def test_a_reply_that_is_lost_is_asked_for_under_the_same_key(taken: Page) -> None:
    keys: list[str] = []

    def lose(route: Route) -> None:
        keys.append(json.loads(route.request.post_data or "")["key"])
        if len(keys) == 1:
            route.fetch()  # the server has saved
            route.abort()
        else:
            route.continue_()

    taken.route("**/api/registers/**", lose)
    choose(taken, 0, "Absent")
    state(taken, "offline", "1 mark is safe on this device")
    with taken.expect_response("**/api/registers/**"):
        taken.reload()
    state(taken, "saved")
    assert keys[0] == keys[1]
    assert (SaveReceipt.objects.count(), MarkAmendment.objects.count()) == (1, 0)
    assert codes() == {"QuillfeatherA": "N"}


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ({"status": 401, "json": {"error": "signed out", "message": "You are signed out."}}, "Signed out: "),
        ({"status": 404, "json": {"error": "not found"}}, "This register is no longer yours to take: "),
        ({"status": 409, "json": {"error": "someone else", "message": "Someone else is signed in."}}, "Someone else"),
        ({"status": 409, "json": {"error": "try again", "message": "Send this again."}}, "The server did not save: "),
        ({"status": 500, "body": "<h1>Server error</h1>"}, "The server did not save: "),
        ({"status": 404, "body": "<h1>Lost</h1>"}, "The server did not save: "),
        ({"status": 200, "body": "<h1>Wi-Fi</h1>", "content_type": "text/html"}, "The server did not save: "),
        ({"status": 200, "json": {"rows": []}}, "The server did not save: "),
    ],
    ids=["401", "404", "409-else", "409-again", "500", "404-of-the-network", "captive", "no-rows"],
)  # fmt: skip
def test_a_mark_is_kept_whatever_the_server_says_and_sent_when_it_takes_it(
    taken: Page, reply: dict[str, object], words: str
) -> None:
    taken.route("**/api/registers/**", lambda route: route.fulfill(**reply))
    choose(taken, 0, "Absent")
    taken.locator(".register-state", has_text=words).wait_for()
    taken.locator(".register-state", has_text="1 mark is safe on this device").wait_for()
    assert [one["waits"] for one in taken.evaluate(RAW)["kept"] if one["kind"] == "draft"] == [True]
    taken.unroute("**/api/registers/**")
    taken.evaluate("window.dispatchEvent(new Event('focus'))")
    state(taken, "saved")
    assert codes() == {"QuillfeatherA": "N"}


def test_one_row_the_server_refuses_holds_up_no_other_and_stays_on_the_page(taken: Page, register: Register) -> None:
    first = Pupil.objects.get(surname="QuillfeatherA")

    def refuse(route: Route) -> None:
        rows = json.loads(route.request.post_data or "")["rows"]
        if first.pk in [row["pupil"] for row in rows]:
            detail = ["Row 1 is not of a pupil in this register today."]
            route.fulfill(status=422, json={"error": "refused", "message": "Nothing was saved.", "detail": detail})
        else:
            route.continue_()

    taken.route("**/api/registers/**", refuse)
    choose(taken, 0, "Absent")
    choose(taken, 1, "Present")
    state(taken, "wrong", "1 not saved: see the row")
    taken.reload()
    state(taken, "wrong", "1 not saved: see the row")
    taken.get_by_text("Row 1 is not of a pupil in this register today.").wait_for()
    assert codes() == {"QuillfeatherB": "/"}
    assert chosen(taken)[0] == "Absent"


def test_what_was_made_before_the_register_closed_arrives_as_made_offline(
    live_school: LiveSchool, taken: Page, register: Register, it_becomes: Callable[[dt.datetime], None]
) -> None:
    first, second, third, away = Pupil.objects.order_by("surname")
    for child in (first, second):
        make_mark(child, register.session, "/", by=live_school.people.tess, register=register)
    give_leave(away, live_school)
    taken.reload()
    taken.wait_for_load_state("networkidle")
    taken.context.set_offline(True)
    for row, choice in enumerate(["Absent", "Late", "Absent"]):
        choose(taken, row, choice)
    say_they_are_here(taken)
    # When the office changes one meanwhile, and the connection is back after the register has closed
    mark = Mark.objects.get(pupil=second)
    MarkAmendment.objects.create(
        mark=mark, kind="correction", amended_code="N", amended_by=live_school.people.alma.user,
        amended_by_name="Alma Reyes", amended_by_role="Attendance officer", made_at=mark.made_at, source="office",
    )  # fmt: skip
    it_becomes(dt.datetime(2026, 11, 23, 11, 0, tzinfo=LONDON))
    taken.context.set_offline(False)
    state(taken, "clash", "1 mark changed by the office while you worked")
    amendment = MarkAmendment.objects.get(mark__pupil=first)
    assert (amendment.kind, amendment.reason, amendment.source) == ("amendment", "made offline", Source.OFFLINE)
    assert amendment.made_at.astimezone(LONDON).hour == 8
    new = Mark.objects.get(pupil=third)
    assert (new.code, new.source, new.made_at.astimezone(LONDON).hour) == ("N", Source.OFFLINE, 8)
    assert Mark.objects.get(pupil=second).code == "N"
    # And the child who was not expected is here since it was pressed, and the office told
    taken.get_by_text("Marked present. The office knows that the child is here.").wait_for()
    arrived = Contradiction.objects.get().mark
    assert (arrived.pupil, arrived.code, arrived.source) == (away, "/", Source.OFFLINE)
    assert arrived.made_at.astimezone(LONDON).hour == 8


def give_leave(pupil: Pupil, live_school: LiveSchool) -> None:
    leave = {"from_date": TODAY, "until_date": TODAY + dt.timedelta(days=1), "halves": "am", "code": "M"}
    expect_absence(pupil, **leave, origin="office", by=live_school.people.ben, at=MONDAY_MORNING)


def say_they_are_here(page: Page) -> None:
    """Press it of the one child who was not expected; the page says so at once, and after a reload."""
    here = page.get_by_role("button", name="They are here")
    here.click()
    state(page, "offline", "4 marks are safe on this device")
    page.reload()
    page.get_by_text("kept on this device: the office is told when it is sent.").wait_for()
    assert here.get_attribute("aria-disabled") == "true"


def test_a_device_whose_clock_is_wrong_sends_the_server_s_time(live_school: LiveSchool, register: Register) -> None:
    page = live_school.page("tess")
    page.clock.install(time=dt.datetime(2031, 3, 1, 12, 0, tzinfo=dt.UTC))
    page.goto(live_school.address(f"registers/{register.pk}/"))
    page.clock.run_for(1000)
    choose(page, 0, "Absent")
    page.clock.run_for(5000)
    state(page, "saved")
    made = Mark.objects.get().made_at
    assert dt.datetime(2026, 11, 23, 8, 50, tzinfo=LONDON) < made < dt.datetime(2026, 11, 23, 9, 0, tzinfo=LONDON)


# Chooses before the device was read, and takes it back as that is under way.
IN_THE_MEANTIME = """
  let isDone = false;
  const request = navigator.locks.request.bind(navigator.locks);
  navigator.locks.request = (name, work) => {
    const answer = request(name, work);
    if (!isDone && name.startsWith("write")) document.querySelector("tbody [data-clear]").click();
    isDone ||= name.startsWith("write");
    return answer;
  };
  document.addEventListener("DOMContentLoaded", () => document.querySelector("tbody [value=N]").click());
"""


def test_what_is_taken_back_while_the_device_is_read_is_not_shown_again(
    live_school: LiveSchool, register: Register
) -> None:
    page = live_school.page("tess")
    page.context.add_init_script(IN_THE_MEANTIME)
    page.goto(live_school.address(f"registers/{register.pk}/"))
    is_kept(page, 2)
    assert chosen(page) == ["", "", "", ""]
    state(page, "saved")
    assert codes() == {}
