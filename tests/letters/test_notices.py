"""A notice to all families: one copy a household, asked of the telling rule as it is sent, and who was missed."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from attendance_mat.audit.models import AuditEvent, Event
from letters.actions import notices as actions
from letters.models import Notice, NoticeCopy
from letters.queries import notices as queries
from letters.rules.families import BEREAVED
from registers.models import Contact, RecordAccess
from tests.factories import make_contact, make_pupil
from tests.letters.paper import make_school_answer_letters, text_of
from tests.people import People

DUE = dt.date(2026, 11, 23)
PAGE = "/s/alder-primary/letters/notices/"


@pytest.fixture
def notice(people: People, monday_morning: dt.datetime) -> Notice:
    return actions.plan_notice(
        subject="What we expect", words="Come in.\n\nBe on time.", due_date=DUE, by=people.ben, at=monday_morning
    )


def test_a_notice_is_sent_once_and_keeps_who_had_it(
    notice: Notice, people: People, monday_morning: dt.datetime
) -> None:
    make_contact(make_pupil())

    first = actions.send_notice(notice, by=people.ben, at=monday_morning)
    second = actions.send_notice(notice, by=people.alma, at=monday_morning)

    assert first == second == queries.Tally(sent=1, missed=0)
    notice.refresh_from_db()
    assert notice.sent_by_name == "Ben Okafor"
    (copy,) = NoticeCopy.objects.all()
    assert (copy.addressee, copy.failed_because) == ("Parent 1 Example", "")
    assert AuditEvent.objects.filter(kind=Event.NOTICE_SENT).count() == 1


def test_the_rule_is_asked_as_it_is_sent_and_not_as_it_was_planned(
    notice: Notice, people: People, monday_morning: dt.datetime
) -> None:
    contact = make_contact(make_pupil())
    Contact.objects.filter(pk=contact.pk).update(no_contact=True)

    assert actions.send_notice(notice, by=people.ben, at=monday_morning) == queries.Tally(sent=0, missed=1)


def test_a_leaver_a_child_to_come_and_one_who_died_are_no_family_of_it(
    notice: Notice, people: People, monday_morning: dt.datetime
) -> None:
    make_contact(make_pupil(until_date=DUE))
    make_contact(make_pupil(from_date=DUE + dt.timedelta(days=1)))
    make_contact(make_pupil(died_on=DUE))

    with pytest.raises(ValidationError, match="no family"):
        actions.send_notice(notice, by=people.ben, at=monday_morning)


def test_a_family_in_which_somebody_died_is_left_to_a_person(
    notice: Notice, people: People, monday_morning: dt.datetime
) -> None:
    make_contact(make_pupil(surname="Gone", died_on=DUE), name="Astrid Lindholm")
    make_contact(make_pupil(surname="Sister"), name="Astrid Lindholm")

    assert actions.send_notice(notice, by=people.ben, at=monday_morning).missed == 1
    assert NoticeCopy.objects.get().failed_because == BEREAVED


def test_the_missed_are_reached_once_an_address_is_found(
    notice: Notice, people: People, monday_morning: dt.datetime
) -> None:
    contact = make_contact(make_pupil(), address="")
    make_contact(make_pupil(), address="", name="Jonas Berg", phone="")
    actions.send_notice(notice, by=people.ben, at=monday_morning)
    Contact.objects.filter(pk=contact.pk).update(address="2 Found Lane")

    for _ in range(2):
        left = actions.send_to_the_missed(notice, by=people.ben, at=monday_morning)
        assert left == queries.Tally(sent=1, missed=1)
    copies, _ = queries.copies_for(notice, people.ben, monday_morning.date())
    assert [row.address for row in copies] == ["2 Found Lane"]


def test_nothing_is_sent_again_before_it_was_sent_at_all(
    notice: Notice, people: People, monday_morning: dt.datetime
) -> None:
    with pytest.raises(ValidationError, match="not been sent"):
        actions.send_to_the_missed(notice, by=people.ben, at=monday_morning)


def test_a_dropped_notice_is_not_sent_and_a_sent_one_not_dropped(
    notice: Notice, people: People, monday_morning: dt.datetime
) -> None:
    make_contact(make_pupil())
    other = actions.plan_notice(subject="Two", words="Words.", due_date=DUE, by=people.ben, at=monday_morning)
    actions.drop_notice(other, by=people.ben, at=monday_morning)
    actions.drop_notice(other, by=people.alma, at=monday_morning)
    with pytest.raises(ValidationError, match="dropped"):
        actions.send_notice(other, by=people.ben, at=monday_morning)
    actions.send_notice(notice, by=people.ben, at=monday_morning)
    with pytest.raises(ValidationError, match="cannot be dropped"):
        actions.drop_notice(notice, by=people.ben, at=monday_morning)


def test_a_hidden_pupil_is_named_only_to_whom_they_may_be(
    notice: Notice, people: People, browse: Callable[[str], Client], monday_morning: dt.datetime
) -> None:
    make_contact(make_pupil(surname="Hiddenchild", hidden=True))
    actions.send_notice(notice, by=people.alma, at=monday_morning)
    place = f"{PAGE}{notice.pk}/"

    office, lead = browse("alma").get(place).text, browse("sadie").get(place).text

    assert "Hiddenchild" not in office
    assert "1 more family is with the safeguarding lead." in office
    assert "Hiddenchild" in lead


def test_the_copies_of_a_hidden_pupil_s_family_are_printed_by_whom_the_pupil_is_not_hidden_from(
    notice: Notice, people: People, browse: Callable[[str], Client], monday_morning: dt.datetime
) -> None:
    make_school_answer_letters()
    seen, hidden, brother = make_pupil(), make_pupil(hidden=True), make_pupil()
    make_contact(seen, name="Astrid Lindholm", address="1 High Street")
    for child in (hidden, brother):
        make_contact(child, name="Petra Veil", address="7 Secret Close")
    actions.send_notice(notice, by=people.ben, at=monday_morning)
    place = f"{PAGE}{notice.pk}/"

    office, lead = (text_of(browse(name).get(f"{place}copies-1.pdf").content) for name in ("alma", "sadie"))

    assert "Astrid Lindholm" in office
    assert "Petra Veil" not in office
    assert "Secret Close" not in office
    assert "Petra Veil" in lead
    assert "The copy for 1 family is left to the safeguarding lead" in browse("alma").get(place).text
    assert "The copies, to print" in browse("sadie").get(place).text
    looks = RecordAccess.objects.filter(what="letters:notice-copies").values_list("by_name", "pupil")
    assert set(looks) == {
        ("Alma Reyes", seen.pk), ("Sadie Blum", seen.pk), ("Sadie Blum", hidden.pk), ("Sadie Blum", brother.pk),
    }  # fmt: skip


def test_the_copies_of_many_families_come_in_several_files_and_no_page_counts_the_others(
    notice: Notice,
    people: People,
    browse: Callable[[str], Client],
    monday_morning: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("letters.views.notices.IN_A_FILE", 2)
    make_school_answer_letters()
    for number in range(3):
        make_contact(make_pupil(), name="Astrid Lindholm", address=f"{number} High Street")
    actions.send_notice(notice, by=people.ben, at=monday_morning)
    place, alma = f"{PAGE}{notice.pk}/", browse("alma")

    first, second = (text_of(alma.get(f"{place}copies-{part}.pdf").content) for part in (1, 2))

    assert [first.count("Dear Astrid"), second.count("Dear Astrid")] == [2, 1]
    assert "Page" not in first + second
    assert [alma.get(f"{place}copies-{part}.pdf").status_code for part in (0, 3)] == [404, 404]
    assert ">3</a>" in alma.get(place).text


def test_where_every_family_is_the_safeguarding_lead_s_there_is_no_file_and_no_link_to_one(
    notice: Notice, people: People, browse: Callable[[str], Client], monday_morning: dt.datetime
) -> None:
    make_contact(make_pupil(hidden=True))
    Contact.objects.update(address="7 Secret Close")
    actions.send_notice(notice, by=people.ben, at=monday_morning)
    place = f"{PAGE}{notice.pk}/"

    assert browse("alma").get(f"{place}copies-1.pdf").status_code == 404
    assert "copies-1.pdf" not in browse("alma").get(place).text
    assert "copies-1.pdf" in browse("sadie").get(place).text


def test_the_head_writes_sends_and_prints_it_and_the_family_s_name_stands_on_it(
    browse: Callable[[str], Client],
) -> None:
    make_school_answer_letters()
    make_contact(make_pupil(), name="Astrid Lindholm")
    make_pupil(surname="Unreached")
    ben = browse("ben")
    assert "01632 960123" in ben.get(f"{PAGE}plan/").text

    kept = ben.post(f"{PAGE}plan/", {"subject": "What we expect", "words": "Come in.", "due_date": "2026-11-23"})
    assert "A notice to all families is due" in ben.get("/s/alder-primary/letters/").text
    assert "reaches <strong>1</strong>" in ben.get(kept["location"]).text
    page = ben.post(f"{kept['location']}send/", follow=True).text
    paper = text_of(ben.get(f"{kept['location']}copies-1.pdf").content)

    assert "Unreached" in page
    assert "<strong>1</strong> family" in page
    assert "Dear Astrid Lindholm" in paper
    assert "Come in." in paper
    assert "A notice to all families is due" not in ben.get("/s/alder-primary/letters/").text
    assert "What we expect" in ben.get(PAGE).text


def test_a_notice_of_spaces_is_refused_beside_its_field(browse: Callable[[str], Client]) -> None:
    answer = browse("ben").post(f"{PAGE}plan/", {"subject": "", "words": "  ", "due_date": "31/02/2026"})

    assert answer.status_code == 422
    for words in ("Give the notice a subject", "Write what the families", "Enter a date like"):
        assert words in answer.text
    assert not Notice.objects.exists()


def test_a_notice_that_cannot_be_sent_or_dropped_says_so_on_its_page(
    notice: Notice, browse: Callable[[str], Client]
) -> None:
    ben, place = browse("ben"), f"{PAGE}{notice.pk}/"
    assert "no family to write to" in ben.post(f"{place}send/").text
    assert "not been sent yet" in ben.post(f"{place}send-again/").text
    make_contact(make_pupil())
    ben.post(f"{place}send/")
    assert ben.post(f"{place}drop/").status_code == 422


def test_a_notice_is_dropped_from_its_page(notice: Notice, browse: Callable[[str], Client]) -> None:
    page = browse("ben").post(f"{PAGE}{notice.pk}/drop/", follow=True).text

    assert "Dropped" in page
    assert browse("ben").get(f"{PAGE}{notice.pk}/copies-1.pdf").status_code == 404


def test_only_who_approves_letters_writes_or_sends_one(notice: Notice, browse: Callable[[str], Client]) -> None:
    assert browse("tess").get(PAGE).status_code == 403
    assert browse("sadie").post(f"{PAGE}{notice.pk}/send/").status_code == 403
    assert not NoticeCopy.objects.exists()


@pytest.mark.parametrize("pupils", [2, 20])
def test_its_page_asks_the_same_however_many_families(
    notice: Notice, people: People, browse: Callable[[str], Client], monday_morning: dt.datetime,
    django_assert_num_queries: Callable[[int], object], pupils: int,
) -> None:  # fmt: skip
    for number in range(pupils):
        make_contact(make_pupil(), name=f"Parent {number}", phone="", address="" if number % 2 else f"{number} Road")
    ben, place = browse("ben"), f"{PAGE}{notice.pk}/"
    with django_assert_num_queries(4 + 7):
        ben.get(place)
    actions.send_notice(notice, by=people.ben, at=monday_morning)
    with django_assert_num_queries(4 + 8):
        ben.get(place)
