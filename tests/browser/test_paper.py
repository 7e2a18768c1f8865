"""A register taken on paper, in real Chromium: printed a page a class, and keyed in by the keyboard alone."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from registers.models import Assignment, Group, Mark, Register
from tests.browser.conftest import CHROMIUM, LiveSchool
from tests.chromium import faults
from tests.conftest import LONDON
from tests.factories import make_group, make_pupil, make_session
from tests.people import SINCE

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt-get install chromium"),
    pytest.mark.browser,
    pytest.mark.enable_socket,
]
TODAY = dt.date(2026, 11, 23)
CHILDREN = 32
A_SHEET = re.compile(rb"/Type\s*/Page\b")


@pytest.fixture
def group(
    live_school: LiveSchool, it_becomes: Callable[[dt.datetime], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Group:
    """Return Tess's class of thirty-two at half past nine, when the database has come back."""
    monkeypatch.setattr(settings, "PAPER_DIR", tmp_path)
    tess = live_school.people.tess
    Assignment.objects.create(user=tess.user, group=make_group(), weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    for half in ("am", "pm"):
        make_session(TODAY, half)
    for number in range(CHILDREN):
        make_pupil(surname=f"Child{number:02}", forename="Ash", group=make_group())
    make_pupil(group=make_group("5B"))
    it_becomes(dt.datetime(2026, 11, 23, 9, 30, tzinfo=LONDON))
    return make_group()


def test_a_paper_register_of_thirty_two_is_keyed_in_by_the_keyboard_alone(
    live_school: LiveSchool, group: Group
) -> None:
    # Given the office, on the page that Today leads to
    page = live_school.page("olly")
    page.goto(live_school.address("today/"))
    page.get_by_role("link", name="Key in paper").click()
    page.get_by_role("link", name=re.compile("Key in 4A.*morning")).click()
    assert faults(page) == []
    # When who took it and when are chosen, and a key is struck for each child: the fourth absent, the sixth late
    page.get_by_label("Taken by").focus()
    page.keyboard.type("Tess")
    for _ in range(2):  # past the name of somebody who is not in the list
        page.keyboard.press("Tab")
    page.keyboard.type("0852")
    page.get_by_label("Mark of Child00, Ash").focus()
    for number in range(CHILDREN):
        page.keyboard.press({3: "n", 5: "l"}.get(number, "/"))
        if number == 5:
            page.keyboard.type("0905")
            page.keyboard.press("Enter")
    # Then the last key has led to the button
    page.keyboard.press("Enter")
    page.get_by_text(f"{CHILDREN} keyed in from paper.").wait_for()
    codes = dict(Mark.objects.values_list("pupil__surname", "code"))
    assert (codes.pop("Child03"), codes.pop("Child05"), set(codes.values())) == ("N", "L", {"/"})
    made = set(Mark.objects.values_list("source", "made_by_name", "made_at"))
    assert made == {("paper", "Tess Lindqvist", dt.datetime(2026, 11, 23, 8, 52, tzinfo=LONDON))}
    assert Register.objects.get().taken_by == live_school.people.tess.user


def test_the_days_registers_print_a_page_a_class(live_school: LiveSchool, group: Group) -> None:
    page = live_school.page("olly", viewport={"width": 390, "height": 800})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(live_school.address("paper/registers/"))
    assert faults(page) == []
    assert complaints == []
    assert len(A_SHEET.findall(page.pdf(prefer_css_page_size=True))) == 2
    page.goto(live_school.address("paper/evacuation/"))
    assert faults(page) == []
