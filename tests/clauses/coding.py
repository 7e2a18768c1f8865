"""A mark amended on the pupil's page in plain words or by its code, and what the page says of it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

import pytest
from django.test import Client

from registers.actions.entering import closes_at, school_policy
from registers.actions.expecting import expect_absence
from registers.models import Mark, Pupil
from registers.rules import codes
from registers.rules.calendar import Half, SessionMark
from registers.rules.codes import Statistical
from registers.rules.marks import late_code
from registers.rules.measures import Measures, measure
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import People

TUESDAY: Final = dt.date(2025, 11, 4)
A_DAY: Final = dt.timedelta(days=1)
GRANTED_AT: Final = dt.datetime(2025, 10, 1, 9, tzinfo=dt.UTC)
UNAUTHORISED: Final = ("G", "N", "O", "U")


@dataclass(frozen=True)
class Coded:
    """What came of an amendment: its status, what the mark says now, and what the page says."""

    status: int
    mark: Mark
    page: str

    @property
    def statistical(self) -> Statistical | None:
        found = codes.find(self.mark.code, on=self.mark.session.date)
        return found.statistical if found else None


Code = Callable[..., Coded]


@pytest.fixture
def code(people: People, browse: Callable[[str], Client]) -> Code:
    """Return a function that has one of the cast amend an unexplained absence on a day in November 2025."""

    def amend(
        on: dt.date = TUESDAY,
        half: str = "am",
        *,
        by: str = "alma",
        pupil: Pupil | None = None,
        was: str = "N",
        **given: Any,
    ) -> Coded:
        pupil = pupil or of_that_year()
        mark = make_mark(pupil, make_session(on, half), was, by=people.tess)
        answer = browse(by).post(f"/s/alder-primary/pupils/{pupil.pk}/marks/{mark.pk}/amend/", given)
        return Coded(answer.status_code, Mark.objects.get(pk=mark.pk), " ".join(unescape(answer.text).split()))

    return amend


def of_that_year(**fields: Any) -> Pupil:
    """Return a pupil aged eleven, on roll since September 2025."""
    return make_pupil(
        **{"group": make_group(), "dob": dt.date(2014, 10, 1), "from_date": dt.date(2025, 9, 1), "year": 6, **fields}
    )


def grant(pupil: Pupil, first: dt.date, until: dt.date, *, people: People, at: dt.datetime = GRANTED_AT) -> None:
    """Have the headteacher grant exceptional leave, from a day until the first day back."""
    expect_absence(
        pupil,
        from_date=first,
        until_date=until,
        halves="both",
        code="C",
        origin="leave request 1",
        by=people.ben,
        at=at,
    )


def of(said: str, on: dt.date = TUESDAY) -> Measures:
    """Return what one morning of each code comes to, the codes with spaces between."""
    mornings = (SessionMark(on + A_DAY * number, Half.AM, each) for number, each in enumerate(said.split()))
    return measure(mornings)


def u_and_i_are_absences_and_l_is_present() -> None:
    """See that of U, I and L two are absences and one is present."""
    sums = of("U I L")
    assert (sums.missed, sums.present) == (2, 1)


def four_codes_are_unauthorised(pack_s: tuple[str, ...]) -> None:
    """See that one each of a policy's four is four unauthorised absences, and that no other code is one."""
    assert set(pack_s) == set(UNAUTHORISED)
    assert of(" ".join(UNAUTHORISED)) == Measures(unauthorised=4, late_after_close=1)
    assert {row.code for row in codes.in_force(TUESDAY) if row.statistical is Statistical.UNAUTHORISED} == {*pack_s}


def an_emergency_is_authorised_where_leave_was_granted(code: Code, people: People) -> None:
    """See four authorised reasons offered, a family emergency saved as authorised, and refused without leave."""
    child = of_that_year()
    grant(child, TUESDAY, TUESDAY + A_DAY, people=people)
    saved = code(pupil=child, words="Family emergency, with leave granted")
    assert (saved.status, saved.mark.code, saved.statistical) == (200, "C", Statistical.AUTHORISED)
    for words in (
        "Ill",
        "Medical or dental appointment",
        "Religious observance",
        "Family emergency, with leave granted",
    ):
        assert f'"{words}"' in saved.page
    refused = code(words="Family emergency, with leave granted")
    assert (refused.status, refused.mark.code) == (422, "N")
    assert "another unavoidable cause Y7" in refused.page


def a_birthday_with_an_authorised_code_is_warned_of(code: Code) -> None:
    """See that a reason the policy never authorises warns beside an authorised code, and is offered as unauthorised."""
    on = dt.date(2025, 11, 5)
    warned = code(on, code="M", reason="It was her birthday")
    assert (warned.status, warned.mark.code) == (200, "M")
    assert "The policy never authorises this reason: a birthday" in warned.page
    offered = code(on, words="A birthday")
    assert (offered.mark.code, offered.statistical) == ("O", Statistical.UNAUTHORISED)
    assert "never authorises" not in offered.page


def arrives(start: dt.time, at: dt.time, *, half: str = "am", on: dt.date = TUESDAY) -> str:
    """Return the code of a child who arrives at a time, by the closing time of the school's policy that day."""
    session = make_session(on, half)
    policy = school_policy()
    closes = closes_at(session, policy=policy)
    assert dt.datetime.combine(on, start, closes.tzinfo) < closes
    return late_code(dt.datetime.combine(on, at, closes.tzinfo), closes).code
