"""A pupil's entry in the admission register: what it says, what is missing, and how it is changed (R12, R18)."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client

from attendance_mat.admission.models import AdmissionAmendment
from attendance_mat.audit.models import AuditEvent
from registers.models import FamilyTie, Pupil
from tests.admission.entering import change, entry_of, filled_in, shown_by
from tests.factories import make_contact, make_group, make_pupil
from tests.people import People

Browse = Callable[[str], Client]
MOVED = "2 Other Street\nExampleton\nEX2 2BB"


@pytest.fixture
def pupil(people: People) -> Pupil:
    pupil = make_pupil(
        surname="Lindholm", forename="Robin", group=make_group(), address="1 Example Road\nExampleton\nEX1 1AA",
        last_school="Willow Nursery", last_school_address="3 Willow Lane",
    )  # fmt: skip
    make_contact(pupil, name="Astrid Lindholm", relationship="Mother")
    return pupil


def test_an_entry_that_says_all_the_law_asks_for_says_so(pupil: Pupil, browse: Browse) -> None:
    page = browse("olly").get(entry_of(pupil)).text
    assert "Every particular the law asks for is recorded." in page
    assert "Astrid Lindholm" in page
    assert "Willow Nursery" in page


def test_what_is_missing_is_named(pupil: Pupil, browse: Browse) -> None:
    Pupil.objects.update(last_school="", address="")
    pupil.contacts.update(phone="", address="")
    page = browse("olly").get(entry_of(pupil)).text
    for words in (
        "The pupil&#x27;s address is not recorded.",
        "The last school is not recorded.",
        "Astrid Lindholm: no address is recorded.",
        "Astrid Lindholm, whom the pupil lives with: no telephone number is recorded.",
    ):
        assert words in page


def test_a_change_keeps_what_was_said_before_with_why_who_when_and_whose_word(
    pupil: Pupil, browse: Browse, people: People
) -> None:
    reply = change(browse("olly"), entry_of(pupil, "change/"), address=MOVED.replace("\n", "\r\n"))
    assert reply.status_code == 302
    (row,) = AdmissionAmendment.objects.all()
    assert (row.subject, row.particular) == ("pupil", "address")
    assert (row.original, row.amended) == (pupil.address, MOVED)
    assert (row.reason, row.word_of) == ("The family moved house", "Mother, by telephone")
    assert (row.amended_by_name, row.amended_by_role) == ("Olly Frost", "office")
    assert Pupil.objects.get().address == MOVED
    page = browse("alma").get(entry_of(pupil)).text
    for words in ("1 Example Road", "2 Other Street", "The family moved house", "Told by Mother", "Olly Frost"):
        assert words in page


def test_the_log_names_the_particulars_and_holds_no_value(pupil: Pupil, browse: Browse) -> None:
    change(browse("olly"), entry_of(pupil, "change/"), address=MOVED, surname="Berg")
    (event,) = AuditEvent.objects.filter(kind="particulars changed")
    assert event.detail == {"pupil": pupil.pk, "particulars": ["address", "surname"]}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"address": MOVED, "reason": "  \n "}, "Give the reason: it is kept with the change."),
        ({"dob": "2026-11-24"}, "A date of birth cannot be in the future."),
        ({"dob": "tomorrow"}, "Enter a date like 23/11/2026."),
        ({"dob": ""}, "Enter the date of birth."),
        ({"surname": "   "}, "Enter the surname."),
        ({"sex": "X"}, "Select a valid choice."),
        ({}, "Nothing was changed: every particular says this already."),
    ],
)
def test_what_cannot_be_entered_is_refused_beside_its_field_and_nothing_is_lost(
    pupil: Pupil, browse: Browse, typed: dict[str, str], said: str
) -> None:
    typed = {"next_school": "Birch High School", **typed} if typed else typed
    reply = change(browse("olly"), entry_of(pupil, "change/"), **typed)
    assert reply.status_code == 422
    assert said in reply.text
    assert not typed or "Birch High School" in reply.text
    assert not AdmissionAmendment.objects.exists()
    assert Pupil.objects.get().next_school == ""


def test_a_number_another_pupil_has_is_refused_beside_it(pupil: Pupil, browse: Browse) -> None:
    other = make_pupil()
    reply = change(browse("olly"), entry_of(pupil, "change/"), upn=other.upn)
    assert "Another pupil of this school has this number." in reply.text
    assert reply.status_code == 422


def test_of_two_people_at_once_the_second_is_told_what_it_says_now_and_loses_nothing(
    pupil: Pupil, browse: Browse
) -> None:
    # Given two people who have the same page open
    where = entry_of(pupil, "change/")
    olly, alma = browse("olly"), browse("alma")
    second = filled_in(alma.get(where), address="9 Third Road", next_school="Birch High School")
    # When the first changes the address, the second's is refused, and still on the page
    change(olly, where, address=MOVED)
    reply = alma.post(where, second)
    assert reply.status_code == 422
    assert "Someone else changed this to “2 Other Street" in reply.text
    assert "9 Third Road" in reply.text
    assert Pupil.objects.get().next_school == ""
    # Then saving what the page now shows is a decision
    again = alma.post(where, {**second, **shown_by(reply)})
    assert again.status_code == 302
    assert Pupil.objects.get().address == "9 Third Road"
    assert [row.amended for row in AdmissionAmendment.objects.filter(particular="address")] == [MOVED, "9 Third Road"]


def test_what_someone_else_changed_stands_where_the_second_left_it_alone(pupil: Pupil, browse: Browse) -> None:
    where = entry_of(pupil, "change/")
    second = filled_in(browse("alma").get(where), next_school="Birch High School")
    change(browse("olly"), where, address=MOVED)
    assert browse("alma").post(where, second).status_code == 302
    found = Pupil.objects.get()
    assert (found.address, found.next_school) == (MOVED, "Birch High School")


def test_a_page_that_says_nothing_of_what_it_showed_changes_nothing(pupil: Pupil, browse: Browse) -> None:
    posted = {"forename": "Robin", "surname": "Lindholm", "dob": "2017-03-04", "sex": "F", "enrolment_status": "main",
        "address": MOVED, "reason": "Moved", "initial-dob": "never"}  # fmt: skip
    assert browse("olly").post(entry_of(pupil, "change/"), posted).status_code == 422
    assert Pupil.objects.get().address == pupil.address


def test_family_of_the_pupil_changes_nothing(pupil: Pupil, browse: Browse, people: People) -> None:
    where, olly = entry_of(pupil, "change/"), browse("olly")
    page = olly.get(where)
    FamilyTie.objects.create(user=people.user("olly"), pupil=pupil)
    assert olly.post(where, filled_in(page, address=MOVED)).status_code == 422
    assert "You are family of this pupil." in olly.get(where).text
    assert not AdmissionAmendment.objects.exists()


def test_a_former_name_is_for_the_safeguarding_lead_and_the_head(pupil: Pupil, browse: Browse) -> None:
    change(browse("olly"), entry_of(pupil, "change/"), surname="Berg")
    assert "<td>Lindholm</td>" not in browse("olly").get(entry_of(pupil)).text
    assert "<td>Lindholm</td>" in browse("sadie").get(entry_of(pupil)).text
    assert "<td>Lindholm</td>" in browse("ben").get(entry_of(pupil)).text
    assert "Former unique pupil number" in browse("sadie").get(entry_of(pupil, "change/")).text
    assert "Former unique pupil number" not in browse("olly").get(entry_of(pupil, "change/")).text


@pytest.mark.parametrize(("who", "sees", "changes"), [
    ("olly", 200, 200), ("alma", 200, 200), ("sadie", 200, 200), ("ben", 200, 200), ("tara", 200, 403),
    ("tutu", 403, 403), ("tess", 403, 403), ("dov", 403, 403), ("cass", 404, 404),
])  # fmt: skip
def test_who_sees_an_entry_and_who_changes_it(pupil: Pupil, browse: Browse, who: str, sees: int, changes: int) -> None:
    assert browse(who).get(entry_of(pupil)).status_code == sees
    assert browse(who).get(entry_of(pupil, "change/")).status_code == changes


def test_a_pupil_who_is_not_there_is_not_found(browse: Browse, people: People) -> None:
    for rest in ("", "change/", "contacts/add/", "died/", "groups/add/"):
        assert browse("olly").get(f"/s/alder-primary/pupils/987654321/admission/{rest}").status_code == 404


def test_the_amendments_are_never_altered(pupil: Pupil, browse: Browse) -> None:
    change(browse("olly"), entry_of(pupil, "change/"), address=MOVED)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        AdmissionAmendment.objects.update(reason="Another")
    assert dt.date(2026, 11, 23) == AdmissionAmendment.objects.get().amended_at.date()
