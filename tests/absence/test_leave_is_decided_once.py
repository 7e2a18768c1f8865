"""A request for leave is entered, weighed and decided once; what follows from it stands in one transaction."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from absence.actions import leave as actions
from absence.models import LeaveDecision, LeaveRequest
from absence.queries import leave as queries
from absence.rules.days import Days
from attendance_mat.audit.models import AuditEvent
from letters.models import Letter
from registers.models import Contact, ExpectedMark, FamilyTie, Pupil, RollPeriod
from tests.absence.leave import FIRST, LAST, ask, make_asker, make_week_of_leave
from tests.factories import make_contact, make_pupil
from tests.people import People

DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def pupil(people: People) -> Pupil:
    make_week_of_leave()
    return make_asker(people.tess)


@pytest.fixture
def request_for_leave(pupil: Pupil, people: People, monday_morning: dt.datetime) -> LeaveRequest:
    return ask(pupil, by=people.member("olly"), at=monday_morning)


def grant(asked: LeaveRequest, people: People, at: dt.datetime, **fields: object) -> LeaveDecision:
    """Grant everything asked for, as the headteacher, unless told otherwise."""
    usual: dict[str, object] = {
        "first": FIRST, "last": LAST, "code": "C", "reason": "Exceptional: it cannot be moved", "by": people.ben,
    }  # fmt: skip
    return actions.grant_leave(asked, at=at, **{**usual, **fields})


@pytest.mark.parametrize(
    ("days", "fields", "field", "why"),
    [
        (Days(LAST, FIRST), {}, "last_date", "before the first"),
        (Days(dt.date(2026, 12, 12), dt.date(2026, 12, 13)), {}, "first_date", "no session"),
        (Days(FIRST, LAST), {"asked_on": dt.date(2026, 11, 24)}, "asked_on", "after today"),
        (Days(dt.date(2026, 12, 11), dt.date(2026, 12, 14)), {}, "first_date", "asked for already"),
        (Days(FIRST, FIRST, "am"), {}, "first_date", "asked for already"),
    ],
)
def test_a_request_that_cannot_be_is_refused_in_words(
    request_for_leave: LeaveRequest, people: People, monday_morning: dt.datetime,
    days: Days, fields: dict, field: str, why: str,
) -> None:  # fmt: skip
    with pytest.raises(ValidationError) as refused:
        ask(request_for_leave.pupil, by=people.alma, at=monday_morning, days=days, **fields)
    assert why in refused.value.message_dict[field][0]


def test_leave_off_roll_is_refused(pupil: Pupil, people: People, monday_morning: dt.datetime) -> None:
    RollPeriod.objects.update(until_date=LAST)
    with pytest.raises(ValidationError, match="not on this school's roll on Fri 11 Dec 2026"):
        ask(pupil, by=people.alma, at=monday_morning)


def test_only_a_contact_of_the_pupil_asks(pupil: Pupil, people: People, monday_morning: dt.datetime) -> None:
    stranger = make_contact(make_pupil())
    with pytest.raises(ValidationError, match="this pupil's contacts"):
        ask(pupil, by=people.alma, at=monday_morning, asked_by=stranger)


def test_mornings_and_afternoons_of_the_same_days_are_two_requests(
    pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    for half in ("am", "pm"):
        ask(pupil, by=people.alma, at=monday_morning, days=Days(FIRST, LAST, half))
    assert LeaveRequest.objects.count() == 2


def test_a_refused_request_may_be_asked_again(
    request_for_leave: LeaveRequest, people: People, monday_morning: dt.datetime
) -> None:
    actions.refuse_leave(request_for_leave, reason="Not exceptional", by=people.ben, at=monday_morning)
    again = ask(request_for_leave.pupil, by=people.alma, at=monday_morning)
    assert list(queries.other_requests(again)) == [request_for_leave]


def test_a_grant_writes_the_decision_the_expected_absence_the_letter_and_the_event(
    request_for_leave: LeaveRequest, people: People, monday_morning: dt.datetime
) -> None:
    decision = grant(request_for_leave, people, monday_morning)
    expected = ExpectedMark.objects.get()
    assert (expected.from_date, expected.until_date, expected.code, expected.halves) == (FIRST, LAST + DAY, "C", "both")
    assert (expected.origin, expected.granted_by_name) == (f"leave request {request_for_leave.pk}", "Ben Okafor")
    letter = queries.letter_about(request_for_leave)
    assert (letter.template, letter.state, letter.figures["granted_to"]) == ("leave-granted", "proposed", "2026-12-11")
    event = AuditEvent.objects.get(kind="leave granted")
    assert (event.subject_id, event.detail["sessions"]) == (decision.pk, 10)


def test_fewer_days_may_be_granted_and_never_others(
    request_for_leave: LeaveRequest, people: People, monday_morning: dt.datetime
) -> None:
    for first, last in ((FIRST, LAST + DAY), (FIRST - DAY, LAST), (LAST, FIRST)):
        with pytest.raises(ValidationError, match="asked for"):
            grant(request_for_leave, people, monday_morning, first=first, last=last)
    decision = grant(request_for_leave, people, monday_morning, last=FIRST + DAY)
    assert decision.granted_days == Days(FIRST, FIRST + DAY)
    assert ExpectedMark.objects.get().until_date == FIRST + 2 * DAY


def test_the_checks_are_kept_as_they_stood_and_stop_nothing(
    request_for_leave: LeaveRequest, people: People, monday_morning: dt.datetime
) -> None:
    # Given one unauthorised session, where the policy looks for none
    kept = {check["name"]: check["outcome"] for check in grant(request_for_leave, people, monday_morning).checks}
    assert kept == {
        "Asked in advance": "met", "Asked by a parent the pupil lives with": "met", "Notice": "met",
        "Unauthorised absence": "not met", "Authorised absence": "met",
    }  # fmt: skip


def test_leave_that_rests_on_facts_is_looked_at_for_its_facts_alone(
    request_for_leave: LeaveRequest, people: People, monday_morning: dt.datetime
) -> None:
    (check,) = grant(request_for_leave, people, monday_morning, last=FIRST, code="R").checks
    assert (check["name"], check["outcome"]) == ("Facts", "unknown")


def test_who_the_pupil_lives_with_is_unknown_where_nobody_recorded_it(
    request_for_leave: LeaveRequest, people: People
) -> None:
    def outcome() -> str:
        asked = LeaveRequest.objects.get()
        record = queries.record_of(asked.pupil, on=TODAY)
        return queries.checks_on(asked, record)[1].outcome

    Contact.objects.filter(name="Astrid Lindholm").update(lives_with=False)
    assert outcome() == "unknown"
    Contact.objects.filter(name="Jonas Berg").update(lives_with=True)
    assert outcome() == "not met"


@pytest.mark.parametrize("code", ["G", "I", "H", "X"])
def test_a_code_that_is_no_leave_or_not_for_this_pupil_is_refused(
    request_for_leave: LeaveRequest, people: People, monday_morning: dt.datetime, code: str
) -> None:
    with pytest.raises(ValidationError), transaction.atomic():
        grant(request_for_leave, people, monday_morning, code=code)
    assert not LeaveDecision.objects.exists()
    assert not Letter.objects.exists()


def test_days_without_a_session_are_not_granted(pupil: Pupil, people: People, monday_morning: dt.datetime) -> None:
    asked = ask(pupil, by=people.alma, at=monday_morning, days=Days(LAST, LAST + 2 * DAY))
    with pytest.raises(ValidationError, match="no session"):
        grant(asked, people, monday_morning, first=LAST + DAY, last=LAST + 2 * DAY)


def test_a_second_press_decides_nothing_more(
    request_for_leave: LeaveRequest, people: People, monday_morning: dt.datetime
) -> None:
    first = grant(request_for_leave, people, monday_morning)
    assert grant(request_for_leave, people, monday_morning, reason="Again") == first
    with pytest.raises(ValidationError, match="Ben Okafor decided this request already: granted"):
        actions.refuse_leave(request_for_leave, reason="No", by=people.ben, at=monday_morning)
    counts = [rows.objects.count() for rows in (LeaveDecision, ExpectedMark, Letter)]
    assert counts == [1, 1, 1]


def test_a_refusal_says_why_and_expects_the_pupil(
    request_for_leave: LeaveRequest, people: People, monday_morning: dt.datetime
) -> None:
    for _ in range(2):
        actions.refuse_leave(request_for_leave, reason="Not exceptional", by=people.ben, at=monday_morning)
    letter = queries.letter_about(request_for_leave)
    assert (letter.template, letter.figures["granted_from"]) == ("leave-refused", None)
    assert letter.figures["reason"] == "Not exceptional"
    assert not ExpectedMark.objects.exists()
    assert AuditEvent.objects.filter(kind="leave refused").count() == 1


def test_nobody_decides_for_their_own_family(
    request_for_leave: LeaveRequest, people: People, monday_morning: dt.datetime
) -> None:
    FamilyTie.objects.create(user=people.ben.user, pupil=request_for_leave.pupil)
    with pytest.raises(ValidationError, match="family"):
        grant(request_for_leave, people, monday_morning)
    with pytest.raises(ValidationError, match="family"):
        actions.refuse_leave(request_for_leave, reason="No", by=people.ben, at=monday_morning)


def test_leave_already_past_is_recorded_and_its_marks_are_counted(
    pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    days = Days(dt.date(2026, 11, 19), dt.date(2026, 11, 24))
    asked = ask(pupil, by=people.alma, at=monday_morning, days=days)
    assert queries.marked_already(pupil, queries.sessions_of(pupil, days)) == 4
    assert queries.marked_already(pupil, []) == 0
    checks = queries.checks_on(asked, queries.record_of(pupil, on=TODAY))
    assert checks[0].outcome == "not met"


def test_brothers_and_sisters_are_those_who_share_a_contact(
    request_for_leave: LeaveRequest, people: People, monday_morning: dt.datetime
) -> None:
    # Given a brother with the same parent, a stranger whose parent has the same name, and a hidden sister
    brother, stranger, sister = make_pupil(), make_pupil(), make_pupil(hidden=True)
    for pupil, phone in ((brother, "01632 960000"), (stranger, "01632 960999"), (sister, "01632 960000")):
        make_contact(pupil, name="astrid lindholm", phone=phone)
    theirs = ask(brother, by=people.alma, at=monday_morning)
    (found,) = queries.siblings(request_for_leave, among=Pupil.objects.filter(hidden=False))
    assert (found.pupil, found.requests) == (brother, (theirs,))


def test_a_decision_can_be_neither_changed_nor_removed(
    request_for_leave: LeaveRequest, people: People, monday_morning: dt.datetime
) -> None:
    grant(request_for_leave, people, monday_morning)
    for sql in ("UPDATE absence_leavedecision SET reason = 'x'", "DELETE FROM absence_leavedecision"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as c:
            c.execute(sql)
