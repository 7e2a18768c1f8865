"""What the server does not take of a device, in real Chromium: nothing is finished on it, and nothing silently lost."""

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from attendance_mat.audit.models import AuditEvent, Event
from registers.models import Assignment, Pupil, Register
from tests.browser.conftest import CHROMIUM, LiveSchool
from tests.browser.device import RAW, children, choose, codes, register, sign_in, state, taken
from tests.browser.test_offline import give_leave
from tests.conftest import LONDON
from tests.factories import make_group, make_mark, make_pupil

__all__ = ["children", "register", "taken"]
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt-get install chromium"),
    pytest.mark.browser,
    pytest.mark.enable_socket,
]
PATIENCE = 5000  # milliseconds, less than the page has for the server
MARKS = "**/api/registers/**"
FINISH = "Finish the register"
DRAFT = """
  const { person, keyUrl } = document.querySelector("[data-waiting]").dataset;
  const [draft] = await registerStore.drafts(await registerStore.unlock({ person, keyUrl, today: "" }));
"""
CHOOSE = f"""async (pupil) => {{ {DRAFT}
  const row = {{ base: 0, code: "/", made_at: new Date().toISOString() }};
  await draft.choose(String(pupil), row, {{ name: "QuillfeatherC, Ash", words: "Present" }});
}}"""
FINISH_ALONE = f"async () => {{ {DRAFT} await draft.finish(new Date().toISOString()); }}"


def cut(page: Page) -> None:
    """Let no save of the page reach the server."""
    page.route(MARKS, lambda route: route.abort())


def waits(page: Page) -> list[bool]:
    return [one["waits"] for one in page.evaluate(RAW)["kept"] if one["kind"] == "draft"]


def mark_all_and_finish(page: Page) -> None:
    """Mark one child absent and the others present, and press Finish, all without the server."""
    cut(page)
    choose(page, 0, "Absent")
    state(page, "offline", "1 mark is safe on this device")
    # Pressed while children are blank it is not kept; with all of them marked it is
    page.get_by_role("button", name=FINISH).click()
    state(page, "offline", "Not finished: 3 children have no mark yet. Mark them, then press Finish again")
    page.get_by_role("button", name="Everyone else is present (3)").click()
    page.get_by_role("button", name=FINISH).click()
    state(page, "offline", "4 marks are safe on this device, and the register will be finished when they are sent")


def test_finish_pressed_offline_is_left_undone_on_a_clash_which_is_kept_until_it_is_discarded(
    live_school: LiveSchool, taken: Page, register: Register, it_becomes: Callable[[dt.datetime], None]
) -> None:
    mark_all_and_finish(taken)
    # When the office entered one of them otherwise, before they are sent ten minutes later
    make_mark(Pupil.objects.get(surname="QuillfeatherA"), register.session, "/", by=live_school.people.alma)
    it_becomes(dt.datetime(2026, 11, 23, 9, 5, tzinfo=LONDON))
    taken.unroute(MARKS)
    taken.evaluate("window.dispatchEvent(new Event('focus'))")
    state(taken, "wrong", "Not finished: 1 mark was not saved. Press Finish again once that is mended")
    register.refresh_from_db()
    assert (register.finished_at, sorted(codes().values())) == (None, ["/", "/", "/", "/"])
    taken.reload()
    state(taken, "wrong", "Not finished: 1 mark was not saved. Press Finish again once that is mended")
    assert taken.locator("tbody tr").first.locator("label:has(input:checked)").inner_text() == "Present"
    # Then what was not taken is there after a sign-out too, in words, until it is discarded and the office told
    taken.get_by_role("button", name="Log out").click()
    taken.get_by_role("heading", name="Log in").wait_for()
    assert waits(taken) == [True]
    sign_in(taken, "tess")
    taken.get_by_text("1 mark not saved: open the register to see why").wait_for()
    taken.get_by_text("Show what it says").click()
    taken.get_by_text("QuillfeatherA, Ash: Absent, chosen on 23 November").wait_for()
    taken.get_by_role("button", name="Discard this mark").click()
    taken.get_by_text("1 mark discarded, and the office is told.").wait_for()
    assert discarded() == ["N"]
    assert waits(taken) == [False]


def discarded() -> list[str]:
    """Return the codes that the log says were discarded."""
    event = AuditEvent.objects.get(kind=Event.MARKS_DISCARDED)
    return [mark["code"] for mark in event.detail["marks"]]


