"""Two people, or two pages of one person, on one register: each sees what clashed, and nothing is replaced unseen."""

import pytest
from playwright.sync_api import Page

from registers.models import Mark, MarkAmendment, Register
from tests.browser.conftest import CHROMIUM, LiveSchool
from tests.browser.test_register_page import choose, register, saved

__all__ = ["register"]
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt-get install chromium"),
    pytest.mark.browser,
    pytest.mark.enable_socket,
]


def opened(live_school: LiveSchool, who: str, register: Register) -> Page:
    page = live_school.page(who)
    page.goto(live_school.address(f"registers/{register.pk}/"))
    return page


def clashed(page: Page, words: str) -> None:
    page.locator('[data-state="clash"]', has_text=words).wait_for()


def stands() -> dict[str, str]:
    today = Mark.objects.filter(session__date="2026-11-23")
    return dict(today.values_list("pupil__surname", "code"))


def test_the_teacher_and_the_office_each_see_the_other_s_mark_and_time(
    live_school: LiveSchool, register: Register
) -> None:
    teacher, office = opened(live_school, "tess", register), opened(live_school, "alma", register)
    # Given that each marks a child the other's page still shows blank
    choose(teacher, 0, "Absent")
    saved(teacher)
    choose(office, 1, "Absent")
    saved(office)
    # When each then marks the other's child
    choose(office, 0, "Present")
    choose(teacher, 1, "Present")
    # Then both are told, in the row, both values, both names and both times; what stood stands
    clashed(office, "1 mark changed by Tess Lindqvist while you worked")
    clashed(teacher, "1 mark changed by the office while you worked")
    told = teacher.locator("tbody tr").nth(1)
    told.get_by_text("Alma Reyes entered “Reason not yet established” at 08:5").wait_for()
    told.get_by_text("Tess Lindqvist chose “Present, morning” at 08:5").wait_for()
    assert told.get_by_role("radio", name="Absent").is_checked()
    office.get_by_text("Tess Lindqvist entered “Reason not yet established” at 08:5").wait_for()
    assert (stands(), MarkAmendment.objects.count()) == ({"Child00": "N", "Child01": "N"}, 0)
    # And what does not clash is saved; to prefer one's own is to choose it again, having seen the other's
    choose(teacher, 2, "Present")
    choose(teacher, 1, "Present")
    saved(teacher)
    assert stands() == {"Child00": "N", "Child01": "/", "Child02": "/"}


def test_two_pages_of_one_person_and_everyone_else_from_a_page_that_is_stale(
    live_school: LiveSchool, register: Register
) -> None:
    first = opened(live_school, "tess", register)
    second = first.context.new_page()
    second.goto(live_school.address(f"registers/{register.pk}/"))
    choose(first, 0, "Absent")
    saved(first)
    choose(first, 1, "Late")
    saved(first)
    # The second page still says that thirty are left: it fills the blanks that there are, and no more
    second.get_by_role("button", name="Everyone else is present").click()
    second.locator(".notice", has_text="Everyone else is present: 28 marked.").wait_for()
    assert (stands()["Child00"], stands()["Child01"]) == ("N", "L")
