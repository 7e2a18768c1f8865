"""The leave pages: who enters, who sees, who decides, and what they are shown."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from absence.actions import leave as actions
from absence.models import LeaveDecision, LeaveRequest
from absence.rules.days import Days
from attendance_mat.accounts.models import Delegation
from attendance_mat.accounts.permissions import Permission
from attendance_mat.trust.models import School
from letters import actions as letters_actions
from registers.models import ExpectedMark, FamilyTie, Pupil
from tests.absence.leave import FIRST, ask, make_asker, make_week_of_leave
from tests.factories import make_contact, make_pupil
from tests.letters.paper import make_school_answer_letters, text_of
from tests.people import People

WHO_IS_ASKING = 6  # session, person, school, membership, and two changes of schema
Browse = Callable[[str], Client]
REQUEST = {
    "first_date": "2026-12-07", "last_date": "2026-12-11", "halves": "both", "asked_on": "2026-11-20",
    "reason": "A cousin's wedding abroad",
}  # fmt: skip
GRANT = {
    "grant-first_date": "2026-12-07", "grant-last_date": "2026-12-08", "grant-code": "C",
    "grant-reason": "Exceptional: it cannot be moved",
}  # fmt: skip


def url(name: str, *args: object, slug: str = "alder-primary") -> str:
    """Return a page of the absence room in a school."""
    return f"/s/{slug}" + reverse(f"absence:{name}", urlconf="attendance_mat.school_urls", args=args)


@pytest.fixture
def pupil(people: People) -> Pupil:
    make_school_answer_letters()
    make_week_of_leave()
    return make_asker(people.tess)


@pytest.fixture
def asked(pupil: Pupil, people: People, monday_morning: dt.datetime) -> LeaveRequest:
    return ask(pupil, by=people.member("olly"), at=monday_morning)


def test_the_office_enters_a_request(pupil: Pupil, browse: Browse) -> None:
    browser = browse("olly")
    page = browser.get(url("ask-for-leave", pupil.pk)).content.decode()
    assert "Astrid Lindholm (parent, lives with the pupil)" in page
    reply = browser.post(url("ask-for-leave", pupil.pk), {**REQUEST, "asked_by": pupil.contacts.first().pk})
    asked = LeaveRequest.objects.get()
    assert reply["Location"] == url("leave-request", asked.pk)
    assert (asked.days, asked.entered_by.name) == (Days(FIRST, dt.date(2026, 12, 11)), "Olly Frost")


def test_a_request_with_faults_comes_back_with_what_was_typed(pupil: Pupil, browse: Browse) -> None:
    entered = {**REQUEST, "last_date": "2026-12-01", "asked_by": pupil.contacts.first().pk}
    reply = browse("olly").post(url("ask-for-leave", pupil.pk), entered)
    assert reply.status_code == 422
    page = reply.content.decode()
    assert "There is a problem" in page
    assert "The last day is before the first day." in page
    assert "A cousin&#x27;s wedding abroad" in page


@pytest.mark.parametrize("count", [2, 20])
@pytest.mark.parametrize("state", ["waiting", "decided"])
def test_the_list_takes_three_queries_however_many_requests(
    people: People, browse: Browse, monday_morning: dt.datetime, django_assert_num_queries: Callable, count: int,
    state: str,
) -> None:  # fmt: skip
    make_week_of_leave()
    for _ in range(count):
        pupil = make_pupil()
        make_contact(pupil)
        request = ask(pupil, by=people.alma, at=monday_morning)
        if state == "decided":
            actions.refuse_leave(request, reason="Not exceptional", by=people.ben, at=monday_morning)
    browser = browse("ben")
    with django_assert_num_queries(3 + WHO_IS_ASKING):
        page = browser.get(url("leave-requests") + f"?state={state}")
    assert page.content.decode().count("Mon 7 Dec 2026 to Fri 11 Dec 2026") == count


def test_the_head_sees_the_record_the_sum_and_every_check(asked: LeaveRequest, browse: Browse) -> None:
    page = browse("ben").get(url("leave-request", asked.pk)).content.decode()
    for words in (
        "10 sessions (5 days)", "Attended 95.0%", "1 of 20 sessions missed: 0 authorised, 1 unauthorised.",
        "Asked in advance", "Notice", "Unauthorised absence", "Not met", "Grant and prepare the letter",
        "R and T rest on facts",
    ):  # fmt: skip
        assert words in page


def test_the_head_sees_past_requests_and_brothers_and_sisters(
    asked: LeaveRequest, people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    days = Days(dt.date(2026, 11, 26), dt.date(2026, 11, 27))
    before = ask(asked.pupil, by=people.alma, at=monday_morning, days=days)
    actions.refuse_leave(before, reason="Not exceptional", by=people.ben, at=monday_morning)
    sister = make_asker(people.tess, forename="Noor")
    ask(sister, by=people.alma, at=monday_morning)
    page = " ".join(browse("ben").get(url("leave-request", asked.pk)).content.decode().split())
    assert "Thu 26 Nov 2026 to Fri 27 Nov 2026</a>: refused" in page
    assert "Noor Lindholm: <a" in page
    assert "asked for over these days, awaiting a decision" in page


def test_granting_goes_on_to_the_letter_that_says_so(
    asked: LeaveRequest, browse: Browse, people: People, monday_morning: dt.datetime
) -> None:
    browser = browse("ben")
    reply = browser.post(url("grant-leave", asked.pk), GRANT)
    assert reply.status_code == 302
    page = browser.get(reply["Location"])
    letter = page.context["letter"]
    assert "Approve and send" in page.content.decode()
    said = text_of(letters_actions.send_letter(letter, by=people.ben, at=monday_morning)[0].pdf)
    assert "granted leave of absence from Monday 7 December 2026 to Tuesday 8 December 2026, both days included" in said
    assert "Leave is not granted for the other days asked for." in said
    assert "Copy, not certified" not in said
    assert ExpectedMark.objects.get().until_date == dt.date(2026, 12, 9)
    assert "Granted" in browser.get(url("leave-request", asked.pk)).content.decode()


def test_refusing_goes_on_to_a_letter_with_the_reason(
    asked: LeaveRequest, browse: Browse, people: People, monday_morning: dt.datetime
) -> None:
    browser = browse("ben")
    reply = browser.post(url("refuse-leave", asked.pk), {"refuse-reason": "A holiday is not exceptional."})
    letter = browser.get(reply["Location"]).context["letter"]
    copies = letters_actions.send_letter(letter, by=people.ben, at=monday_morning)
    assert [copy.addressee for copy in copies] == ["Astrid Lindholm", "Jonas Berg"]
    said = text_of(copies[1].pdf)
    assert "leave of absence is not granted" in said
    assert "A holiday is not exceptional." in said
    assert "cousin" not in said  # what one parent wrote is not told to the other


@pytest.mark.parametrize(
    ("action", "entered", "why"),
    [
        ("grant-leave", {**GRANT, "grant-last_date": "2026-12-14"}, "days that were asked for"),
        ("grant-leave", {**GRANT, "grant-reason": " "}, "Give the reason"),
        ("grant-leave", {**GRANT, "grant-code": "X"}, "There is a problem"),
        ("refuse-leave", {}, "Give the reason"),
    ],
)
def test_a_decision_with_faults_decides_nothing(
    asked: LeaveRequest, browse: Browse, action: str, entered: dict[str, str], why: str
) -> None:
    reply = browse("ben").post(url(action, asked.pk), entered)
    assert reply.status_code == 422
    assert why in reply.content.decode()
    assert not LeaveDecision.objects.exists()


def test_pressing_twice_decides_once_and_a_contrary_press_is_told_who_decided(
    asked: LeaveRequest, browse: Browse
) -> None:
    browser = browse("ben")
    places = {browser.post(url("grant-leave", asked.pk), GRANT)["Location"] for _ in range(2)}
    assert len(places) == 1
    reply = browser.post(url("refuse-leave", asked.pk), {"refuse-reason": "No"})
    assert reply.status_code == 422
    assert LeaveDecision.objects.count() == 1


def test_leave_that_has_begun_is_shown_with_the_rule_and_the_marks_to_amend(
    pupil: Pupil, people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    asked = ask(pupil, by=people.alma, at=monday_morning, days=Days(dt.date(2026, 11, 20), dt.date(2026, 11, 24)))
    page = browse("ben").get(url("leave-request", asked.pk)).content.decode()
    assert "This leave has begun or is past" in page
    assert "2 of these sessions already have marks" in page


def test_the_headteacher_does_not_decide_for_their_own_family(
    asked: LeaveRequest, browse: Browse, people: People
) -> None:
    FamilyTie.objects.create(user=people.ben.user, pupil=asked.pupil)
    browser = browse("ben")
    page = browser.get(url("leave-request", asked.pk)).content.decode()
    assert "Someone else decides this" in page
    assert "Grant and prepare the letter" not in page
    assert browser.post(url("grant-leave", asked.pk), GRANT).status_code == 422


def test_someone_the_head_named_decides_too(
    asked: LeaveRequest, browse: Browse, people: People, monday_morning: dt.datetime
) -> None:
    Delegation.objects.create(
        school=people.alder, user=people.user("olly"), power=Permission.DECIDE_LEAVE, from_date=dt.date(2026, 11, 1),
        decision="Acting head this week", decided_by=people.ben.user, decided_at=monday_morning,
    )  # fmt: skip
    reply = browse("olly").post(url("refuse-leave", asked.pk), {"refuse-reason": "Not exceptional"})
    assert reply["Location"] == url("leave-request", asked.pk)
    assert LeaveDecision.objects.get().decided_by_name == "Olly Frost"


@pytest.mark.parametrize("name", ["olly", "alma", "sadie", "tara"])
def test_others_of_the_office_see_a_request_and_do_not_decide(asked: LeaveRequest, browse: Browse, name: str) -> None:
    browser = browse(name)
    assert "Grant and prepare" not in browser.get(url("leave-request", asked.pk)).content.decode()
    assert browser.post(url("grant-leave", asked.pk), GRANT).status_code == 403


@pytest.mark.parametrize("name", ["tess", "tutu", "hana", "dov", "tomas"])
def test_a_role_without_the_permission_sees_no_request(asked: LeaveRequest, browse: Browse, name: str) -> None:
    browser = browse(name)
    for page in (url("leave-requests"), url("leave-request", asked.pk), url("ask-for-leave", asked.pupil_id)):
        assert browser.get(page).status_code == 403


def test_another_schools_request_is_not_found(asked: LeaveRequest, browse: Browse, birch: School) -> None:
    browser = browse("cass")
    assert browser.get(url("leave-request", asked.pk)).status_code == 404
    assert browser.get(url("leave-request", asked.pk, slug="birch-high")).status_code == 404
    assert browser.get(url("ask-for-leave", asked.pupil_id, slug="birch-high")).status_code == 404


def test_a_hidden_pupils_request_is_found_by_the_head_and_not_by_the_office(
    asked: LeaveRequest, browse: Browse
) -> None:
    Pupil.objects.update(hidden=True)
    assert browse("olly").get(url("leave-request", asked.pk)).status_code == 404
    assert browse("olly").get(url("ask-for-leave", asked.pupil_id)).status_code == 404
    assert browse("ben").get(url("leave-request", asked.pk)).status_code == 200