def test_they_are_here_that_clashed_is_kept_until_it_is_pressed_again(
    live_school: LiveSchool, taken: Page, register: Register, it_becomes: Callable[[dt.datetime], None]
) -> None:
    away = Pupil.objects.get(surname="QuillfeatherB")
    give_leave(away, live_school)
    taken.reload()
    taken.wait_for_load_state("networkidle")
    here = taken.get_by_role("button", name="They are here")
    # Pressed where a network hangs, it is kept before anybody is asked, and the page may be left
    taken.route("**/api/**", lambda route: None)
    here.click()
    taken.get_by_text("kept on this device: the office is told when it is sent.").wait_for(timeout=PATIENCE)
    assert waits(taken) == [True]
    taken.unroute("**/api/**")
    taken.route("**/api/**", lambda route: route.abort())
    taken.reload()
    state(taken, "offline", "No connection: 1 mark is safe on this device")
    make_mark(away, register.session, "I", by=live_school.people.alma)
    it_becomes(dt.datetime(2026, 11, 23, 9, 5, tzinfo=LONDON))
    taken.unroute("**/api/**")
    taken.evaluate("dispatchEvent(new Event('online'))")
    state(taken, "clash", "1 mark changed by Alma Reyes while you worked")
    # Then it is there after a reload, and goes once it is pressed again, having seen what stands
    taken.reload()
    state(taken, "wrong", "1 not saved: see the row")
    taken.get_by_text("Alma Reyes entered “Not expected” at 08:5").wait_for()
    here.click()
    taken.get_by_text("Marked present. The office knows that the child is here.").wait_for()
    assert (codes(), waits(taken)) == ({"QuillfeatherB": "/"}, [False])


def test_finish_that_the_server_refuses_is_said_on_your_registers(
    live_school: LiveSchool, taken: Page, register: Register
) -> None:
    mark_all_and_finish(taken)
    # When a child joined the class, whom the page does not show
    make_pupil(surname="Marsh", group=make_group())
    taken.goto(live_school.address(""))
    taken.get_by_text("No connection: 4 marks are safe on this device").wait_for()
    taken.unroute(MARKS)  # only now, or the register's own page might send them as it is left
    taken.evaluate("dispatchEvent(new Event('online'))")
    taken.get_by_text("4 marks sent. The register is not finished: 1 child has no mark yet.").wait_for()
    register.refresh_from_db()
    assert register.finished_at is None


def test_marks_of_a_register_that_is_nobody_s_any_more_are_shown_with_names_and_discarded_as_the_office_hears(
    live_school: LiveSchool, taken: Page
) -> None:
    cut(taken)
    choose(taken, 0, "Absent")
    choose(taken, 1, "Late")
    state(taken, "offline", "2 marks are safe on this device")
    Assignment.objects.update(until_date=dt.date(2026, 11, 23))
    taken.unroute(MARKS)
    taken.goto(live_school.address(""))
    taken.get_by_text("This register is no longer yours to take: 2 marks are safe on this device").wait_for()
    taken.get_by_text("Show what they say").click()
    taken.get_by_text("QuillfeatherA, Ash: Absent, chosen on 23 November at 08:").wait_for()
    taken.get_by_text("QuillfeatherB, Ash: Late, arrived 08:").wait_for()
    # When the reply of the office's log is lost, they stay, while another tab chooses a third
    taken.route("**/api/discarded-marks/", lambda route: (route.fetch(), route.abort()))
    taken.get_by_role("button", name="Discard these 2 marks").click()
    taken.get_by_role("button", name="Not discarded: the office could not be told. Try again").wait_for()
    assert waits(taken) == [True]
    taken.evaluate(CHOOSE, Pupil.objects.get(surname="QuillfeatherC").pk)
    taken.unroute("**/api/discarded-marks/")
    taken.get_by_role("button", name="Not discarded").click()
    taken.get_by_text("2 marks discarded, and the office is told.").wait_for()
    assert discarded() == ["N", "L"]  # on record once
    # Then the third, which was not shown, is still there
    assert waits(taken) == [True]
    discard_the_third(taken)
    finish_it_alone(taken)


def finish_it_alone(taken: Page) -> None:
    """Leave a Finish alone on the device: it is dropped, with words."""
    taken.evaluate(FINISH_ALONE)
    taken.evaluate("dispatchEvent(new Event('online'))")
    taken.get_by_text("This register is no longer yours to take: it is not finished.").wait_for()
    assert waits(taken) == [False]


def discard_the_third(taken: Page) -> None:
    taken.evaluate("dispatchEvent(new Event('online'))")
    taken.get_by_text("This register is no longer yours to take: 1 mark is safe on this device").wait_for()
    taken.get_by_text("Show what it says").click()
    taken.get_by_text("QuillfeatherC, Ash: Present").wait_for()
    taken.get_by_role("button", name="Discard this mark").click()
    taken.get_by_text("1 mark discarded, and the office is told.").wait_for()
    assert waits(taken) == [False]
