"""The register by the keyboard alone, by touch, by name and by picture, in real Chromium."""

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from registers.models import Group, LessonMark, LessonRegister, Mark, Pupil, Register
from tests.browser.conftest import CHROMIUM, LiveSchool
from tests.browser.test_register_page import TODAY, choose, marks, register, saved
from tests.chromium import faults
from tests.conftest import LONDON
from tests.factories import make_mark
from tests.registers.lessons import make_lesson, make_lesson_register, make_period, make_teaching_group

pytest.importorskip("playwright.sync_api")
__all__ = ["register"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt-get install chromium"),
    pytest.mark.browser,
    pytest.mark.enable_socket,
]
MOST_KEYSTROKES = 16  # for two absences among thirty by name, from the focus in the grid to the finished register
FOCUSED = "document.activeElement.closest('tr')?.querySelector('[data-name]').textContent ?? ''"
ANNOUNCED = "document.getElementById('announcement').textContent"


class Keys:
    """A keyboard on a page, which counts: a key held down with another, such as Shift, is a keystroke too."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        self.page.wait_for_load_state()  # what listens to keys comes after what is seen
        for key in keys:
            self.page.keyboard.press(key)
            self.count += len(key.split("+")) if len(key) > 1 else 1


@pytest.fixture
def page(live_school: LiveSchool, register: Register) -> Page:
    """Return the register's page, in which the focus is in the first child's row."""
    page = live_school.page("tess", viewport={"width": 1280, "height": 800})
    page.goto(live_school.address(f"registers/{register.pk}/"))
    page.locator("tbody tr input[type=radio]").first.focus()
    return page


def focused(page: Page) -> str:
    return page.evaluate(FOCUSED)


def rename(**names: str) -> None:
    for old, new in names.items():
        Pupil.objects.filter(surname=old).update(surname=new)


def test_two_absences_among_thirty_by_name_take_at_most_sixteen_keystrokes(page: Page) -> None:
    # Given two children of the thirty whose names begin as no other's
    rename(Child03="Okafor", Child11="Quill")
    page.reload()
    page.locator("tbody tr input[type=radio]").first.focus()
    keys = Keys(page)
    # When each is found by name and marked absent, everyone else is present, and the register is finished
    keys.press(".", "o", "k", "Enter", "n")
    keys.press(".", "q", "u", "Enter", "n")
    saved(page)
    keys.press("Shift+Space")
    page.locator(".notice", has_text="Everyone else is present: 28 marked.").wait_for()
    assert focused(page) == "Quill, Ash"  # the page came again, and the focus is where it was
    keys.press("Control+Enter")
    page.get_by_text("by Tess Lindqvist: 28 present, 2 absent").wait_for()
    # Then it is done, in this many
    assert keys.count <= MOST_KEYSTROKES
    absent = Mark.objects.filter(code="N", session__date=dt.date(2026, 11, 23))
    assert set(absent.values_list("pupil__surname", flat=True)) == {"Okafor", "Quill"}
    assert marks() == {"N": 2, "/": 28}


def test_each_key_does_what_the_list_says(page: Page) -> None:
    keys = Keys(page)
    keys.press("Space", "/", "n")
    assert focused(page) == "Child03, Ash"
    keys.press("ArrowDown", "ArrowUp", "ArrowUp")
    assert focused(page) == "Child02, Ash"
    keys.press("Backspace")  # that child is unmarked again
    assert focused(page) == "Child02, Ash"
    page.get_by_text("2 marked, 28 left").wait_for()
    keys.press("l", "1", "2", "Enter")  # late by twelve minutes: still to come, and told at once
    page.get_by_text("09:02 is still to come.").wait_for()
    assert page.locator("[id^=words-]").nth(2).get_attribute("aria-live") == "polite"  # so it is spoken
    assert focused(page) == "Child02, Ash"
    keys.press("0", "Enter")  # what was wrong is selected, and typed over
    assert focused(page) == "Child03, Ash"
    saved(page)
    today = Mark.objects.filter(session=Register.objects.get(session__date="2026-11-23").session)
    said = {pupil: rest for pupil, *rest in today.values_list("pupil__surname", "code", "minutes_late")}
    assert said == {"Child00": ["/", None], "Child01": ["/", None], "Child02": ["L", 0]}
    assert page.evaluate(ANNOUNCED)
    keys.press("?")
    assert page.get_by_role("dialog", name="Keys of the register").is_visible()
    assert faults(page) == []
    keys.press("Escape")
    assert focused(page) == "Child03, Ash"


def test_the_keys_live_only_in_the_grid_and_can_be_switched_off_for_good(page: Page) -> None:
    # Outside the grid a letter does nothing
    page.get_by_role("link", name="Projector view").focus()
    Keys(page).press("n", "/", "Shift+Space", ".")
    assert page.locator("tbody input:checked").count() == 0
    # Switched off, they do nothing in it either, also when the page is opened again
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Use these keys on this device").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.locator("tbody tr input[type=radio]").first.focus()
    Keys(page).press("n", "l", "?", ".")
    assert page.locator("tbody input:checked").count() == 0
    # And the browser's own keys of a group of buttons take the register as ever
    Keys(page).press("Space", "ArrowRight")
    assert page.locator("tbody tr").first.get_by_role("radio", name="Absent").is_checked()
    assert focused(page) == "Child00, Ash"


def test_enter_in_a_field_never_presses_a_child_s_button(live_school: LiveSchool, page: Page) -> None:
    choose(page, 4, "Late")
    arrived = page.locator("tbody tr").nth(4).get_by_label("Arrived")
    arrived.fill("08:50")
    arrived.press("Enter")
    saved(page)
    assert focused(page) == "Child05, Ash"
    assert marks() == {"L": 1}
    # And the link of a problem brings to the mark that is wanted; left in the address, it would take the focus again
    page.keyboard.press("Control+Enter")
    page.get_by_role("link", name="Child01, Ash").click()
    assert (focused(page), "#" in page.url) == ("Child01, Ash", False)


def note_the_late_child(page: Page, words: str) -> None:
    """Write a note beside the mark of who came late to the lesson, the second child, and see that it is kept."""
    late = page.locator("tbody tr").nth(1)
    late.locator(".row-menu summary").click()
    late.get_by_label("Note").fill(words)
    late.get_by_label("Note").press("Enter")
    saved(page)
    assert LessonMark.objects.get(code="L").comment == words


def test_a_lesson_is_taken_by_the_same_keys_and_undone_and_the_second_of_a_double_carries_it_over(
    live_school: LiveSchool, register: Register, it_becomes: Callable[[dt.datetime], None]
) -> None:
    pupils = list(Pupil.objects.order_by("surname")[:5])
    for pupil in pupils:
        make_mark(pupil, register.session, "/", by=live_school.people.tess, register=register)
    lesson = make_lesson(make_teaching_group("4A/Ma", *pupils), make_period(), teacher=live_school.people.tess.user)
    page = live_school.page("tess")
    page.goto(live_school.address(""))
    page.get_by_role("button", name="Take 4A/Ma").first.click()
    page.wait_for_url("**/lesson-registers/*/")
    page.locator("tbody tr input[type=radio]").first.focus()
    keys = Keys(page)
    keys.press("n", "l", "5", "Enter", "Space", "Backspace")
    assert focused(page) == "Child03, Ash"
    keys.press("ArrowUp", "Backspace")
    saved(page)
    note_the_late_child(page, "Missed the bus")
    note_the_late_child(page, "")  # taken away
    fill_three(keys)
    page.get_by_role("button", name="Undo everyone else").click()
    page.locator(".notice", has_text="Undone: 3 marks cleared.").wait_for()
    fill_three(keys)
    keys.press("Control+Enter")
    page.get_by_text("by Tess Lindqvist: 3 present, 1 absent, 1 late").wait_for()
    assert LessonRegister.objects.get().finished_at
    assert dict(LessonMark.objects.values_list("pupil__surname", "minutes_late"))["Child01"] == 5
    carry_it_over_without_a_connection(live_school, page, lesson.group, it_becomes)


def fill_three(keys: Keys) -> None:
    keys.page.locator("tbody tr input[type=radio]").first.focus()
    keys.press("Shift+Space")
    keys.page.locator(".notice", has_text="Everyone else is present: 3 marked.").wait_for()


def carry_it_over_without_a_connection(
    live_school: LiveSchool, page: Page, group: Group, it_becomes: Callable[[dt.datetime], None]
) -> None:
    """Mark the last child of the second lesson absent, and the blanks alone as the first lesson said."""
    it_becomes(dt.datetime(2026, 11, 23, 9, 50, tzinfo=LONDON))
    second = make_lesson_register(make_lesson(group, make_period(2), teacher=live_school.people.tess.user), TODAY)
    page.goto(live_school.address(f"lesson-registers/{second.pk}/"))
    choose(page, 4, "Absent")
    saved(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Carry over from the first lesson (4)").click()
    page.locator('[data-state="offline"]', has_text="No connection: 4 marks are safe on this device").wait_for()
    assert page.get_by_role("button", name="Carry over").count() == 0
    # When the connection is back half an hour later, they are sent with the time of the press
    it_becomes(dt.datetime(2026, 11, 23, 10, 20, tzinfo=LONDON))
    page.context.set_offline(False)
    saved(page)
    carried = LessonMark.objects.filter(register=second).order_by("pupil__surname")
    assert [mark.code for mark in carried] == ["N", "/", "/", "/", "N"]
    assert {mark.made_at.astimezone(LONDON).hour for mark in carried} == {9}


def test_by_touch_at_390_pixels_two_absent_a_note_a_slip_taken_back_and_finished(
    live_school: LiveSchool, register: Register
) -> None:
    page = live_school.page("tess", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(live_school.address(f"registers/{register.pk}/"))

    def tap(row: int, choice: str) -> None:
        page.locator("tbody tr").nth(row).locator(".choice", has_text=choice).tap()

    tap(3, "Absent")
    tap(4, "Absent")  # a slip, taken back
    page.locator("tbody tr").nth(4).locator("summary").tap()
    page.get_by_role("button", name="Clear the mark of Child04").tap()
    page.get_by_text("1 marked, 29 left").wait_for()
    # Found by name, with a note
    page.get_by_label("Find a name").fill("11")
    assert page.locator("tbody tr:visible").count() == 1
    page.locator("tbody tr:visible .choice", has_text="Absent").tap()
    page.locator("tbody tr:visible summary").tap()
    page.get_by_label("Note about Child11").fill("Seen at the dentist's")
    page.get_by_label("Find a name").fill("")
    saved(page)
    page.get_by_role("button", name="Everyone else is present (28)").tap()
    page.locator(".notice", has_text="Everyone else is present: 28 marked.").wait_for()
    page.get_by_role("button", name="Finish the register").tap()
    page.get_by_text("by Tess Lindqvist: 28 present, 2 absent").wait_for()
    assert marks() == {"N": 2, "/": 28}
    assert Mark.objects.get(pupil__surname="Child11", session__date=dt.date(2026, 11, 23)).comment
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_photographs_are_a_view_of_the_same_form_and_the_device_remembers_it(
    live_school: LiveSchool, page: Page, register: Register
) -> None:
    asked: list[str] = []
    choose(page, 0, "Absent")
    saved(page)
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_label("Photos").check()
    assert page.locator(".avatar:visible").count() == 30
    assert page.locator("tbody tr").first.get_by_role("radio", name="Absent").is_checked()
    assert asked == []  # nothing more was loaded
    choose(page, 1, "Present")
    saved(page)
    page.reload()
    assert page.locator(".avatar:visible").count() == 30
    # The projector has neither pictures nor the way to them
    page.goto(live_school.address(f"registers/{register.pk}/?projector"))
    assert (page.locator(".avatar").count(), page.locator("[data-photos]").count()) == (0, 0)


def test_opening_the_page_again_never_resets_a_mark(live_school: LiveSchool, page: Page, register: Register) -> None:
    choose(page, 2, "Absent")
    choose(page, 5, "Late")
    saved(page)
    before = marks()
    for _ in range(2):
        page.goto(live_school.address(""))
        page.get_by_role("link", name="Take 4A").first.click()
        assert page.locator("tbody tr").nth(2).get_by_role("radio", name="Absent").is_checked()
    page.go_back()
    page.go_forward()
    assert marks() == before


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_no_fault_in_photos_projector_lesson_and_start(
    live_school: LiveSchool, register: Register, scheme: str, width: int
) -> None:
    pupils = list(Pupil.objects.order_by("surname")[:4])
    tess = live_school.people.tess
    make_lesson(make_teaching_group("4A/Ma", *pupils), make_period(), teacher=tess.user)
    page = live_school.page("tess", viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(live_school.address(""))
    found = faults(page)
    page.get_by_role("button", name="Take 4A/Ma").first.click()
    choose(page, 1, "Elsewhere")
    page.locator(".row-menu summary").nth(1).click()
    found += faults(page)
    page.goto(live_school.address(f"registers/{register.pk}/?projector"))
    found += faults(page)
    page.goto(live_school.address(f"registers/{register.pk}/"))
    page.get_by_label("Photos").check()
    choose(page, 1, "Late")
    found += faults(page)
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
