"""The letters' pages: who sees which, what they say, and what pressing Send does."""

import datetime as dt
import sys
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from attendance_mat.trust.models import School
from letters import actions
from letters.models import Letter, SentLetter
from registers.models import Contact, Pupil
from tests.factories import make_contact, make_pupil
from tests.letters.paper import make_absentee, make_school_answer_letters, propose
from tests.people import People

WHO_IS_ASKING = 6  # session, person, school, membership, and two changes of schema
Browse = Callable[[str], Client]


def url(name: str, *args: object, slug: str = "alder-primary") -> str:
    """Return a page of the letters room in a school."""
    return f"/s/{slug}" + reverse(f"letters:{name}", urlconf="attendance_mat.school_urls", args=args)


@pytest.fixture
def letter(people: People, monday_morning: dt.datetime) -> Letter:
    make_school_answer_letters()
    return propose(make_absentee(people.tess), by=people.alma, at=monday_morning)


def send(browser: Client, letter: Letter) -> "object":
    """Press Approve and send on the page as it now stands."""
    page = browser.get(url("letter", letter.pk))
    return browser.post(url("send-letter", letter.pk), {"reviewed": page.context["recipients"].digest})


@pytest.mark.parametrize("count", [2, 20])
def test_the_list_takes_four_queries_however_many_letters(
    people: People, browse: Browse, monday_morning: dt.datetime, django_assert_num_queries: Callable, count: int
) -> None:
    for number in range(count):
        propose(make_pupil(), by=people.alma, at=monday_morning, origin=f"case {number}")
    browser = browse("alma")
    with django_assert_num_queries(4 + WHO_IS_ASKING):
        page = browser.get(url("letters"))
    assert page.content.decode().count("Case ") == count


def test_the_list_parts_letters_by_what_became_of_them(
    letter: Letter, people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    actions.send_letter(letter, by=people.alma, at=monday_morning)
    actions.flag_letter(letter, because="A mark was corrected", by=people.alma, at=monday_morning)
    browser = browse("alma")
    assert "No letters here" in browser.get(url("letters")).content.decode()
    for state in ("sent", "flagged"):
        assert "Lindholm, Mira" in browser.get(url("letters") + f"?state={state}").content.decode()
    assert "Lindholm" not in browser.get(url("letters") + "?state=withdrawn").content.decode()


def test_the_page_shows_the_letter_and_why_each_contact_is_told_or_not(letter: Letter, browse: Browse) -> None:
    make_contact(letter.pupil, name="Uncle Example", parental_responsibility=False, lives_with=False)
    make_contact(letter.pupil, name="Far Parent", address="")
    page = browse("alma").get(url("letter", letter.pk)).content.decode()
    assert "Has neither parental responsibility nor care of the child." in page
    assert "nowhere to write to" in page
    assert "Dear Astrid Lindholm and Jonas Berg" in page
    assert "Approve and send" in page


def test_approving_stores_a_copy_that_can_be_printed(letter: Letter, browse: Browse) -> None:
    browser = browse("alma")
    reply = send(browser, letter)
    assert reply.status_code == 302
    page = browser.get(url("letter", letter.pk)).content.decode()
    copy = SentLetter.objects.first()
    assert copy.digest in page
    assert page.count("(PDF)") == 1  # one household, one envelope
    pdf = browser.get(url("copy", copy.pk))
    assert (pdf.content, pdf["Content-Type"]) == (bytes(copy.pdf), "application/pdf")
    assert "Lindholm" not in pdf["Content-Disposition"]


def test_a_press_on_a_page_that_showed_others_sends_nothing_and_says_so(letter: Letter, browse: Browse) -> None:
    browser = browse("alma")
    before = browser.get(url("letter", letter.pk)).context["recipients"].digest
    Contact.objects.filter(name="Jonas Berg").update(no_contact=True)
    reply = browser.post(url("send-letter", letter.pk), {"reviewed": before})
    assert reply.status_code == 422
    assert "Nothing was sent" in reply.content.decode()
    assert not SentLetter.objects.exists()


def test_a_machine_without_pango_says_what_to_install(
    letter: Letter, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    browser = browse("alma")
    reply = send(browser, letter)
    assert reply.status_code == 503
    assert "libpango" in reply.content.decode()
    assert not SentLetter.objects.exists()


def test_withdrawing_needs_a_reason_and_keeps_it(letter: Letter, browse: Browse) -> None:
    browser = browse("ben")
    assert browser.post(url("withdraw-letter", letter.pk), {"because": " "}).status_code == 422
    assert browser.post(url("withdraw-letter", letter.pk), {"because": "We met the family"}).status_code == 302
    assert "We met the family" in browser.get(url("letter", letter.pk)).content.decode()
    assert send(browser, letter).status_code == 422
    sent = Letter.objects.get(pk=letter.pk)
    assert sent.state == "withdrawn"


def test_a_sent_letter_can_no_longer_be_withdrawn(letter: Letter, browse: Browse) -> None:
    browser = browse("alma")
    send(browser, letter)
    reply = browser.post(url("withdraw-letter", letter.pk), {"because": "Too late"})
    assert reply.status_code == 422
    assert "cannot be withdrawn" in reply.content.decode()


@pytest.mark.parametrize("name", ["tess", "tutu", "hana", "olly", "dov"])
def test_a_role_without_the_permission_sees_no_letter(letter: Letter, browse: Browse, name: str) -> None:
    browser = browse(name)
    for page in (url("letters"), url("letter", letter.pk)):
        assert browser.get(page).status_code == 403


def test_the_safeguarding_lead_reads_a_letter_and_does_not_approve_it(letter: Letter, browse: Browse) -> None:
    browser = browse("sadie")
    assert "Approve and send" not in browser.get(url("letter", letter.pk)).content.decode()
    assert browser.post(url("send-letter", letter.pk), {"reviewed": ""}).status_code == 403


def test_another_schools_letter_and_copy_are_not_found(
    letter: Letter, people: People, browse: Browse, birch: School, monday_morning: dt.datetime
) -> None:
    copy = actions.send_letter(letter, by=people.alma, at=monday_morning)[0]
    browser = browse("cass")
    for name, key in (("letter", letter.pk), ("copy", copy.pk)):
        assert browser.get(url(name, key, slug="birch-high")).status_code == 404
        assert browser.get(url(name, key)).status_code == 404


def test_a_hidden_pupils_letter_is_found_by_the_head_and_by_no_officer(letter: Letter, browse: Browse) -> None:
    Pupil.objects.update(hidden=True)
    assert browse("alma").get(url("letter", letter.pk)).status_code == 404
    assert browse("ben").get(url("letter", letter.pk)).status_code == 200
