"""Taking a register of thirty in real Chromium: by mouse, by keyboard, and when things go wrong."""

import datetime as dt

import pytest

from registers.actions.expecting import expect_absence
from registers.models import Assignment, Mark, MarkAmendment, Pupil, Register
from tests.browser.conftest import CHROMIUM, LiveSchool
from tests.chromium import faults
from tests.conftest import LONDON, MONDAY_MORNING
from tests.factories import make_group, make_mark, make_pupil, make_register, make_session
from tests.people import SINCE

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt-get install chromium"),
    pytest.mark.browser,
    pytest.mark.enable_socket,
]
TODAY, FRIDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 20)
IS_COVERED = """() => {
  const box = document.activeElement.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return !!top.closest(".register-head, .register-foot") && !document.activeElement.closest(".register-foot");
}"""


@pytest.fixture
def register(live_school: LiveSchool) -> Register:
    """Return this morning's open register of Tess's class of thirty, with Friday's marks behind it."""
    group, tess = make_group(), live_school.people.tess
    Assignment.objects.create(user=tess.user, group=group, weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    friday = make_session(FRIDAY)
    for number in range(30):
        pupil = make_pupil(surname=f"Child{number:02}", forename="Ash", group=group)
        make_mark(pupil, friday, "N" if number == 7 else "/", by=tess, group=group)
    return make_register(make_session(TODAY), group)


def saved(page) -> None:
    """Wait until everything chosen has been acknowledged."""
    page.locator('[data-state="saved"]').wait_for()


def marks() -> dict[str, int]:
    codes = list(Mark.objects.filter(session__date=TODAY).values_list("code", flat=True))
    return {code: codes.count(code) for code in set(codes)}


def choose(page, row: int, choice: str) -> None:
    page.locator("tbody tr").nth(row).get_by_role("radio", name=choice).check()


def test_a_register_of_thirty_with_two_absent_by_mouse(live_school: LiveSchool, register: Register) -> None:
    complaints: list[str] = []
    page = live_school.page("tess")
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(live_school.address(""))
    page.get_by_role("link", name="Take 4A").first.click()
    # Absent, Absent: each is saved by itself
    choose(page, 3, "Absent")
    choose(page, 11, "Absent")
    page.get_by_text("2 marked, 28 left").wait_for()
    saved(page)
    # Everyone else is present (28), and finished
    page.get_by_role("button", name="Everyone else is present (28)").click()
    page.locator(".notice", has_text="Everyone else is present: 28 marked.").wait_for()
    page.get_by_role("button", name="Finish the register").click()
    page.get_by_text("Finished 08:5").wait_for()
    assert marks() == {"N": 2, "/": 28}
    assert (MarkAmendment.objects.count(), complaints) == (0, [])


def test_a_register_by_the_keyboard_alone_and_the_focus_is_never_covered(
    live_school: LiveSchool, register: Register
) -> None:
    page = live_school.page("tess", viewport={"width": 1280, "height": 700})
    page.goto(live_school.address(f"registers/{register.pk}/"))
    page.locator("tbody tr input[type=radio]").first.focus()
    for row in range(30):
        assert not page.evaluate(IS_COVERED), f"row {row}"
        page.keyboard.press("n" if row in {3, 11} else "Space")
    saved(page)
    page.get_by_role("button", name="Finish the register").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Finished 08:5").wait_for()
    assert marks() == {"N": 2, "/": 28}


def test_late_says_at_once_whether_it_is_l_or_u(live_school: LiveSchool, register: Register, it_becomes) -> None:
    it_becomes(dt.datetime(2026, 11, 23, 9, 25, tzinfo=LONDON))
    page = live_school.page("tess")
    page.goto(live_school.address(f"registers/{register.pk}/"))
    choose(page, 0, "Late")
    row = page.locator("tbody tr").first
    row.get_by_text("U: arrived at 09:2").wait_for()
    row.get_by_label("Arrived").fill("09:20")
    row.get_by_label("Arrived").blur()
    row.get_by_text("L: arrived at 09:20, the register is open until 09:20.").wait_for()


def test_a_clash_shows_both_in_its_row_and_overwrites_nothing(live_school: LiveSchool, register: Register) -> None:
    page = live_school.page("tess")
    page.goto(live_school.address(f"registers/{register.pk}/"))
    first = Pupil.objects.order_by("surname").first()
    alma = live_school.people.alma
    make_mark(first, register.session, "N", by=alma, register=register, source="office")
    choose(page, 0, "Present")
    page.locator("[data-state=clash]", has_text="1 mark changed by the office while you worked").wait_for()
    page.get_by_text("Alma Reyes entered “Reason not yet established” at 08:5").wait_for()
    assert page.locator('[data-state="clash"]').count() == 1
    assert Mark.objects.get(pupil=first, session__date=TODAY).code == "N"
    # When the teacher, having seen it, chooses again
    choose(page, 0, "Present")
    saved(page)
    assert Mark.objects.get(pupil=first, session__date=TODAY).code == "/"


def test_without_a_connection_marks_are_safe_on_the_device_and_go_when_it_is_back(
    live_school: LiveSchool, register: Register
) -> None:
    page = live_school.page("tess")
    page.goto(live_school.address(f"registers/{register.pk}/"))
    page.wait_for_load_state("networkidle")  # by when the device has its key
    page.context.set_offline(True)
    choose(page, 0, "Absent")
    page.locator('[data-state="offline"]', has_text="No connection: 1 mark is safe on this device").wait_for()
    choose(page, 1, "Absent")
    page.context.set_offline(False)
    saved(page)
    assert marks() == {"N": 2}


def test_signed_out_says_so_and_nothing_is_lost(live_school: LiveSchool, register: Register) -> None:
    page = live_school.page("tess")
    page.goto(live_school.address(f"registers/{register.pk}/"))
    page.wait_for_load_state("networkidle")  # by when the device has its key
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    choose(page, 0, "Absent")
    page.get_by_role("link", name="Sign in here, nothing is lost").wait_for()
    page.context.add_cookies(cookies)
    saved(page)
    assert marks() == {"N": 1}


def test_without_a_script_the_page_is_a_form(live_school: LiveSchool, register: Register) -> None:
    page = live_school.page("tess", java_script_enabled=False)
    page.goto(live_school.address(f"registers/{register.pk}/"))
    choose(page, 3, "Absent")
    page.get_by_role("button", name="Everyone else is present").click()
    page.get_by_role("button", name="Finish the register").click()
    assert "Finished 08:5" in page.content()
    assert marks() == {"N": 1, "/": 29}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_has_no_fault_axe_can_find(
    live_school: LiveSchool, register: Register, scheme: str, width: int
) -> None:
    away = Pupil.objects.order_by("surname")[5]
    tomorrow = TODAY + dt.timedelta(days=1)
    alma = live_school.people.alma
    leave = {"from_date": TODAY, "until_date": tomorrow, "halves": "am", "code": "M", "origin": "office"}
    expect_absence(away, **leave, by=alma, at=MONDAY_MORNING)
    page = live_school.page("alma", viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(live_school.address(f"registers/{register.pk}/"))
    choose(page, 0, "Late")
    choose(page, 1, "More")
    found = faults(page)
    page.get_by_role("button", name="Finish the register").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    found += faults(page)
    page.get_by_label("Code for").nth(1).select_option("I")
    page.get_by_role("button", name="Everyone else is present").click()
    page.get_by_text("marked.").wait_for()
    page.get_by_role("button", name="Finish the register").click()
    page.locator("summary", has_text="Amend").first.click()
    found += faults(page)
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
