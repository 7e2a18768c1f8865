"""A class whose registers may be covered, and a pass given, opened and used, for the tests of cover."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from registers.models import Assignment, Group
from tests.conftest import LONDON
from tests.factories import make_group, make_pupil, make_session
from tests.people import SINCE, People

Browse = Callable[[str], Client]
ItIs = Callable[[dt.datetime], None]
MONDAY = dt.date(2026, 11, 23)
TUESDAY = MONDAY + dt.timedelta(days=1)
SCHOOL = "/s/alder-primary"
COVER = f"{SCHOOL}/cover/"
SUPPLY = "Supply: Jo Marlow, covering Tess Lindqvist"


def clock_at(time: str, on: dt.date = MONDAY) -> dt.datetime:
    """Return a time of a day in London."""
    return dt.datetime.combine(on, dt.time.fromisoformat(time), tzinfo=LONDON)


@pytest.fixture(autouse=True)
def nobody_has_guessed() -> None:
    """Forget the tries of other tests."""
    cache.clear()


@pytest.fixture
def group(people: People, it_is: ItIs) -> Group:
    """Return 4A, whose registers Tess takes on Mondays and Tuesdays; it is ten to nine on a Monday."""
    made = make_group()
    for day in (MONDAY, TUESDAY):
        make_session(day), make_session(day, "pm")
    for _ in range(2):
        make_pupil(group=made)
    Assignment.objects.create(user=people.tess.user, group=made, weekdays=[0, 1], from_date=SINCE)
    it_is(clock_at("08:50"))
    return made


def give(browse: Browse, what: str, *, who: str = "olly", name: str = "Jo Marlow", on: dt.date = MONDAY) -> str:
    """Have the office give a pass, and return the page that shows it."""
    page = browse(who).post(f"{COVER}give/", {"date": str(on), "what": what, "name": name})
    assert page.status_code == 200, page.text
    return page.text


def link_of(page: str) -> str:
    """Return the path of the link that a page shows."""
    found = re.search(r'href="http://testserver(/s/alder-primary/cover/open/[^"]+)"', page)
    assert found
    return found[1]


def pin_of(page: str) -> str:
    """Return the PIN that a page shows."""
    found = re.search(r"(\d{3}) (\d{3})</p>", page)
    assert found
    return found[1] + found[2]


def opened(page: str) -> Client:
    """Return the browser of a cover person who has followed the link and pressed."""
    client = Client()
    assert client.post(link_of(page)).url == f"{SCHOOL}/"
    return client


def register_of(client: Client, group: Group, half: str = "am", on: dt.date = MONDAY) -> int:
    """Return the status of opening a group's register and following to it."""
    return client.post(f"{SCHOOL}/sessions/{on}/{half}/groups/{group.pk}/register/", follow=True).status_code
