"""A death, recorded between approval and sending: nothing leaves, here or for the family without a warning."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from attendance_mat.admission.actions import dying
from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.audit.models import AuditEvent
from letters import actions, queries
from letters.models import Letter, SentLetter
from registers.models import Contact, Pupil
from registers.queries.today import contacts_to_try
from tests.admission.entering import WHY, entry_of
from tests.factories import make_contact, make_pupil
from tests.letters.paper import make_absentee, make_school_answer_letters, propose
from tests.people import People

Browse = Callable[[str], Client]
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def later(monday_morning: dt.datetime) -> dt.datetime:
    return monday_morning + dt.timedelta(minutes=1)


@pytest.fixture
def pupil(people: People) -> Pupil:
    make_school_answer_letters()
    return make_absentee(people.tess)


@pytest.fixture
def sibling(pupil: Pupil) -> Pupil:
    """Return a brother or sister: one who shares a contact."""
    sibling = make_pupil()
    parent = pupil.contacts.order_by("position")[0]
    make_contact(sibling, name=parent.name, phone=parent.phone, address=parent.address)
    return sibling


def record_death(pupil: Pupil, browse: Browse) -> None:
    reply = browse("olly").post(entry_of(pupil, "died/"), {"on": TODAY.isoformat(), "word_of": "The hospital"})
    assert reply.status_code == 302


def test_between_approval_and_sending_nothing_leaves_and_what_waits_is_withdrawn(
    pupil: Pupil, people: People, later: dt.datetime, browse: Browse
) -> None:
    # Given a letter whose page the officer has open, and another that waits
    letter = propose(pupil, by=people.alma, at=later)
    propose(pupil, by=people.alma, at=later, origin="case 2")
    reviewed = queries.recipients(pupil, asked_by=people.alma).digest
    # When the office records the death
    record_death(pupil, browse)
    # Then pressing Send sends nothing, at once and before any worker has run
    with pytest.raises(ValidationError):
        actions.send_letter(letter, by=people.alma, at=later, reviewed=reviewed)
    assert not SentLetter.objects.exists()
    # And what waited is withdrawn, with why
    handle_waiting_events(at=later)
    assert set(Letter.objects.values_list("state", "withdrawn_because")) == {("withdrawn", "The pupil has died.")}
    assert contacts_to_try([pupil.pk]) == {}


def test_a_brothers_letter_is_stopped_until_someone_has_read_the_warning(
    pupil: Pupil, sibling: Pupil, people: People, later: dt.datetime, browse: Browse
) -> None:
    letter = propose(sibling, by=people.alma, at=later)
    opened_before = queries.recipients(sibling, asked_by=people.alma).digest
    record_death(pupil, browse)
    with pytest.raises(ValidationError, match="has changed since"):
        actions.send_letter(letter, by=people.alma, at=later, reviewed=opened_before)
    with pytest.raises(ValidationError, match="A death in this family is recorded"):
        actions.send_letter(letter, by=people.alma, at=later)
    page = browse("alma").get(f"/s/alder-primary/letters/{letter.pk}/")
    assert "There has been a death in this family" in page.text
    assert len(actions.send_letter(letter, by=people.alma, at=later, reviewed=page.context["recipients"].digest)) == 1


def test_a_contact_who_has_died_is_told_nothing_about_any_pupil(
    pupil: Pupil, sibling: Pupil, people: People, later: dt.datetime, browse: Browse
) -> None:
    parent = pupil.contacts.order_by("position")[0]
    where = entry_of(pupil, f"contacts/{parent.pk}/died/")
    assert browse("olly").post(where, {"on": TODAY.isoformat()}).status_code == 302
    assert set(Contact.objects.filter(name=parent.name).values_list("died_on", flat=True)) == {TODAY}
    assert AuditEvent.objects.filter(kind="contact died").count() == 2
    with pytest.raises(ValidationError, match="nobody"):
        actions.send_letter(propose(sibling, by=people.alma, at=later), by=people.alma, at=later)


def test_a_contact_without_a_number_is_one_person_here_alone(pupil: Pupil, people: People, later: dt.datetime) -> None:
    for each in (pupil, make_pupil()):
        make_contact(each, name="Ines Vale", phone="")
    first = Contact.objects.filter(name="Ines Vale").select_related("pupil")[0]
    dying.record_contacts_death(first, on=TODAY, by=people.alma, at=later)
    assert Contact.objects.filter(name="Ines Vale", died_on=TODAY).count() == 1


def test_a_day_to_come_is_refused_and_a_day_said_twice_is_recorded_once(
    pupil: Pupil, people: People, later: dt.datetime, browse: Browse
) -> None:
    reply = browse("olly").post(entry_of(pupil, "died/"), {"on": "2026-11-24"})
    assert (reply.status_code, "Enter a day that has been" in reply.text) == (422, True)
    for _ in range(2):
        dying.record_pupils_death(pupil, on=TODAY, by=people.alma, at=later)
        dying.record_contacts_death(pupil.contacts.first(), on=TODAY, by=people.alma, at=later)
    assert AuditEvent.objects.filter(kind="pupil died").count() == 1
    assert AuditEvent.objects.filter(kind="contact died").count() == 1


def test_a_death_recorded_by_mistake_is_corrected_and_the_mistake_stays_on_record(
    pupil: Pupil, people: People, later: dt.datetime, browse: Browse
) -> None:
    letter = propose(pupil, by=people.alma, at=later)
    record_death(pupil, browse)
    assert browse("olly").post(entry_of(pupil, "died/"), WHY).status_code == 302
    assert Pupil.objects.get(pk=pupil.pk).died_on is None
    handle_waiting_events(at=later)
    letter.refresh_from_db()
    assert letter.state == "proposed"
    assert "The family moved house" in browse("olly").get(entry_of(pupil)).text
    with pytest.raises(ValidationError, match="No death is recorded"):
        dying.take_back_death(pupil, reason="A mistake", by=people.alma, at=later)
    parent = pupil.contacts.select_related("pupil").first()
    dying.record_contacts_death(parent, on=TODAY, by=people.alma, at=later)
    dying.take_back_death(parent, reason="A mistake", by=people.alma, at=later)
    assert not Contact.objects.filter(died_on__isnull=False).exists()
