"""A letter is proposed with frozen figures, and sent once to those who may be told at that moment."""

import datetime as dt
import hashlib
import io
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from pypdf import PdfReader

from attendance_mat.audit.models import AuditEvent
from letters import actions, queries
from letters.models import Letter, SentLetter
from registers.models import Contact, FamilyTie, Mark, Pupil
from tests.factories import amend, make_contact
from tests.letters.paper import evidence, make_absentee, make_school_answer_letters, propose, text_of
from tests.people import People


@pytest.fixture
def later(monday_morning: dt.datetime) -> dt.datetime:
    """Return a minute after the marks were received."""
    return monday_morning + dt.timedelta(minutes=1)


@pytest.fixture
def pupil(people: People) -> Pupil:
    make_school_answer_letters()
    return make_absentee(people.tess)


@pytest.fixture
def letter(pupil: Pupil, people: People, later: dt.datetime) -> Letter:
    return propose(pupil, by=people.alma, at=later)


def test_a_letter_keeps_the_school_year_so_far_beside_its_ground(letter: Letter) -> None:
    assert letter.figures["attendance"] == {
        "from": "2026-11-09", "to": "2026-11-23", "present": 10, "authorised": 0, "unauthorised": 10,
        "late_before_close": 0, "late_after_close": 0,
    }  # fmt: skip
    assert letter.figures["value"] == 10


def test_one_origin_has_one_letter_of_a_template(letter: Letter, people: People, later: dt.datetime) -> None:
    again = propose(letter.pupil, by=people.alma, at=later + dt.timedelta(days=1))
    other = propose(letter.pupil, by=people.alma, at=later, origin="case 2")
    assert (again.pk, again.proposed_at) == (letter.pk, letter.proposed_at)
    assert other.pk != letter.pk
    assert AuditEvent.objects.filter(kind="letter proposed").count() == 2


@pytest.mark.parametrize(
    ("template", "figures"), [("a-ballad", evidence()), ("attendance-concern", {"rule": "ten_in_ten_weeks"})]
)
def test_a_letter_nobody_wrote_or_that_lacks_figures_is_refused_at_once(
    pupil: Pupil, people: People, later: dt.datetime, template: str, figures: dict
) -> None:
    with pytest.raises(ValidationError):
        actions.propose_letter(pupil, template=template, origin="case 1", figures=figures, by=people.alma, at=later)


def test_a_household_gets_one_letter_and_each_of_them_is_recorded(
    letter: Letter, people: People, later: dt.datetime
) -> None:
    copies = actions.send_letter(letter, by=people.alma, at=later)
    assert [copy.addressee for copy in copies] == ["Astrid Lindholm and Jonas Berg"] * 2
    assert len({copy.digest for copy in copies}) == 1
    assert copies[0].digest == hashlib.sha256(copies[0].pdf).hexdigest()
    letter.refresh_from_db()
    assert (letter.state, letter.sent_by) == ("sent", people.alma.user)


def test_sending_twice_sends_once(letter: Letter, people: People, later: dt.datetime) -> None:
    first = actions.send_letter(letter, by=people.alma, at=later)
    second = actions.send_letter(letter, by=people.ben, at=later + dt.timedelta(hours=1))
    assert [copy.pk for copy in first] == [copy.pk for copy in second]
    assert SentLetter.objects.count() == 2
    assert AuditEvent.objects.filter(kind="letter sent").count() == 1


def test_the_letter_says_what_happened_and_encloses_the_register(
    letter: Letter, people: People, later: dt.datetime
) -> None:
    said = text_of(actions.send_letter(letter, by=people.alma, at=later)[0].pdf)
    for words in (
        "Alder Primary School", "Kestrel Lane", "Astrid Lindholm Jonas Berg 1 Example Road Exampleton EX1 1AA",
        "Monday 23 November 2026", f"Our reference: L{letter.pk}", "Dear Astrid Lindholm and Jonas Berg",
        "Attendance at school: Mira Lindholm, born 4 March 2017",
        "Mira Lindholm missed 10 sessions of school between Monday 9 November 2026 and Friday 13 November 2026",
        "Mira Lindholm attended 10 of 20 possible sessions: 50.0%.",
        "When 10 such sessions have been missed within 10 school weeks", "This letter is not a penalty notice.",
        "Ben Okafor Headteacher, Alder Primary School",
        "Mon 9 Nov 2026 Absent without leave (O) Absent without leave (O)",
        "Copy, not certified", "9 Nov 2026 O O O O O O O O O O", "Amendments made after a register closed 0",
    ):  # fmt: skip
        assert words in said


def test_the_pdf_is_tagged_in_english_and_says_that_it_is_accessible(
    letter: Letter, people: People, later: dt.datetime
) -> None:
    reader = PdfReader(io.BytesIO(bytes(actions.send_letter(letter, by=people.alma, at=later)[0].pdf)))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert "pdfuaid" in root["/Metadata"].get_object().get_data().decode()


