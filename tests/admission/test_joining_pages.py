"""The pages of joining, of the returns to the authority and of missing education."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from attendance_mat.admission.actions import missing as missing_actions
from attendance_mat.admission.actions.returns import make_return
from attendance_mat.admission.models import AuthorityReturn, Leaving, MissingEducation
from registers.models import Pupil, RecordAccess
from tests.admission.leavings import make_absent, propose
from tests.factories import make_contact, make_group, make_pupil, make_session
from tests.letters.paper import text_of
from tests.people import People

Browse = Callable[[str], Client]
WHO_IS_ASKING = 6
TODAY = dt.date(2026, 11, 23)
AT = dt.datetime(2026, 11, 23, 8, 50, tzinfo=dt.UTC)
NEW = {
    "surname": "Lindholm", "forename": "Mira", "dob": "2017-03-04", "sex": "F", "address": "1 Example Road",
    "day": "2026-11-23", "basis": "agreed", "agreed_with": "Astrid Lindholm", "year": "4", "upn": "a000000000999",
}  # fmt: skip


def url(name: str, *args: object, slug: str = "alder-primary", room: str = "admission") -> str:
    return f"/s/{slug}" + reverse(f"{room}:{name}", urlconf="attendance_mat.school_urls", args=args)


@pytest.fixture
def gone(people: People) -> Pupil:
    return make_absent(people.tess)


@pytest.fixture
def leaving(gone: Pupil, people: People) -> Leaving:
    return propose(gone, "i", by=people.alma, at=AT)


@pytest.fixture
def made(people: People) -> AuthorityReturn:
    pupil = make_pupil(surname="Lindholm", address="1 Example Road")
    make_contact(pupil, name="Astrid Lindholm")
    return make_return("joining", pupil.roll_periods.get(), due=dt.date(2026, 11, 20), at=AT)


@pytest.fixture
def case(people: People) -> MissingEducation:
    pupil = make_pupil(surname="Lindholm", forename="Mira", address="1 Example Road")
    return missing_actions.open_missing(pupil, identified_on=TODAY, by=people.alma, at=AT)


@pytest.mark.parametrize("count", [2, 20])
@pytest.mark.parametrize("state", ["waiting", "if-asked", "sent"])
def test_returns_are_listed_in_four_queries_however_many(
    people: People, browse: Browse, django_assert_num_queries: Callable, count: int, state: str
) -> None:
    due = None if state == "if-asked" else TODAY
    for _ in range(count):
        made = make_return("joining", make_pupil(surname="Listed").roll_periods.get(), due=due, at=AT)
        if state == "sent":
            AuthorityReturn.objects.filter(pk=made.pk).update(sent_at=AT, sent_by=people.alma.user, sent_how="Portal")
    browser = browse("olly")
    with django_assert_num_queries(3 + WHO_IS_ASKING):
        page = browser.get(url("returns") + f"?state={state}")
    assert page.text.count("Listed, ") == count


@pytest.mark.parametrize("count", [2, 20])
def test_missing_children_are_listed_in_the_same_queries_however_many(
    people: People, browse: Browse, django_assert_num_queries: Callable, count: int
) -> None:
    for _ in range(count):
        pupil = make_pupil(surname="Listed")
        missing_actions.open_missing(pupil, identified_on=TODAY, by=people.alma, at=AT)
        make_pupil(surname="Gone", until_date=dt.date(2026, 11, 9))
    browser = browse("sadie")
    with django_assert_num_queries(5 + WHO_IS_ASKING):
        page = browser.get(url("missing-education")).text
    assert (page.count('">Listed, '), page.count('">Gone, ')) == (count, count)
    assert page.count("Not reported") == count


def test_a_return_says_how_late_it_is_and_how_it_was_sent(made: AuthorityReturn, browse: Browse) -> None:
    browser = browse("olly")
    assert "3 days overdue, since 20 November 2026" in browser.get(url("returns")).text
    assert "3 days overdue" in browser.get(url("return", made.pk)).text
    assert browser.post(url("send-return", made.pk), {"send-how": " "}).status_code == 422
    browser.post(url("send-return", made.pk), {"send-how": "By the authority's portal"})
    assert "By the authority&#x27;s portal" in browser.get(url("return", made.pk)).text
    assert RecordAccess.objects.filter(pupil=made.roll_period.pupil).exists()


def test_a_return_due_only_if_asked_becomes_due_when_it_is(made: AuthorityReturn, browse: Browse) -> None:
    AuthorityReturn.objects.update(due_date=None)
    browser = browse("olly")
    late = browser.post(url("ask-for-return", made.pk), {"asked-due": "2026-11-20"})
    assert "Give today or a later day" in late.text
    browser.post(url("ask-for-return", made.pk), {"asked-due": "2026-11-30"})
    assert "Due in 7 days, on 30 November 2026" in browser.get(url("return", made.pk)).text


def test_the_new_pupil_return_holds_what_the_law_asks_for(made: AuthorityReturn, browse: Browse) -> None:
    pupil = made.roll_period.pupil
    make_contact(pupil, name="Jonas Berg", address="2 Secret Lane", address_confidential=True, lives_with=False)
    make_contact(pupil, name="An Aunt", parental_responsibility=False, lives_with=False)
    said = " ".join(text_of(browse("olly").get(url("return-document", made.pk, room="keeping")).content).split())
    for words in (
        "New pupil return", "Lindholm", "1 Example Road", "4 March 2017", "Tuesday 1 September 2026", "Astrid Lindholm",
        "2 Secret Lane", "Confidential: not to be told to anyone else.",
    ):  # fmt: skip
        assert words in said
    assert "An Aunt" not in said


def test_a_pupil_is_added_to_the_roll(people: People, browse: Browse) -> None:
    make_session(TODAY)
    group = make_group()
    browser = browse("olly")
    assert "Add a pupil" in browser.get(url("roll")).text
    reply = browser.post(url("add-pupil"), {**NEW, "group": group.pk})
    pupil = Pupil.objects.get(surname="Lindholm")
    assert reply["Location"] == url("pupil", pupil.pk, room="registers")
    assert (pupil.upn, pupil.roll_periods.get().from_date) == ("A000000000999", TODAY)
    assert "Due in 5 days" in browser.get(url("returns")).text


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"day": "2026-11-22"}, "The school does not meet on that day"),
        ({"day": "2100-12-31"}, "at most a year and a half ahead"),
        ({"dob": "2030-01-01"}, "The date of birth is still to come"),
        ({"upn": "12"}, "A unique pupil number is a letter"),
        ({"basis": "attended", "day": "2026-11-24"}, "cannot have attended"),
        ({"agreed_with": ""}, "Say with whom the day was agreed"),
        ({"surname": " "}, "Enter the legal surname."),
        ({"year": "77"}, "There is a problem"),
    ],
)
def test_a_new_pupil_with_a_fault_comes_back_with_what_was_typed(
    people: People, browse: Browse, given: dict[str, str], why: str
) -> None:
    make_session(TODAY)
    reply = browse("olly").post(url("add-pupil"), {**NEW, **given})
    assert reply.status_code == 422
    assert why in reply.text
    assert "1 Example Road" in reply.text
    assert not Pupil.objects.exists()


def test_a_pupil_who_left_is_entered_again_from_their_page(people: People, browse: Browse) -> None:
    make_session(TODAY)
    pupil = make_pupil(until_date=dt.date(2026, 10, 1))
    browser = browse("olly")
    assert url("readmit", pupil.pk) in browser.get(url("pupil", pupil.pk, room="registers")).text
    given = {name: NEW[name] for name in ("day", "basis", "agreed_with", "year")}
    assert browser.post(url("readmit", pupil.pk), given).status_code == 302
    again = browser.post(url("readmit", pupil.pk), given)
    assert again.status_code == 422
    assert "The name must come off before it goes on again." in again.text


def test_a_case_is_opened_followed_and_closed(people: People, browse: Browse) -> None:
    pupil = make_pupil()
    browser = browse("alma")
    late = browser.post(url("open-missing", pupil.pk), {"identified_on": "2026-11-24"})
    assert "It cannot be after today." in late.text
    reply = browser.post(url("open-missing", pupil.pk), {"identified_on": "2026-11-20"})
    case = MissingEducation.objects.get()
    assert reply["Location"] == url("missing", case.pk)
    assert "Visit the home" in browser.get(reply["Location"]).text
    browser.post(url("take-step", case.pk, 1))
    told = {"told-reported_on": "2026-11-23", "told-family_told_on": ""}
    browser.post(url("record-told", case.pk), told)
    browser.post(url("say-untraced", case.pk))
    page = browser.get(url("missing", case.pk)).text
    assert "2026-11-23, by Alma Reyes" in page
    assert "Reported on 23 November 2026" in page
    assert "The safeguarding lead" not in browser.post(url("take-step", case.pk, 1)).text
    assert "This step is the safeguarding lead" in browser.post(url("take-step", case.pk, 6)).text
    assert "comes first" in browser.post(url("close-missing", case.pk), {"close-because": "Found."}).text
    lead = browse("sadie")
    assert "1 child cannot be traced" in lead.get(url("missing-education")).text
    assert lead.post(url("take-step", case.pk, 6)).status_code == 302
    assert lead.post(url("close-missing", case.pk), {"close-because": "At a new school."}).status_code == 302
    assert "At a new school." in browser.get(url("missing-education") + "?state=closed").text
    assert "At a new school." in browser.get(url("missing", case.pk)).text


def test_the_form_and_the_notice_are_ready_and_the_notice_goes_to_those_who_may_be_told(
    case: MissingEducation, browse: Browse
) -> None:
    browser = browse("alma")
    nobody = browser.get(url("missing-notice", case.pk, room="keeping"))
    assert nobody.status_code == 422
    assert "No contact is recorded." in nobody.text
    make_contact(case.pupil, name="Astrid Lindholm")
    make_contact(case.pupil, name="Jonas Berg", no_contact=True, address="2 Secret Lane")
    notice = text_of(browser.get(url("missing-notice", case.pk, room="keeping")).content)
    assert "Astrid Lindholm" in notice
    assert "Jonas Berg" not in notice
    assert "2 Secret Lane" not in notice
    form = text_of(browser.get(url("missing-form", case.pk, room="keeping")).content)
    assert "A child who may be missing education: to Kestrelshire" in " ".join(form.split())
