"""Children who come late, leave during the day and come back, in a school that follows one of the policies."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from registers.actions.signing_out import Departure, SignedOut, sign_out
from registers.models import Movement, Permit, Pupil
from registers.queries.on_site import Standing, Whereabouts, everybody
from registers.rules.movements import Leaving, PermitKind
from tests.clauses.schools import Adopt
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import People
from tests.registers.moving import MONDAY, monday

ALDER = "/s/alder-primary"
Moment = Callable[[dt.datetime], None]
Browse = Callable[[str], Client]
__all__ = ["at_school"]


class Day:
    """The Monday at a school that follows a policy: what is done at its desk, by the clock."""

    def __init__(self, people: People, browse: Browse, it_is: Moment) -> None:
        self.people, self.browse, self.it_is = people, browse, it_is

    def pupil(self, *, year: int = 4, came: str = "", surname: str = "Moss") -> Pupil:
        """Make a pupil of a year, marked present at a time if they came."""
        pupil = make_pupil(surname=surname, forename="Ada", group=make_group(f"{year}A"), year=year)
        if came:
            self.it_is(monday(came))
            at = monday(came)
            make_mark(pupil, make_session(MONDAY), "/", by=self.people.tess, group=make_group(f"{year}A"), made_at=at)
        return pupil

    def out(self, pupil: Pupil, clock: str, **said: object) -> SignedOut:
        """Sign a pupil out by the office at a time."""
        self.it_is(monday(clock))
        given: dict[str, object] = {"reason": Leaving.APPOINTMENT, **said}
        departure = Departure(at=monday(clock), **given)
        return sign_out(pupil, departure, by=self.people.member("olly"), at=monday(clock))

    def refused(self, pupil: Pupil, clock: str, **said: object) -> str:
        """Try to sign a pupil out, and return why it was refused; see that no leaving is recorded."""
        with pytest.raises(ValidationError) as refused:
            self.out(pupil, clock, **said)
        assert not Movement.objects.filter(kind="out").exists()
        assert not Movement.objects.filter(permitted=True).exists()
        return " ".join(refused.value.messages)

    def come(self, pupil: Pupil, clock: str, **said: str) -> str:
        """Enter on the desk's page that a pupil came in at a time, and return the page that follows."""
        self.it_is(monday(clock))
        address = f"{ALDER}/late-desk/pupils/{pupil.pk}/arrive/"
        page: str = self.browse("olly").post(address, {"at": clock, **said}, follow=True).text
        return page

    def where(self, pupil: Pupil, clock: str) -> Whereabouts:
        """Return where the list has a pupil at a time."""
        return next(row for row in everybody(monday(clock)) if row.pupil_id == pupil.pk)

    def page(self, clock: str, address: str = "late-desk/", by: str = "olly") -> str:
        """Return a page as it is at a time."""
        self.it_is(monday(clock))
        page: str = self.browse(by).get(f"{ALDER}/{address}").text
        return page

    def allow(self, pupil: Pupil, kind: PermitKind) -> None:
        """Record what a pupil may do."""
        by = self.people.alma
        Permit.objects.create(
            pupil=pupil, kind=kind, from_date=MONDAY, word_of="The plan", given_by=by.user, given_by_name=by.name,
            given_by_role=by.role, given_at=monday("08:00"),
        )  # fmt: skip


@pytest.fixture
def at_school(adopt: Adopt, people: People, browse: Browse, it_is: Moment) -> Callable[[str], Day]:
    """Return a function that gives the Monday of a school that follows a policy."""

    def follow(name: str) -> Day:
        adopt(name)
        make_session(MONDAY, "am")
        make_session(MONDAY, "pm")
        return Day(people, browse, it_is)

    return follow


def an_appointment_is_not_over_by_the_afternoon(day: Day) -> None:
    """See that who went at 10:00, was due at 11:30 and is not back by the afternoon's register is listed."""
    pupil = day.pupil(year=9, came="08:50")
    day.out(pupil, "10:00", due_back_at=monday("11:30"), authorised_by="Ben Okafor")
    make_mark(
        day.pupil(year=9, came="08:50", surname="Reed"), make_session(MONDAY, "pm"), "\\", by=day.people.tess,
        made_at=monday("08:50"), group=make_group("9A"),
    )  # fmt: skip
    assert "Absent beyond the appointment" not in day.page("12:00")
    page = day.page("14:30")
    listed = page[page.index('id="beyond"') : page.index('id="out"')]
    assert "Moss, Ada" in listed
    assert "left 10:00, due back 11:30, not back by the afternoon register." in listed
    assert "Reed" not in listed


def a_time_out_of_fifteen_minutes_is_shown(day: Day) -> None:
    """See that a pupil whose plan allows time out, out from 10:10 to 10:25, is shown with fifteen minutes."""
    pupil = day.pupil(came="08:50")
    day.allow(pupil, PermitKind.TIME_OUT)
    for clock, act in (("10:10", "begin"), ("10:25", "end")):
        day.it_is(monday(clock))
        day.browse("olly").post(f"{ALDER}/time-out/{pupil.pk}/{act}/")
    assert "Moss, Ada: left 10:10, back 10:25, 15 minutes." in day.page("10:30", "time-out/")


def no_permission_asks_for_an_authoriser(day: Day) -> None:
    """See that a sign-out at 11:00 without permission warns, and is taken once an authoriser is named."""
    pupil = day.pupil(year=9, came="08:50")
    assert "No permission to leave is recorded" in day.page("11:00", f"late-desk/pupils/{pupil.pk}/")
    assert "Name the member of staff who authorises it." in day.refused(pupil, "11:00")
    done = day.out(pupil, "11:00", authorised_by="Ben Okafor")
    assert done.warnings == ("No permission to leave is recorded. Ben Okafor authorised it.",)
    assert done.movement.authorised_by_name == "Ben Okafor"


def who_signed_out_is_off_site_until_the_return(day: Day, *, until: str) -> None:
    """See that who signed out at 10:05 and is not back is shown off site, and on site again once signed in."""
    pupil = day.pupil(year=9, came="08:50")
    day.out(pupil, "10:05", authorised_by="Ben Okafor", words="Dentist")
    assert day.where(pupil, until).standing is Standing.SIGNED_OUT
    page = day.page(until, "on-site/")
    assert "Moss, Ada, 9A: since 10:05." in page[page.index("Signed out, off site") :]
    assert "after" in day.come(pupil, "12:30")
    assert day.where(pupil, "12:30").standing is Standing.ON_SITE