def test_the_figures_stay_as_they_were_when_a_mark_changes_before_sending(
    letter: Letter, people: People, later: dt.datetime, it_is: Callable[[dt.datetime], None]
) -> None:
    # Given an absence found to have been illness, after the letter was proposed
    then = later + dt.timedelta(hours=1)
    it_is(then)
    amend(Mark.objects.filter(code="O").earliest("session__date", "session__half"), "I", by=people.alma, at=then)
    # When it is sent
    said = text_of(actions.send_letter(letter, by=people.alma, at=then)[0].pdf)
    # Then letter and certificate both say what stood then
    assert "attended 10 of 20" in said
    assert "9 Nov 2026 O O O O O O O O O O" in said


@pytest.mark.parametrize("what", ["pupil died", "no contact", "contacts died", "family"])
def test_what_was_recorded_between_review_and_sending_stops_the_letter(
    letter: Letter, people: People, later: dt.datetime, what: str
) -> None:
    match what:
        case "pupil died":
            Pupil.objects.update(died_on=later.date())
        case "no contact":
            Contact.objects.update(no_contact=True)
        case "contacts died":
            Contact.objects.update(died_on=later.date())
        case _:
            FamilyTie.objects.create(user=people.alma.user, pupil=letter.pupil)
    with pytest.raises(ValidationError):
        actions.send_letter(letter, by=people.alma, at=later)
    assert not SentLetter.objects.exists()
    letter.refresh_from_db()
    assert letter.state == "proposed"


def test_nothing_leaves_when_who_may_be_told_has_changed_since_the_page_was_opened(
    letter: Letter, people: People, later: dt.datetime
) -> None:
    reviewed = queries.recipients(letter.pupil, asked_by=people.alma).digest
    Contact.objects.filter(name="Jonas Berg").update(no_contact=True)
    with pytest.raises(ValidationError, match="has changed since"):
        actions.send_letter(letter, by=people.alma, at=later, reviewed=reviewed)
    # When it is looked at again, the other parent alone is written to
    reviewed = queries.recipients(letter.pupil, asked_by=people.alma).digest
    copies = actions.send_letter(letter, by=people.alma, at=later, reviewed=reviewed)
    assert [copy.addressee for copy in copies] == ["Astrid Lindholm"]


def test_a_confidential_address_is_on_no_other_persons_letter(pupil: Pupil, people: People, later: dt.datetime) -> None:
    make_contact(pupil, name="Ines Vale", address="9 Hidden Close\nElsewhere", address_confidential=True)
    copies = actions.send_letter(propose(pupil, by=people.alma, at=later), by=people.alma, at=later)
    said = {copy.addressee: text_of(copy.pdf) for copy in copies}
    assert "9 Hidden Close" in said["Ines Vale"]
    assert "Hidden Close" not in said["Astrid Lindholm and Jonas Berg"]
    assert "1 Example Road" not in said["Ines Vale"]


def test_a_letter_about_a_hidden_pupil_leaves_only_when_the_headteacher_sends_it(
    people: People, later: dt.datetime
) -> None:
    make_school_answer_letters()
    letter = propose(make_absentee(people.tess, hidden=True), by=people.alma, at=later)
    with pytest.raises(ValidationError, match="nobody"):
        actions.send_letter(letter, by=people.alma, at=later)
    assert len(actions.send_letter(letter, by=people.ben, at=later)) == 2


def test_a_withdrawn_letter_is_not_sent_and_a_sent_one_is_not_withdrawn(
    letter: Letter, people: People, later: dt.datetime
) -> None:
    sent = propose(letter.pupil, by=people.alma, at=later, origin="case 2")
    actions.send_letter(sent, by=people.alma, at=later)
    for _ in range(2):
        actions.withdraw_letter(letter, because="A mark was corrected", by=people.alma, at=later)
    with pytest.raises(ValidationError, match="withdrawn"):
        actions.send_letter(letter, by=people.alma, at=later)
    with pytest.raises(ValidationError, match="cannot be withdrawn"):
        actions.withdraw_letter(sent, because="Too late", by=people.alma, at=later)
    assert AuditEvent.objects.filter(kind="letter withdrawn").count() == 1


def test_a_sent_letter_whose_ground_has_gone_is_flagged_once(
    letter: Letter, people: People, later: dt.datetime
) -> None:
    with pytest.raises(ValidationError, match="withdraw it"):
        actions.flag_letter(letter, because="A mark was corrected", by=people.alma, at=later)
    actions.send_letter(letter, by=people.alma, at=later)
    for reason in ("A mark was corrected", "And another"):
        actions.flag_letter(letter, because=reason, by=people.alma, at=later)
    letter.refresh_from_db()
    assert letter.flagged_because == "A mark was corrected"
    assert AuditEvent.objects.filter(kind="sent letter flagged").count() == 1


def test_a_copy_as_sent_can_be_neither_changed_nor_removed(letter: Letter, people: People, later: dt.datetime) -> None:
    actions.send_letter(letter, by=people.alma, at=later)
    for sql in ("UPDATE letters_sentletter SET pdf = ''", "DELETE FROM letters_sentletter"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as c:
            c.execute(sql)
