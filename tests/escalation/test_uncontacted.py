"""Poor attenders whose parents nobody has reached: by the log, the cases and the letters, on whole sessions."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from absence.models import ParentContact
from attendance_mat.accounts.member import Member
from escalation.models import CaseTask
from escalation.queries.contacting import poor_attenders_without_contact
from letters.models import Letter
from registers.models import FamilyTie, Pupil
from tests.escalation.test_case_pages import make_case
from tests.factories import make_contact, make_mark, make_pupil, make_sessions
from tests.people import People

Browse = Callable[[str], Client]
PAGE = "/s/alder-primary/poor-attenders/"
SINCE = dt.date(2026, 11, 3)
TODAY = dt.date(2026, 11, 23)
FIRST = dt.date(2026, 11, 2)


def attended(present: int, *, by: Member, of: int = 10, **fields: Any) -> Pupil:
    pupil = make_pupil(**fields)
    for number, session in enumerate(make_sessions(FIRST, of // 2)):
        here = "/" if session.half == "am" else "\\"
        make_mark(pupil, session, here if number < present else "O", by=by)
    return pupil


def log(pupil: Pupil, outcome: str, *, by: Member, at: dt.datetime) -> None:
    ParentContact.objects.create(
        pupil=pupil, contact=make_contact(pupil), made_at=at, channel="call", outcome=outcome, words="Rung.",
        entered_by=by.user, entered_by_name=by.name, entered_by_role=by.role, entered_at=at,
    )  # fmt: skip


def step(pupil: Pupil, does: str, *, by: Member, at: dt.datetime) -> None:
    CaseTask.objects.create(
        case=make_case(pupil, at=at), does=does, words="Rung.", role="office", due_date=TODAY, made_at=at,
        done_at=at, done_by=by.user, done_by_name=by.name,
    )  # fmt: skip


def letter(pupil: Pupil, *, by: Member, at: dt.datetime) -> None:
    Letter.objects.create(
        pupil=pupil, template="letter-home", origin=f"case {pupil.pk}", figures={}, proposed_at=at,
        proposed_by=by.user, state="sent", sent_at=at, sent_by=by.user,
    )  # fmt: skip


def listed(**asked: Any) -> tuple[int, set[str]]:
    given = {"below_percent": 90, "since": SINCE, "on": TODAY, **asked}
    found = poor_attenders_without_contact(Pupil.objects.all(), **given)
    return found.below, {row.pupil.surname for row in found.rows}


def test_nine_of_ten_is_not_below_ninety_percent_and_eight_is(people: People) -> None:
    attended(9, by=people.alma, surname="Atline")
    attended(8, by=people.alma, surname="Below")
    make_pupil(surname="Nosession")

    assert listed() == (1, {"Below"})
    assert listed(below_percent=91) == (2, {"Atline", "Below"})


@pytest.mark.parametrize("outcome", ["spoke", "they rang", "sent"])
def test_a_contact_that_reached_them_counts(people: People, monday_morning: dt.datetime, outcome: str) -> None:
    log(attended(5, by=people.alma), outcome, by=people.alma, at=monday_morning)
    assert listed() == (1, set())


@pytest.mark.parametrize("outcome", ["no answer", "left message"])
def test_a_call_in_vain_is_a_try(people: People, monday_morning: dt.datetime, outcome: str) -> None:
    pupil = attended(5, by=people.alma, surname="Tried")
    for _ in range(2):
        log(pupil, outcome, by=people.alma, at=monday_morning)
    (row,) = poor_attenders_without_contact(Pupil.objects.all(), below_percent=90, since=SINCE, on=TODAY).rows
    assert (row.pupil.surname, row.tries) == ("Tried", 2)


def test_contact_of_the_day_itself_counts_and_of_the_day_before_does_not(
    people: People, monday_morning: dt.datetime
) -> None:
    begins = monday_morning.replace(month=11, day=3, hour=0, minute=0)
    log(attended(5, by=people.alma), "spoke", by=people.alma, at=begins)
    log(attended(5, by=people.alma, surname="Earlier"), "spoke", by=people.alma, at=begins - dt.timedelta(seconds=1))
    assert listed() == (2, {"Earlier"})


def test_a_call_of_a_case_and_a_letter_sent_count_and_a_referral_does_not(
    people: People, monday_morning: dt.datetime
) -> None:
    step(attended(5, by=people.alma), "call", by=people.alma, at=monday_morning)
    step(attended(5, by=people.alma, surname="Referred"), "referral", by=people.alma, at=monday_morning)
    letter(attended(5, by=people.alma), by=people.alma, at=monday_morning)
    assert listed() == (3, {"Referred"})


def test_a_year_is_asked_for_and_a_leaver_is_in_none(people: People) -> None:
    attended(5, by=people.alma, surname="Four", year=4)
    attended(5, by=people.alma, surname="Five", year=5)
    attended(5, by=people.alma, surname="Left", year=4, until_date=dt.date(2026, 11, 20))
    assert listed(year=4) == (1, {"Four"})
    assert listed() == (2, {"Four", "Five"})


def test_the_page_asks_what_the_policy_and_the_term_say_unless_told(people: People, browse: Browse) -> None:
    attended(5, by=people.alma, surname="Poor")
    page = browse("alma").get(PAGE).text
    assert 'value="90"' in page
    assert 'value="2026-11-02"' in page
    assert "Poor" in page
    assert "Poor attenders without contact" in browse("alma").get("/s/alder-primary/cases/").text


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"below_percent": "0"}, "from 1 to 100"),
        ({"below_percent": "ninety"}, "from 1 to 100"),
        ({"since": "2026-11-24"}, "still to come"),
        ({"since": "31/02/2026"}, "Enter a date like"),
        ({"year": "14"}, "Choose one of the school"),
    ],
)
def test_a_bad_question_is_answered_beside_its_field(browse: Browse, asked: dict[str, str], words: str) -> None:
    answer = browse("alma").get(PAGE, asked)
    assert answer.status_code == 422
    assert words in answer.text


def test_nobody_is_shown_their_own_family(people: People, browse: Browse) -> None:
    pupil = attended(5, by=people.alma, surname="Niece")
    FamilyTie.objects.create(user=people.user("alma"), pupil=pupil)
    assert "Niece" not in browse("alma").get(PAGE).text


@pytest.mark.parametrize("count", [2, 20])
def test_the_page_asks_the_same_however_many(
    people: People, browse: Browse, django_assert_num_queries: Callable[[int], Any], count: int
) -> None:
    for _ in range(count):
        attended(2, by=people.alma, of=4)
    browser = browse("alma")
    browser.get(PAGE)
    with django_assert_num_queries(6 + 4):
        browser.get(PAGE)
