"""A contradiction is settled with a click: put right by an amendment with a reason, or right as it stands, because."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.accounts.member import machine
from attendance_mat.audit.models import AuditEvent, Event
from registers.actions.doubting import look_over_registers, settle_as_right, settle_by_amending
from registers.actions.filling import fill_blank
from registers.models import Doubt, FamilyTie, Mark, MarkAmendment, Pupil, Register
from tests.conftest import LONDON
from tests.factories import amend, make_group, make_mark, make_pupil, make_session
from tests.people import People

FRIDAY = dt.date(2026, 11, 20)
IN_TIME = dt.datetime(2026, 11, 20, 9, 0, tzinfo=LONDON)  # the morning register is open
LIST, SETTLE = "/s/alder-primary/contradictions/", "/s/alder-primary/contradictions/settle/"
LOGGING_IN = 6  # session, person, school, membership, and the choice of schema before and after


@pytest.fixture
def found(people: People, monday_morning: dt.datetime):
    """Return a function that has so many children marked wrongly on Friday, in these letters, and gives the doubts."""

    def make(*said: str) -> list[Doubt]:
        group = make_group()
        make_mark(make_pupil(group=group), make_session(FRIDAY, "am"), "/", by=people.tess)
        make_mark(Pupil.objects.latest("pk"), make_session(FRIDAY, "pm"), "\\", by=people.tess)
        for row, codes in enumerate(said):
            pupil = make_pupil(surname=f"Row{row:02}", group=group)
            for half, code in zip(("am", "pm"), codes, strict=True):
                if code != ".":
                    make_mark(pupil, make_session(FRIDAY, half), code, by=people.tess)
        look_over_registers(
            people.alder, night=FRIDAY, by=machine("Register timer", at=monday_morning), at=monday_morning
        )
        return list(Doubt.objects.filter(settled_at__isnull=True).order_by("pupil__surname", "pk"))

    return make


def page_of(doubt: Doubt) -> str:
    return f"{LIST}found/{doubt.pk}/"


def test_the_page_lists_each_with_its_reason_and_its_mend(found, browse) -> None:
    found("X\\", "/.")
    page = browse("alma").get(LIST).text
    assert "Row00, " in page
    assert "X is not for a pupil of that age." in page
    assert "Amend to C2" in page
    assert "No mark at this session; the other one of the day says /." in page
    assert "Enter \\" in page
    only = browse("alma").get(f"{LIST}?kind=wrong+age").text
    assert "Row00, " in only
    assert "Row01, " not in only
    assert "2 marks contradict" in browse("alma").get("/s/alder-primary/today/").text


def test_one_press_amends_as_offered_with_what_was_found_as_its_reason(found, browse, people) -> None:
    (doubt,) = found("X\\")
    assert browse("alma").post(SETTLE, {"one": doubt.pk}).status_code == 302
    change = MarkAmendment.objects.get()
    assert (change.original_code, change.amended_code, change.amended_by) == ("X", "C2", people.alma.user)
    assert change.reason == "Contradiction found at night: X is not for a pupil of that age."
    doubt.refresh_from_db()
    assert (doubt.settled_by, doubt.settled_by_name, doubt.outcome) == (people.alma.user, "Alma Reyes", "Put right.")
    assert AuditEvent.objects.get(kind=Event.DOUBT_SETTLED).detail == {"pupil": doubt.pupil_id, "kind": "wrong age"}


def test_one_press_enters_the_mark_that_was_missing(found, browse, people) -> None:
    (doubt,) = found("/.")
    browse("alma").post(SETTLE, {"one": doubt.pk})
    mark = Mark.objects.get(pupil=doubt.pupil_id, session__half="pm")
    assert (mark.code, mark.made_by, mark.source) == ("\\", people.alma.user, "office")
    assert mark.comment.startswith("Contradiction found at night: No mark at this session")


def test_several_are_put_right_with_one_reason(found, browse) -> None:
    doubts = found("X\\", "/.", "X\\")
    sent = {"doubt": [doubt.pk for doubt in doubts], "do": "amend", "reason": "Checked with 4A's tutor"}
    assert browse("alma").post(SETTLE, sent).status_code == 302
    assert not Doubt.objects.filter(settled_at__isnull=True).exists()
    assert set(MarkAmendment.objects.values_list("amended_code", "reason")) == {("C2", "Checked with 4A's tutor")}


def test_they_are_right_because(found, browse) -> None:
    doubts = found("X\\", "X\\")
    sent = {"doubt": [doubt.pk for doubt in doubts], "do": "right", "reason": "The date of birth is wrong"}
    assert browse("alma").post(SETTLE, sent).status_code == 302
    assert set(Doubt.objects.values_list("outcome", flat=True)) == {"The date of birth is wrong"}
    assert not MarkAmendment.objects.exists()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"do": "amend", "reason": "Checked"}, "Tick the ones that you settle."),
        ({"do": "amend", "reason": " ", "doubt": "first"}, "Give one reason for all of them"),
        ({"do": "right", "reason": "", "doubt": "first"}, "Give one reason for all of them"),
        ({"one": "0"}, "Somebody has settled this already."),
        ({"one": "9" * 30}, "Somebody has settled this already."),
        ({"do": "amend", "reason": "Checked", "doubt": "²"}, "Tick the ones that you settle."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(found, browse, sent: dict[str, str], said: str) -> None:
    (doubt,) = found("X\\")
    sent = {name: str(doubt.pk) if value == "first" else value for name, value in sent.items()}
    response = browse("alma").post(SETTLE, sent)
    assert response.status_code == 422
    assert said in response.text
    assert sent.get("doubt") != str(doubt.pk) or "checked" in response.text
    assert not MarkAmendment.objects.exists()


def test_a_batch_with_one_that_cannot_be_put_right_changes_nothing_and_names_it(found, browse, people) -> None:
    doubts = found("X\\", "..")
    sent = {"doubt": [doubt.pk for doubt in doubts], "do": "amend", "reason": "Checked"}
    response = browse("alma").post(SETTLE, sent)
    assert response.status_code == 422
    assert "Row01, Pupil" in response.text
    assert "Choose the right code" in response.text
    assert "Nothing was changed." in response.text
    assert not MarkAmendment.objects.exists()
    assert Doubt.objects.filter(settled_at__isnull=True).count() == 3


def test_a_batch_of_many_that_cannot_be_put_right_names_the_first_few(found, people, monday_morning) -> None:
    with pytest.raises(ValidationError, match="3 more cannot be put right so either"):
        settle_by_amending(found("..", "..", "..", ".."), by=people.alma, at=monday_morning)


def test_one_of_its_own_page_is_put_right_with_another_code(found, browse) -> None:
    (doubt,) = found("X\\")
    page = browse("alma").get(page_of(doubt)).text
    assert "X is not for a pupil of that age." in page
    browse("alma").post(page_of(doubt), {"do": "amend", "code": "I", "reason": "Was ill"})
    assert MarkAmendment.objects.get().amended_code == "I"
    settled = browse("alma").get(page_of(doubt)).text
    assert "Settled" in settled
    assert "Alma Reyes" in settled


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"do": "amend", "reason": "Checked"}, "Choose the right code, or say why it is right as it stands."),
        ({"do": "amend", "code": "I", "reason": " "}, "Give a reason: it stays on the record."),
        ({"do": "amend", "code": "B", "reason": "Checked"}, "needs its nature written down."),
        ({"do": "amend", "code": "H", "reason": "Checked"}, "H is not one of the available choices."),
        ({"do": "right", "reason": ""}, "Give a reason: it stays on the record."),
    ],
)
def test_what_is_missing_is_said_beside_its_field(found, browse, sent: dict[str, str], said: str) -> None:
    (doubt,) = found("X\\")
    response = browse("alma").post(page_of(doubt), sent)
    assert response.status_code == 422
    assert said in response.text
    assert not MarkAmendment.objects.exists()


def test_one_is_right_because(found, browse) -> None:
    (doubt,) = found("X\\")
    assert browse("alma").post(page_of(doubt), {"do": "right", "reason": "Born a year later"}).status_code == 302
    assert Doubt.objects.get().outcome == "Born a year later"


def test_of_two_people_the_second_is_told(found, browse) -> None:
    (doubt,) = found("X\\")
    for code in ("I", "C2"):
        response = browse("alma").post(page_of(doubt), {"do": "amend", "code": code, "reason": "Checked"})
    assert response.status_code == 422
    assert "Somebody has settled this already." in response.text
    assert MarkAmendment.objects.get().amended_code == "I"


def test_a_mark_changed_since_it_was_found_is_looked_at_again(found, browse, people, monday_morning) -> None:
    (doubt,) = found("X\\")
    amend(Mark.objects.get(code="X"), "I", by=people.ben, at=monday_morning)
    response = browse("alma").post(SETTLE, {"one": doubt.pk})
    assert "The mark has changed since this was found." in response.text
    assert Mark.objects.get(pupil=doubt.pupil_id, session__half="am").code == "I"


def test_family_settle_nothing_of_their_own_child(found, browse, people) -> None:
    doubts = found("X\\", "/.")
    for doubt in doubts:
        FamilyTie.objects.create(user=people.alma.user, pupil=doubt.pupil)
        for do in ("amend", "right"):
            sent = {"doubt": doubt.pk, "do": do, "reason": "Checked"}
            assert "someone else must enter this" in browse("alma").post(SETTLE, sent).text
    assert not MarkAmendment.objects.exists()


@pytest.mark.parametrize(("code", "said"), [("L", "enter when the child arrived"), ("B", "needs its nature")])
def test_a_blank_is_filled_by_the_rules_of_any_mark(found, browse, code: str, said: str) -> None:
    (doubt,) = found("/.")
    response = browse("alma").post(page_of(doubt), {"do": "amend", "code": code, "reason": "Checked"})
    assert response.status_code == 422
    assert said in response.text


def test_a_blank_of_a_register_nobody_opened_is_filled_in_it(found, browse, people) -> None:
    group = make_group("5B")
    pupil = make_pupil(group=group)
    first, second = (doubt for doubt in found() if doubt.pupil == pupil)
    browse("alma").post(page_of(first), {"do": "amend", "code": "I", "reason": "Parent rang"})
    browse("alma").post(page_of(second), {"do": "amend", "code": "I", "reason": "Parent rang"})
    assert Register.objects.filter(group=group).count() == 2
    assert set(pupil.marks.values_list("code", flat=True)) == {"I"}


def test_a_blank_without_a_place_to_enter_it_is_refused_in_words(found, people, monday_morning) -> None:
    (doubt,) = found("/.")
    doubt.pupil.roll_periods.update(until_date=FRIDAY)
    with pytest.raises(ValidationError, match="was not on the roll that day"):
        settle_by_amending([doubt], by=people.alma, at=monday_morning)
    doubt.pupil.group_places.all().delete()
    with pytest.raises(ValidationError, match="in no registration group that day"):
        settle_by_amending([doubt], by=people.alma, at=monday_morning)


@pytest.mark.parametrize(("who", "status"), [("tess", 403), ("hana", 403), ("cass", 404), ("olly", 200), ("ben", 200)])
def test_the_page_is_for_those_who_settle(found, browse, who: str, status: int) -> None:
    (doubt,) = found("X\\")
    assert browse(who).get(LIST).status_code == status
    assert browse(who).get(page_of(doubt)).status_code == status


def test_a_hidden_pupils_doubt_is_not_found_by_the_office(found, browse) -> None:
    (doubt,) = found("X\\")
    Pupil.objects.filter(pk=doubt.pupil_id).update(hidden=True)
    assert browse("alma").get(page_of(doubt)).status_code == 404
    assert browse("sadie").get(page_of(doubt)).status_code == 200


@pytest.mark.parametrize("size", [2, 20])
def test_the_list_takes_three_queries_however_long(found, browse, django_assert_max_num_queries, size: int) -> None:
    found(*["X\\"] * size)
    client = browse("alma")
    client.get(LIST)
    with django_assert_max_num_queries(3 + LOGGING_IN):
        assert client.get(LIST).status_code == 200


def test_without_a_reason_none_is_settled_as_right(found, people, monday_morning) -> None:
    doubts = found("X\\")
    with pytest.raises(ValidationError, match="Say why it is right"):
        settle_as_right(doubts, because=" ", by=people.alma, at=monday_morning)
    assert Doubt.objects.filter(settled_at__isnull=True).count() == 1


def test_a_mark_that_was_cleared_is_filled_by_a_change_of_it(people, it_is) -> None:
    session, pupil = make_session(FRIDAY, "am"), make_pupil(group=make_group())
    it_is(IN_TIME)
    cleared = make_mark(pupil, session, "/", by=people.tess)
    amend(cleared, "", reason="", kind="correction", by=people.tess, at=IN_TIME)
    later = IN_TIME + dt.timedelta(days=3)
    it_is(later)
    mark = fill_blank(pupil, session, code="I", reason="Ill, says Mrs Moss", by=people.alma, at=later)
    assert (mark.pk, mark.code) == (cleared.pk, "I")
    assert mark.amendments.latest("pk").reason == "Ill, says Mrs Moss"
