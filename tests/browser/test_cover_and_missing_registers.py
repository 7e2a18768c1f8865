"""In real Chromium: a cover person follows a link on a telephone, and the office works the board of what is out."""

import datetime as dt

import pytest

from registers.models import Assignment, Group, Mark, PresenceCheck, Register, RegisterReminder
from tests.browser.conftest import CHROMIUM, LiveSchool
from tests.chromium import faults, new_context
from tests.conftest import LONDON
from tests.factories import make_group, make_pupil, make_session
from tests.people import SINCE

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt-get install chromium"),
    pytest.mark.browser,
    pytest.mark.enable_socket,
]
TODAY = dt.date(2026, 11, 23)
TELEPHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}


def at(hour: int, minute: int) -> dt.datetime:
    """Return a time of the Monday in London."""
    return dt.datetime.combine(TODAY, dt.time(hour, minute), tzinfo=LONDON)


@pytest.fixture
def group(live_school: LiveSchool) -> Group:
    """Return 4A, six children, whose registers Tess takes."""
    made = make_group()
    Assignment.objects.create(user=live_school.people.tess.user, group=made, weekdays=[0], from_date=SINCE)
    for number in range(6):
        make_pupil(surname=f"Child{number:02}", forename="Ash", group=made)
    for half in ("am", "pm"):
        make_session(TODAY, half)
    return made


def without_faults(page) -> None:
    """See that axe finds nothing, and that the page is no wider than its window."""
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def link_given(live_school: LiveSchool) -> str:
    """Have the office cover Tess's whole day by somebody named, and return the link it is shown once."""
    office = live_school.page("olly", viewport=DESK)
    office.goto(live_school.address("cover/"))
    without_faults(office)
    office.get_by_label("What is to be covered").select_option(f"person-{live_school.people.tess.user_id}")
    office.get_by_label("Or by somebody without a log-in: their name").fill("Jo Marlow")
    office.get_by_role("button", name="Give cover").click()
    link = office.get_by_role("link", name="/cover/open/").get_attribute("href")
    without_faults(office)
    return str(link)


def take_the_register(telephone) -> None:
    """Take 4A's register by touch, one of six absent, and finish it."""
    telephone.get_by_role("button", name="Take 4A").first.tap()
    telephone.locator("tbody tr").nth(2).get_by_role("radio", name="Absent").tap()
    telephone.get_by_text("1 marked, 5 left").wait_for()
    telephone.locator('[data-state="saved"]').wait_for()
    telephone.get_by_role("button", name="Everyone else is present (5)").tap()
    telephone.get_by_text("5 marked").first.wait_for()
    telephone.get_by_role("button", name="Finish the register").tap()
    telephone.get_by_text("Finished 08:5").first.wait_for()


def test_a_cover_link_takes_a_register_on_a_telephone_and_is_dead_after_the_last_bell(
    live_school: LiveSchool, group: Group, it_becomes
) -> None:
    # Given a link of the office's, when the cover person opens it on a telephone and takes and finishes the register
    link = link_given(live_school)
    telephone = new_context(
        live_school.browser, base_url=live_school.url, viewport=TELEPHONE, has_touch=True
    ).new_page()
    telephone.goto(link)
    without_faults(telephone)
    telephone.get_by_role("button", name="Open the registers").tap()
    take_the_register(telephone)
    # Then every mark stands under the cover person's name
    register = Register.objects.get()
    assert register.finished_by.name == "Supply: Jo Marlow, covering Tess Lindqvist"
    assert set(Mark.objects.values_list("made_by_name", flat=True)) == {register.finished_by.name}
    # And after the last bell neither the pages nor the link open anything
    it_becomes(at(15, 31))
    telephone.reload()
    telephone.get_by_text("Your cover pass has ended.").wait_for()
    telephone.goto(link)
    telephone.get_by_text("This opens nothing any more").wait_for()


def test_the_office_works_the_board_and_the_focus_stays_while_it_looks_again(
    live_school: LiveSchool, group: Group, it_becomes
) -> None:
    it_becomes(at(9, 5))
    page = live_school.page("alma", viewport=DESK)
    page.goto(live_school.address("today/"))
    page.get_by_role("link", name="Registers that are out now").click()
    page.get_by_text("5 minutes overdue").wait_for()
    without_faults(page)
    page.get_by_role("button", name="Remind of 4A").click()
    page.get_by_text("Reminded at 09:05 by Alma Reyes").wait_for()
    page.get_by_role("button", name="Send an ambassador to 4A").click()
    page.get_by_text("What was found?").wait_for()
    # The board looks again while a button has the focus: it keeps it
    page.get_by_role("button", name="Nobody is there").focus()
    it_becomes(at(9, 6))
    page.evaluate("htmx.ajax('GET', location.pathname, {target: '#board', swap: 'innerHTML'})")
    page.get_by_text("6 minutes overdue").wait_for()
    assert page.evaluate("document.activeElement.textContent").startswith("Nobody is there")
    page.keyboard.press("Enter")
    page.get_by_text("nobody is there, noted at 09:06 by Alma Reyes").wait_for()
    without_faults(page)
    assert (RegisterReminder.objects.count(), PresenceCheck.objects.get().found) == (1, "nobody there")
    page.set_viewport_size(TELEPHONE)
    without_faults(page)
    page.goto(live_school.address("kept/"))
    without_faults(page)
