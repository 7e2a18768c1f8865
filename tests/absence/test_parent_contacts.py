"""The log of contact with parents: kept as it was entered, once, by those who may and about whom they may find."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from absence.actions.parent_contacts import log_parent_contact
from absence.models import ParentContact
from attendance_mat.audit.models import AuditEvent, Event
from registers.models import Assignment, FamilyTie, Pupil
from tests.factories import make_contact, make_group, make_pupil
from tests.people import People

Browse = Callable[[str], Client]
WHO_IS_ASKING = 6  # session, person, school, membership, and two changes of schema


def page_of(pupil: Pupil) -> str:
    return f"/s/alder-primary/pupils/{pupil.pk}/contact-with-parents/"


def said(**fields: Any) -> dict[str, Any]:
    return {"channel": "call", "outcome": "spoke", "words": "Has a cold, back on Thursday.", **fields}


@pytest.fixture
def pupil(people: People) -> Pupil:
    child = make_pupil(surname="Lindholm", group=make_group())
    make_contact(child, name="Astrid Lindholm")
    return child


def test_the_same_entered_twice_is_kept_once(pupil: Pupil, people: People, monday_morning: dt.datetime) -> None:
    given = said(contact=pupil.contacts.get(), made_at=monday_morning)
    for _ in range(2):
        log_parent_contact(pupil, **given, by=people.alma, at=monday_morning)
    assert ParentContact.objects.get().entered_by_name == "Alma Reyes"
    assert AuditEvent.objects.filter(kind=Event.PARENT_CONTACTED).count() == 1


def test_a_time_to_come_and_another_pupil_s_parent_are_refused(
    pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    later = monday_morning + dt.timedelta(minutes=1)
    with pytest.raises(ValidationError, match="still to come"):
        log_parent_contact(
            pupil, **said(contact=pupil.contacts.get(), made_at=later), by=people.alma, at=monday_morning
        )
    stranger = make_contact(make_pupil())
    with pytest.raises(ValidationError, match="this pupil's contacts"):
        log_parent_contact(pupil, **said(contact=stranger, made_at=monday_morning), by=people.alma, at=monday_morning)


def test_contact_with_one_s_own_family_is_logged_by_somebody_else(pupil: Pupil, people: People, browse: Browse) -> None:
    FamilyTie.objects.create(user=people.user("olly"), pupil=pupil)
    sent = said(contact=pupil.contacts.get().pk, made_at="2026-11-23T08:45")

    refused = browse("olly").post(f"{page_of(pupil)}log/", sent)

    assert refused.status_code == 422
    assert "family" in refused.text
    assert "Has a cold, back on Thursday." in refused.text
    assert not ParentContact.objects.exists()


def test_the_office_logs_a_call_and_sees_it(pupil: Pupil, browse: Browse) -> None:
    olly = browse("olly")
    assert "Contact with parents" in olly.get(f"/s/alder-primary/pupils/{pupil.pk}/").text

    sent = said(contact=pupil.contacts.get().pk, made_at="2026-11-23T08:45")
    page = olly.post(f"{page_of(pupil)}log/", sent, follow=True).text

    for words in ("Astrid Lindholm", "Has a cold, back on Thursday.", "Spoke with them", "Olly Frost"):
        assert words in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"words": "  "}, "Write what was said"),
        ({"made_at": "yesterday"}, "Enter a time like"),
        ({"made_at": "2026-11-23T23:00"}, "still to come"),
        ({"contact": "999999"}, "Choose one of the pupil"),
        ({"contact": ""}, "Choose with whom"),
        ({"outcome": "sang"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    pupil: Pupil, browse: Browse, wrong: dict[str, str], words: str
) -> None:
    sent = {**said(contact=pupil.contacts.get().pk, made_at="2026-11-23T08:45"), "words": "Kept as typed.", **wrong}

    answer = browse("olly").post(f"{page_of(pupil)}log/", sent)

    assert answer.status_code == 422
    assert words in answer.text
    assert sent["words"].strip() in answer.text
    assert not ParentContact.objects.exists()


def test_a_head_of_year_logs_for_their_own_year_only(pupil: Pupil, people: People, browse: Browse) -> None:
    hana = browse("hana")
    assert hana.get(page_of(pupil)).status_code == 404
    Assignment.objects.create(user=people.user("hana"), year=4, weekdays=[0, 1, 2, 3, 4], from_date=dt.date(2026, 9, 1))
    sent = said(contact=pupil.contacts.get().pk, made_at="2026-11-23T08:45")
    assert hana.post(f"{page_of(pupil)}log/", sent).status_code == 302


def test_a_teacher_neither_sees_nor_writes_it_and_the_trust_only_reads(pupil: Pupil, browse: Browse) -> None:
    assert browse("tess").get(page_of(pupil)).status_code == 403
    assert "Log a contact" not in browse("tara").get(page_of(pupil)).text
    assert browse("tara").post(f"{page_of(pupil)}log/").status_code == 403
    assert browse("cass").get(page_of(pupil)).status_code in {403, 404}


@pytest.mark.parametrize("count", [2, 20])
def test_the_page_asks_the_same_however_much_was_said(
    pupil: Pupil, people: People, browse: Browse, monday_morning: dt.datetime,
    django_assert_num_queries: Callable[[int], Any], count: int,
) -> None:  # fmt: skip
    for number in range(count):
        log_parent_contact(
            pupil, **said(contact=pupil.contacts.get(), made_at=monday_morning, words=f"{number}."), by=people.alma,
            at=monday_morning,
        )  # fmt: skip
    browser = browse("alma")
    with django_assert_num_queries(WHO_IS_ASKING + 5):
        browser.get(page_of(pupil))
