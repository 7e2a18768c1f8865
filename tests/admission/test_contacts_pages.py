"""Contacts: added, changed, ordered and ended, never removed; and who is listed for the office to chase."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from attendance_mat.admission.actions.contacts import NO_NAME, add_contact
from attendance_mat.admission.models import AdmissionAmendment
from registers.models import Contact, Pupil
from tests.admission.entering import WHY, change, entry_of, filled_in
from tests.conftest import MONDAY_MORNING
from tests.factories import make_contact, make_group, make_pupil
from tests.people import People

Browse = Callable[[str], Client]
TO_CHASE = "/s/alder-primary/contacts-to-chase/"
LOGGING_IN = 6  # session, person, school, membership, and the choice of schema before and after


@pytest.fixture
def pupil(people: People) -> Pupil:
    pupil = make_pupil(surname="Lindholm", forename="Robin", group=make_group())
    make_contact(pupil, name="Astrid Lindholm", phone="01632 960001")
    make_contact(pupil, name="Jonas Berg", lives_with=False, phone="01632 960002", address="9 Elsewhere Road")
    return pupil


def of(contact: Contact, rest: str) -> str:
    return entry_of(contact.pupil, f"contacts/{contact.pk}/{rest}/")


def contact(name: str) -> Contact:
    return Contact.objects.select_related("pupil").get(name=name)


def order(pupil: Pupil) -> list[str]:
    return list(pupil.contacts.order_by("position").values_list("name", flat=True))


def test_a_contact_is_added_last_with_all_that_is_known_of_them(pupil: Pupil, browse: Browse) -> None:
    typed = {
        "name": "Ines Vale", "relationship": "Aunt", "parental_responsibility": "on", "phone": "01632 960003",
        "channel": "text", "language": "Portuguese", "may_collect": "on", "collect_password": "heron",
        "court_order": "May collect on Fridays only", "address": "4 Far Lane", "address_confidential": "on",
        "liable_as": "care", "emergency": "on",
    }  # fmt: skip
    assert browse("olly").post(entry_of(pupil, "contacts/add/"), {**typed, **WHY}).status_code == 302
    made = contact("Ines Vale")
    assert (made.position, made.channel, made.language, made.collect_password) == (3, "text", "Portuguese", "heron")
    assert (made.may_collect, made.address_confidential, made.word_of) == (True, True, "Mother, by telephone")
    rows = AdmissionAmendment.objects.filter(subject=f"contact {made.pk}")
    assert {row.particular: (row.original, row.amended) for row in rows}["liable_as"] == ("", "Has care of the child")
    page = browse("olly").get(entry_of(pupil)).text
    for words in ("Ines Vale (aunt)", "Prefers: text message.", "Speaks Portuguese.", "password “heron”",
        "May collect on Fridays only", "Address confidential", "Told by Mother, by telephone"):  # fmt: skip
        assert words in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "  "}, "Enter the contact&#x27;s name."),
        ({"name": "Ines Vale", "phone": "12"}, "Enter a telephone number of at least 5 figures."),
        ({"name": "Ines Vale", "email": "at home"}, "Enter an email address like name@example.org."),
        ({"name": "Ines Vale", "reason": " "}, "Give the reason: it is kept with the change."),
    ],
)
def test_a_contact_who_cannot_be_entered_is_refused_beside_the_field_and_nothing_is_lost(
    pupil: Pupil, browse: Browse, typed: dict[str, str], said: str
) -> None:
    reply = browse("olly").post(entry_of(pupil, "contacts/add/"), {**WHY, "address": "4 Far Lane", **typed})
    assert reply.status_code == 422
    assert said in reply.text
    assert "4 Far Lane" in reply.text
    assert pupil.contacts.count() == 2


def test_a_change_of_a_contact_is_an_amendment_too(pupil: Pupil, browse: Browse) -> None:
    assert change(browse("olly"), of(contact("Astrid Lindholm"), "change"), phone="07700 900001").status_code == 302
    row = AdmissionAmendment.objects.get()
    assert (row.particular, row.original, row.amended) == ("phone", "01632 960001", "07700 900001")
    page = browse("olly").get(entry_of(pupil)).text
    assert "01632 960001" in page
    assert "07700 900001" in page


def test_a_contact_two_people_change_at_once_keeps_the_first_and_tells_the_second(pupil: Pupil, browse: Browse) -> None:
    where = of(contact("Astrid Lindholm"), "change")
    second = filled_in(browse("alma").get(where), phone="01632 960009", no_contact="on")
    change(browse("olly"), where, phone="07700 900001")
    reply = browse("alma").post(where, second)
    assert "Someone else changed this to “07700 900001”" in reply.text
    assert contact("Astrid Lindholm").phone == "07700 900001"


def test_a_change_that_changes_nothing_or_names_nobody_is_refused(pupil: Pupil, browse: Browse) -> None:
    where = of(contact("Jonas Berg"), "change")
    assert "every particular says this already" in change(browse("olly"), where).text
    assert "Enter the contact&#x27;s name." in change(browse("olly"), where, name=" ").text


def test_contacts_are_put_in_another_order_by_a_stale_page_never(pupil: Pupil, browse: Browse) -> None:
    second = contact("Jonas Berg")
    for _ in range(2):  # the same press twice
        browse("olly").post(of(second, "move-up"), {"position": "2"})
    assert order(pupil) == ["Jonas Berg", "Astrid Lindholm"]
    assert AdmissionAmendment.objects.filter(particular="position").count() == 2
    browse("olly").post(of(second, "move-up"), {"position": "1"})  # there is nobody above
    browse("olly").post(of(second, "move-up"), {"position": "nowhere"})
    assert order(pupil) == ["Jonas Berg", "Astrid Lindholm"]


def test_a_contact_who_no_longer_is_stays_on_record_and_is_told_nothing(pupil: Pupil, browse: Browse) -> None:
    gone = contact("Jonas Berg")
    assert browse("olly").post(of(gone, "end"), WHY).status_code == 302
    page = browse("olly").get(entry_of(pupil)).text
    assert "No longer a contact" in page
    assert "Jonas Berg" not in browse("olly").get(f"/s/alder-primary/pupils/{pupil.pk}/").text
    for rest in ("change", "end"):
        assert "no longer a contact" in change(browse("olly"), of(gone, rest), phone="01632 960077").text
    assert not contact("Jonas Berg").phone.endswith("77")


def test_a_contact_of_another_pupil_is_not_found(pupil: Pupil, browse: Browse) -> None:
    other = make_contact(make_pupil(), name="Someone Else")
    assert browse("olly").get(entry_of(pupil, f"contacts/{other.pk}/change/")).status_code == 404


def test_the_list_to_chase_says_what_each_pupil_lacks(pupil: Pupil, browse: Browse) -> None:
    alone = make_pupil(surname="Alone", group=make_group())
    make_contact(alone, name="Only Parent", phone="")
    left = make_pupil(surname="Leaver", until_date=contact("Jonas Berg").pupil.roll_periods.get().from_date.replace(
        month=11, day=2))  # fmt: skip
    page = browse("olly").get(TO_CHASE).text
    assert "0 of 2 emergency contacts." in page
    assert "Only Parent, whom the pupil lives with: no telephone number is recorded." in page
    assert "Lindholm" not in page
    assert left.list_name in page


def test_the_list_to_chase_is_for_the_office_and_costs_the_same_for_twenty(
    browse: Browse, people: People, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(2):
        make_pupil(group=make_group())
    browser = browse("olly")
    browser.get(TO_CHASE)
    with django_assert_num_queries(LOGGING_IN + 3):
        browser.get(TO_CHASE)
    for _ in range(18):
        make_contact(make_pupil(group=make_group()))
    with django_assert_num_queries(LOGGING_IN + 3):
        browser.get(TO_CHASE)
    assert browse("tara").get(TO_CHASE).status_code == 403
    assert TO_CHASE in browser.get("/s/alder-primary/pupils/").text
    assert TO_CHASE in browser.get("/s/alder-primary/today/").text


def test_a_contact_without_a_name_is_not_added_past_the_page_either(pupil: Pupil, people: People) -> None:
    with pytest.raises(ValidationError, match=NO_NAME):
        add_contact(pupil, {"name": " "}, reason="Told by a parent", by=people.alma, at=MONDAY_MORNING)
    assert "" not in pupil.contacts.values_list("name", flat=True)
