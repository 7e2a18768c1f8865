"""Leave found to rest on a false application: its sessions are amended, each on record, and a penalty is offered."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from absence.actions import leave as actions
from absence.models import LeaveDecision, LeaveFalsified, LeaveRequest
from absence.rules.days import Days
from attendance_mat.accounts.models import Delegation
from attendance_mat.accounts.permissions import Permission
from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.clock import LONDON
from escalation.models import Case, CaseTask
from registers.models import ExpectedMark, FamilyTie, Mark, MarkAmendment, Pupil
from tests.absence.leave import ask, make_asker, make_week_of_leave
from tests.factories import make_mark, make_session
from tests.people import People

Browse = Callable[[str], Client]
MONDAY, WEDNESDAY = dt.date(2026, 12, 7), dt.date(2026, 12, 9)
NEXT_MONDAY = dt.datetime(2026, 12, 14, 9, tzinfo=LONDON)
CHANGED = "Someone else changed this mark while you worked."
SAID = {"falsified-code": "G", "falsified-evidence": "The hotel's page names a birthday."}


@pytest.fixture
def granted(people: People, monday_morning: dt.datetime, it_is: Callable[[dt.datetime], None]) -> LeaveDecision:
    """Return three days' leave, granted, begun on Monday 7 December and marked C but for Wednesday afternoon, present.

    It is Monday 14 December.
    """
    make_week_of_leave()
    pupil = make_asker(people.tess)
    asked = ask(pupil, by=people.alma, at=monday_morning, days=Days(MONDAY, WEDNESDAY))
    decision = actions.grant_leave(
        asked, first=MONDAY, last=WEDNESDAY, code="C", reason="A funeral abroad", by=people.ben, at=monday_morning
    )
    it_is(NEXT_MONDAY)
    for day in range(3):
        for half in ("am", "pm"):
            code = "\\" if (day, half) == (2, "pm") else "C"
            make_mark(pupil, make_session(MONDAY + dt.timedelta(days=day), half), code, by=people.tess)
    return decision


def url(asked: LeaveRequest, name: str = "record-falsified", slug: str = "alder-primary") -> str:
    return f"/s/{slug}" + reverse(f"absence:{name}", urlconf="attendance_mat.school_urls", args=[asked.pk])


def found(decision: LeaveDecision, people: People, code: str = "G") -> LeaveFalsified:
    return actions.record_falsified(decision, code=code, evidence="A photograph", by=people.ben, at=NEXT_MONDAY)


def amendments() -> list[tuple[str, str, str, str, str]]:
    named = ("original_code", "amended_code", "reason", "amended_by_name", "amended_by_role")
    return list(MarkAmendment.objects.values_list(*named))


def test_each_session_marked_under_the_leave_is_amended_with_the_reason(granted: LeaveDecision, people: People) -> None:
    record = found(granted, people)
    assert record.sessions == 5
    assert amendments() == [("C", "G", "falsified application", "Ben Okafor", "headteacher")] * 5
    assert Mark.objects.get(session__date=WEDNESDAY, session__half="pm").code == "\\"  # the child was there
    assert not ExpectedMark.objects.filter(ended_at__isnull=True).exists()
    granted.refresh_from_db()
    assert granted.outcome == LeaveDecision.Outcome.GRANTED  # the decision stays as it was made


def test_a_second_press_changes_nothing_more(granted: LeaveDecision, people: People) -> None:
    assert found(granted, people) == found(granted, people)
    assert (len(amendments()), AuditEvent.objects.filter(kind=Event.LEAVE_FALSIFIED).count()) == (5, 1)


@pytest.mark.parametrize("code", ["I", "N", "U", "ZZ", "C"])
def test_only_an_unauthorised_absence_may_stand_in_its_place(granted: LeaveDecision, people: People, code: str) -> None:
    with pytest.raises(ValidationError, match="Choose an unauthorised absence"):
        found(granted, people, code)
    assert not amendments()


def test_leave_that_was_refused_has_nothing_to_amend(people: People, monday_morning: dt.datetime) -> None:
    make_week_of_leave()
    asked = ask(make_asker(people.tess), by=people.alma, at=monday_morning)
    refused = actions.refuse_leave(asked, reason="Not exceptional", by=people.ben, at=monday_morning)
    with pytest.raises(ValidationError, match="was not granted"):
        found(refused, people)


def test_nobody_finds_their_own_familys_leave_false(granted: LeaveDecision, people: People) -> None:
    FamilyTie.objects.create(user=people.ben.user, pupil=granted.request.pupil)
    with pytest.raises(ValidationError, match="family"):
        found(granted, people)
    assert not amendments()


def test_where_one_mark_cannot_be_amended_none_is(
    granted: LeaveDecision, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    amend_mark = actions.amend_mark

    def amend_two(mark: Mark, **fields: object) -> MarkAmendment:
        calls.append(mark)
        if len(calls) == 3:
            raise ValidationError(CHANGED)
        return amend_mark(mark, **fields)

    monkeypatch.setattr(actions, "amend_mark", amend_two)
    with pytest.raises(ValidationError, match="Someone else"):
        found(granted, people)
    assert (amendments(), LeaveFalsified.objects.exists()) == ([], False)
    assert ExpectedMark.objects.filter(ended_at__isnull=True).exists()


def test_the_page_offers_it_to_the_head_and_tells_what_was_done(granted: LeaveDecision, browse: Browse) -> None:
    page = browse("ben").get(url(granted.request, "leave-request")).content.decode()
    assert "The application was false" in page
    assert "O  " in page
    assert "N  " not in page
    reply = browse("ben").post(url(granted.request), SAID, follow=True)
    words = reply.content.decode()
    assert "5 marks were amended, each with its reason." in words
    assert "5 sessions amended to G" in words
    assert "The hotel&#x27;s page names a birthday." in words
    assert "The application was false" not in words


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({**SAID, "falsified-evidence": "  "}, "Say what showed that the application was false."),
        ({**SAID, "falsified-code": "I"}, "Select a valid choice"),
        ({}, "Say what showed that the application was false."),
    ],
)
def test_what_is_not_said_is_asked_for_beside_its_field(
    granted: LeaveDecision, browse: Browse, given: dict[str, str], said: str
) -> None:
    reply = browse("ben").post(url(granted.request), given)
    assert reply.status_code == 422
    assert said in reply.content.decode()
    assert not amendments()


def test_a_refusal_of_the_action_is_shown_and_what_was_typed_stays(
    granted: LeaveDecision, people: People, browse: Browse
) -> None:
    FamilyTie.objects.create(user=people.ben.user, pupil=granted.request.pupil)
    reply = browse("ben").post(url(granted.request), SAID)
    assert reply.status_code == 422
    assert not amendments()


@pytest.mark.parametrize(
    ("name", "status"), [("alma", 403), ("olly", 403), ("tess", 403), ("tara", 403), ("cass", 404)]
)
def test_who_may_not_find_leave_false(granted: LeaveDecision, browse: Browse, name: str, status: int) -> None:
    if name == "alma":
        assert "The application was false" not in browse(name).get(url(granted.request, "leave-request")).text
    assert browse(name).post(url(granted.request), SAID).status_code == status


def test_whoever_decides_leave_for_the_head_may(granted: LeaveDecision, people: People, browse: Browse) -> None:
    Delegation.objects.create(
        school=people.alder, user=people.user("sadie"), power=Permission.DECIDE_LEAVE, from_date=MONDAY,
        decision="Minute 4", decided_by=people.ben.user, decided_at=NEXT_MONDAY,
    )  # fmt: skip
    assert browse("sadie").post(url(granted.request), SAID).status_code == 302


def test_leave_not_granted_has_no_such_page(people: People, browse: Browse, monday_morning: dt.datetime) -> None:
    make_week_of_leave()
    asked = ask(make_asker(people.tess), by=people.alma, at=monday_morning)
    assert browse("ben").post(url(asked), SAID).status_code == 404


def test_an_open_case_is_offered_the_penalty_as_a_decision_of_the_head(granted: LeaveDecision, people: People) -> None:
    case = open_case(granted.request.pupil)
    found(granted, people)
    handle_waiting_events(at=NEXT_MONDAY)
    handle_waiting_events(at=NEXT_MONDAY)
    task = CaseTask.objects.get(case=case, does="decision")
    assert (task.role, task.due_date, task.done_at) == ("headteacher", NEXT_MONDAY.date(), None)
    assert "5 sessions" in task.words
    assert any("enalty" in option for option in task.options)


def test_where_there_is_no_case_nothing_is_opened(granted: LeaveDecision, people: People) -> None:
    found(granted, people)
    handle_waiting_events(at=NEXT_MONDAY)
    assert not CaseTask.objects.filter(does="decision").exists()


def open_case(pupil: Pupil) -> Case:
    return Case.objects.create(
        pupil=pupil, stage="Concern", next_step="Look again.", due_date=dt.date(2026, 12, 18), opened_at=NEXT_MONDAY
    )
