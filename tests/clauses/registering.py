"""A school's registers of one day in November 2025: some taken, some not, and what its pages then say."""

import datetime as dt
import re
from collections.abc import Callable

from django.test import Client

from attendance_mat.accounts.member import Member
from attendance_mat.trust.policy import policy_for
from registers.actions.taking import finish_register, mark_everyone_else_present, open_register
from registers.models import Register
from registers.rules.marks import late_code
from tests.conftest import LONDON
from tests.factories import make_group, make_pupil, make_session
from tests.people import People

MONDAY = dt.date(2025, 11, 3)
THIS_YEAR = dt.date(2025, 9, 1)
TODAY = "/s/alder-primary/today/"


def on_the_day(clock: str, on: dt.date = MONDAY) -> dt.datetime:
    """Return a time of a day in London."""
    return dt.datetime.combine(on, dt.time.fromisoformat(clock), tzinfo=LONDON)


def groups_still_out(
    of: int, *, taken: int, half: str, people: People, browse: Callable[[str], Client], it_is: Callable[..., None]
) -> list[str]:
    """Have so many of so many groups' registers taken and finished; return the groups that Today lists as out."""
    starts = {"am": "08:55", "pm": "13:20"}[half]
    it_is(on_the_day(starts))
    session = make_session(MONDAY, half)
    for number in range(of):
        group = make_group(f"G{number:02}")
        make_pupil(group=group, from_date=THIS_YEAR)
        if number < taken:
            take(group.name, session.half, by=people.tess, people=people, now=on_the_day(starts))
    page = browse("alma").get(f"{TODAY}?half={half}").text
    listed = page[page.index('id="registers"') :] if 'id="registers"' in page else page
    return re.findall(r'<th scope="row">(G\d\d)</th>', listed)


def take(name: str, half: str, *, by: Member, people: People, now: dt.datetime) -> Register:
    """Open a group's register, mark its children present and finish it."""
    group, session = make_group(name), make_session(now.date(), half)
    register = open_register(group, session, policy=policy_for(people.alder), by=by, at=now)
    mark_everyone_else_present(register, number=1, by=by, at=now)
    return finish_register(register, by=by, at=now)


def codes_of_arrivals(register: Register, *arrivals: str) -> list[str]:
    """Return the code of a child who arrives at each of these times."""
    return [late_code(on_the_day(each, register.session.date), register.closes_at).code for each in arrivals]
