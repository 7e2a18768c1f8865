"""The late desk by keyboard alone, a sign-out with its return, and a count of everybody on a telephone."""

import datetime as dt

import pytest

from registers.models import Mark, Movement, MusterTick, Pupil
from tests.browser.conftest import CHROMIUM, LiveSchool
from tests.chromium import faults
from tests.conftest import MONDAY_MORNING
from tests.factories import make_contact, make_group, make_mark, make_pupil, make_session

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt-get install chromium"),
    pytest.mark.browser,
    pytest.mark.enable_socket,
]
TODAY = dt.date(2026, 11, 23)
LOOKS_AGAIN = 5000  # milliseconds, in which a count is read again


@pytest.fixture
def pupil(live_school: LiveSchool) -> Pupil:
    """Return a child of a class of three whom the morning's register has without a mark."""
    make_session(TODAY)
    make_session(TODAY, "pm")
    for surname in ("Bell", "Reed"):
        child = make_pupil(surname=surname, forename="Ash", group=make_group())
        make_mark(child, make_session(TODAY), "/", by=live_school.people.tess, made_at=MONDAY_MORNING)
    return make_pupil(surname="Moss", forename="Ada", group=make_group())


def row(page, surname: str):
    return page.get_by_role("listitem").filter(has_text=surname)


def test_an_arrival_by_keyboard_takes_three_letters_and_four_presses(live_school: LiveSchool, pupil: Pupil) -> None:
    page = live_school.page("olly")
    page.goto(live_school.address("late-desk/"))
    page.keyboard.type("mos")
    page.get_by_role("link", name="Moss, Ada, 4A").wait_for()
    for _ in range(2):  # past the button to the child found
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Moss, Ada").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Entered:").wait_for()
    assert Mark.objects.get(pupil=pupil).source == "late desk"
    assert faults(page) == []


def test_a_child_is_signed_out_and_signed_in_again(live_school: LiveSchool, pupil: Pupil) -> None:
    make_contact(pupil, name="Mum Example", may_collect=True, collect_password="Heron")
    make_mark(pupil, make_session(TODAY), "/", by=live_school.people.tess, made_at=MONDAY_MORNING)
    page = live_school.page("olly")
    page.goto(live_school.address(f"late-desk/pupils/{pupil.pk}/"))
    assert faults(page) == []
    leaving = page.locator("#leave")
    leaving.get_by_label("Reason", exact=True).select_option("appointment")
    leaving.get_by_label("Who collects").select_option(label="Mum Example, Parent: may collect")
    leaving.get_by_label("Expected back at").fill("11:30")
    leaving.get_by_role("button", name="Sign out").click()
    page.get_by_text("Signed out at").wait_for()
    page.get_by_role("link", name="Sign in Moss, Ada").click()
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("Back at").wait_for()
    assert list(Movement.objects.order_by("pk").values_list("kind", flat=True)) == ["out", "in"]
    assert faults(page) == []


def test_two_people_count_one_group_on_their_telephones(live_school: LiveSchool, pupil: Pupil) -> None:
    tess, olly = (live_school.page(name, viewport={"width": 390, "height": 844}) for name in ("tess", "olly"))
    for page in (tess, olly):
        page.clock.install()
    tess.goto(live_school.address("on-site/"))
    assert faults(tess) == []
    tess.get_by_role("button", name="Drill: count everybody").click()
    tess.get_by_role("link", name="4A: 0 of 2 found").click()
    olly.goto(tess.url)
    row(tess, "Bell").get_by_role("button", name="Found").click()
    row(tess, "Bell").get_by_text("Tess Lindqvist").wait_for()
    olly.clock.fast_forward(LOOKS_AGAIN)
    row(olly, "Bell").get_by_text("Tess Lindqvist").wait_for()  # read again by itself
    row(olly, "Reed").get_by_role("button", name="Found").click()
    row(olly, "Reed").get_by_text("Olly").wait_for()
    tess.clock.fast_forward(LOOKS_AGAIN)
    tess.get_by_text("2 of 2 found in 4A").wait_for()
    assert MusterTick.objects.count() == 2
    assert tess.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert faults(tess) == []
