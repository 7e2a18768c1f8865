"""What a parent reports of an absence: taken, decided, and what the register does with it until then."""

import datetime as dt
import json
import uuid

import pytest
from django.core.exceptions import ValidationError

from registers.actions import reporting_absence as actions
from registers.actions.amending import amend_mark
from registers.actions.taking import finish_register, mark_everyone_else_present
from registers.models import (
    AbsenceReport,
    Assignment,
    Contradiction,
    ExpectedMark,
    FamilyTie,
    Mark,
    MarkAmendment,
    Pupil,
    Register,
)
from tests.conftest import LONDON, MONDAY_MORNING
from tests.factories import make_contact, make_group, make_mark, make_pupil, make_register, make_session
from tests.people import SINCE, People
from tests.registers.calls import TODAY, a_call, reported

ONE_DAY = dt.timedelta(days=1)
TOMORROW, FRIDAY = TODAY + ONE_DAY, TODAY - 3 * ONE_DAY


@pytest.fixture
def pupil(people: People) -> Pupil:
    """Return a child of Tess's class, in a week in which the school meets."""
    Assignment.objects.create(user=people.tess.user, group=make_group(), weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    for date in (FRIDAY, TODAY, TOMORROW):
        for half in ("am", "pm"):
            make_session(date, half)
    return make_pupil(surname="Quill", forename="Ada", group=make_group())


@pytest.fixture
def register(pupil: Pupil) -> Register:
    return make_register(make_session(TODAY), make_group())


def page(browse, name: str, register: Register, query: str = "") -> str:
    reply = browse(name).get(f"/s/alder-primary/registers/{register.pk}/{query}")
    assert reply.status_code == 200
    return reply.content.decode()


def save(browse, name: str, register: Register, pupil: Pupil, code: str, base: int = 0) -> dict:
    row = {"pupil": pupil.pk, "code": code, "base": base, "made_at": "2026-11-23T08:50:00Z"}
    reply = browse(name).post(
        f"/s/alder-primary/api/registers/{register.pk}/marks/",
        json.dumps({"key": str(uuid.uuid4()), "rows": [row]}),
        content_type="application/json",
    )
    return reply.json()["rows"][0]


def test_an_undecided_report_is_shown_on_the_register_and_tells_the_classroom_nothing_more(
    browse, pupil: Pupil, register: Register, people: People
) -> None:
    make_pupil(group=make_group())
    reported(pupil, by=people.member("olly"), reason="Her operation at the hospital")
    html = page(browse, "tess", register)
    assert "Parent reported absent: check" in html
    assert html.count("data-check") == 1
    assert "operation" not in html
    # The projector shows nothing of it, and neither counts the child among everyone else
    assert "Parent reported absent" not in page(browse, "tess", register, "?projector")
    for name in ("tess", "alma"):
        assert 'value="everyone-1"' in page(browse, name, register)


def test_everyone_else_is_present_leaves_the_child_out_and_the_register_waits_for_a_mark(
    browse, pupil: Pupil, register: Register, people: People, monday_morning: dt.datetime
) -> None:
    make_pupil(group=make_group())
    reported(pupil, by=people.alma)
    assert mark_everyone_else_present(register, number=1, by=people.tess, at=monday_morning) == 1
    assert not pupil.marks.exists()
    with pytest.raises(ValidationError, match="1 child has no mark yet"):
        finish_register(register, by=people.tess, at=monday_morning)


@pytest.mark.parametrize(("code", "told"), [("/", 1), ("L", 1), ("N", 0)])
def test_a_teacher_may_mark_either_way_and_a_child_marked_here_is_a_contradiction_for_the_office(
    browse, pupil: Pupil, register: Register, people: People, code: str, told: int
) -> None:
    report = reported(pupil, by=people.alma)
    assert save(browse, "tess", register, pupil, code)["outcome"] == "saved"
    assert pupil.marks.get().code == code
    assert Contradiction.objects.filter(report=report, settled_at__isnull=True).count() == told
    today = browse("alma").get("/s/alder-primary/today/").content.decode()
    assert ("a parent reported them absent" in today) is bool(told)
    # Saved again as something else that says here: still one contradiction
    if told:
        other = {"/": "L", "L": "/"}[code]
        save(browse, "tess", register, pupil, other, base=1)
        assert Contradiction.objects.count() == 1


def test_a_report_of_the_afternoon_says_nothing_of_the_morning(
    browse, pupil: Pupil, register: Register, people: People
) -> None:
    reported(pupil, by=people.alma, halves="pm")
    assert "data-check" not in page(browse, "tess", register)


def test_accepting_amends_what_has_no_reason_expects_what_is_to_come_and_leaves_the_rest(
    pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    # Given N on Friday morning, present on Friday afternoon, and nothing from today on
    absent = make_mark(pupil, make_session(FRIDAY), "N", by=people.tess)
    make_mark(pupil, make_session(FRIDAY, "pm"), "\\", by=people.tess)
    report = reported(pupil, by=people.member("olly"), first=FRIDAY, last=TOMORROW)
    done = actions.accept_report(report, code="I", by=people.member("olly"), at=monday_morning)
    # Then Friday morning is amended with the parent's words, and today and tomorrow are expected
    amendment = MarkAmendment.objects.get()
    assert (amendment.mark, amendment.amended_code, amendment.kind) == (absent, "I", "amendment")
    assert amendment.reason == "Parent reported: A high temperature"
    expected = ExpectedMark.objects.get()
    assert (expected.from_date, expected.until_date, expected.halves) == (TODAY, TOMORROW + ONE_DAY, "both")
    assert (expected.code, expected.origin, expected.granted_by_name) == ("I", str(report), "Olly Frost")
    assert len(done.present) == 1
    assert sorted(Mark.objects.values_list("code", flat=True)) == ["I", "\\"]
    # And a second press does nothing more
    actions.accept_report(report, code="I", by=people.alma, at=monday_morning)
    assert MarkAmendment.objects.count() == 1
    with pytest.raises(ValidationError, match="Olly Frost decided this already: accepted"):
        actions.refuse_report(report, words="No", by=people.alma, at=monday_morning)


def test_an_accepted_report_is_not_expected_to_the_classroom_and_becomes_the_mark(
    browse, pupil: Pupil, register: Register, people: People, monday_morning: dt.datetime
) -> None:
    report = reported(pupil, by=people.alma)
    actions.accept_report(report, code="M", by=people.alma, at=monday_morning)
    for query in ("", "?projector"):
        html = page(browse, "tess", register, query)
        assert "Not expected" in html
        assert ">M<" not in html
        assert "Parent reported" not in html
    finish_register(register, by=people.tess, at=monday_morning)
    mark = Mark.objects.get()
    assert (mark.code, mark.source, mark.made_by_name) == ("M", "expected", "Alma Reyes")


def test_a_report_not_accepted_or_taken_back_settles_its_contradictions_with_the_reason(
    browse, pupil: Pupil, register: Register, people: People, monday_morning: dt.datetime
) -> None:
    report = reported(pupil, by=people.alma)
    save(browse, "tess", register, pupil, "/")
    actions.withdraw_report(report, words="He rang the wrong school.", by=people.alma, at=monday_morning)
    settled = Contradiction.objects.get()
    assert settled.outcome == "Withdrawn by the parent: He rang the wrong school."
    actions.withdraw_report(report, words="Again.", by=people.ben, at=monday_morning)
    assert AbsenceReport.objects.get().words == "He rang the wrong school."
    assert "data-check" not in page(browse, "tess", register)


def test_a_reason_is_asked_for_before_a_report_is_closed(
    pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    report = reported(pupil, by=people.alma)
    with pytest.raises(ValidationError, match="Say why"):
        actions.refuse_report(report, words="  ", by=people.alma, at=monday_morning)
    for code in ("G", "C", "/", "??"):
        with pytest.raises(ValidationError, match="Choose the code"):
            actions.accept_report(report, code=code, by=people.alma, at=monday_morning)


def test_a_call_is_passed_with_a_note_to_somebody_else_of_this_school_who_sees_pupils(
    pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    report = reported(pupil, by=people.alma)
    with pytest.raises(ValidationError, match="Write what your colleague needs to know"):
        actions.pass_call_on(report, to=people.ben.user, note=" ", by=people.alma, at=monday_morning)
    for name in ("alma", "cass", "tess", "dov", "tomas"):
        with pytest.raises(ValidationError, match="Choose a colleague of this school"):
            actions.pass_call_on(report, to=people.user(name), note="Look", by=people.alma, at=monday_morning)
    assert actions.pass_call_on(report, to=people.ben.user, note="Look", by=people.alma, at=monday_morning).pk


def test_ones_own_family_is_for_somebody_else_to_decide(
    pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    FamilyTie.objects.create(user=people.alma.user, pupil=pupil)
    report = reported(pupil, by=people.alma)
    with pytest.raises(ValidationError, match="someone else"):
        actions.accept_report(report, code="I", by=people.alma, at=monday_morning)
    with pytest.raises(ValidationError, match="someone else"):
        actions.refuse_report(report, words="No", by=people.alma, at=monday_morning)


def test_what_is_expected_already_is_in_the_way_and_nothing_is_half_done(
    pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    make_mark(pupil, make_session(FRIDAY), "N", by=people.tess)
    first = reported(pupil, by=people.alma)
    actions.accept_report(first, code="M", by=people.alma, at=monday_morning)
    second = reported(pupil, by=people.alma, first=FRIDAY, last=TODAY, name="Hugo Example")
    with pytest.raises(ValidationError, match="expected on some of those sessions already"):
        actions.accept_report(second, code="I", by=people.alma, at=monday_morning)
    assert not MarkAmendment.objects.exists()
    assert AbsenceReport.objects.filter(outcome="").get() == second


def at(hour: int, minute: int, date: dt.date = TODAY) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(hour, minute), LONDON)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"received_at": at(8, 51)}, "received_time"),
        ({"received_at": at(8, 40, dt.date(2025, 11, 1)), "first": dt.date(2025, 11, 3)}, "received_on"),
        ({"first": dt.date(2024, 3, 1)}, "first_date"),
        ({"last": dt.date(2031, 1, 1)}, "last_date"),
        ({"last": FRIDAY}, "last_date"),
        ({"name": " "}, "name"),
        ({"reason": " \n"}, "reason"),
        ({"first": dt.date(2026, 8, 1), "last": dt.date(2026, 8, 2)}, "first_date"),  # not on roll yet
        ({"first": TODAY + 12 * ONE_DAY, "last": TODAY + 13 * ONE_DAY}, "first_date"),  # a weekend
    ],
)
def test_a_call_that_cannot_be_true_is_refused_beside_its_field(
    pupil: Pupil, people: People, monday_morning: dt.datetime, said: dict, field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        reported(pupil, by=people.alma, **said)
    assert list(refused.value.message_dict) == [field]
    assert all(message.endswith(".") for message in refused.value.messages)
    assert not AbsenceReport.objects.exists()


def test_another_pupils_contact_and_the_same_call_twice_are_refused(
    pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    stranger = make_contact(make_pupil())
    with pytest.raises(ValidationError, match="this pupil's contacts"):
        reported(pupil, by=people.alma, contact=stranger)
    mother = make_contact(pupil, name="Ines Example")
    reported(pupil, by=people.member("olly"), contact=mother)
    with pytest.raises(ValidationError, match="recorded already: Olly Frost took it at 08:50 on 23 November"):
        reported(pupil, by=people.alma, name="ines example")
    # The other parent saying something else of the same day is another report
    reported(pupil, by=people.alma, name="Hugo Example", reason="A holiday")
    assert AbsenceReport.objects.count() == 2


def test_nothing_is_recorded_of_a_child_who_has_died(pupil: Pupil, people: People, monday_morning: dt.datetime) -> None:
    pupil.died_on = FRIDAY
    pupil.save()
    with pytest.raises(ValidationError, match="has died"):
        reported(pupil, by=people.alma)


def test_a_mark_with_a_reason_is_left_as_it_is(pupil: Pupil, people: People, monday_morning: dt.datetime) -> None:
    mark = make_mark(pupil, make_session(TODAY), "N", by=people.tess)
    amend_mark(mark, code="M", reason="Dentist's card seen", by=people.alma, at=monday_morning)
    report = reported(pupil, by=people.alma, halves="am")
    done = actions.accept_report(report, code="I", by=people.alma, at=monday_morning)
    assert [len(part) for part in (done.explained, done.amend, done.expect)] == [1, 0, 0]
    assert not ExpectedMark.objects.exists()


def test_a_call_knows_whose_word_it_is(pupil: Pupil) -> None:
    mother = make_contact(pupil, name="Ines Example")
    assert a_call(contact=mother, name="").who == "Ines Example"
    assert str(AbsenceReport(pk=3)) == "absence report 3"
    assert a_call().received_at < MONDAY_MORNING
