"""Leave under Aspire's policy: what it would refuse is shown, and the headteacher decides."""

import datetime as dt

import pytest

from absence.rules.days import Days
from attendance_mat.policy.leave_types import LicenceDates
from attendance_mat.policy.schema import LeaveChecks
from registers.rules.measures import Measures
from tests.clauses import proves
from tests.clauses.law import TODAY, beaten, gives_way, policy_of
from tests.clauses.leave import TOMORROW, asked_for, expected, granted, said_of, said_of_record, warned_of_and_granted
from tests.clauses.schools import Adopt, Browse
from tests.people import People

UNAUTHORISED, AUTHORISED = "Unauthorised absence", "Authorised absence"


@proves("AET-7.09")
def test_unauthorised_absence_on_record_is_shown_and_leave_may_be_granted_with_a_reason(
    adopt: Adopt, people: People, browse: Browse, page_says, monday_morning: dt.datetime
) -> None:
    # Given a pupil with one unauthorised session, at a school whose policy refuses leave for it
    adopt("aspire")
    request = asked_for(people, monday_morning)
    # Then the headteacher is shown the ground beside the request
    page = " ".join(browse("ben").get(f"/s/alder-primary/leave-requests/{request.pk}/").text.split())
    assert "1 unauthorised session this school year; the policy looks for none." in page
    assert "Not met" in page
    # When they grant it with a reason, then it is granted, and the ground is kept with the decision
    decision = granted(request, people, monday_morning)
    assert (decision.outcome, decision.reason) == ("granted", "Exceptional: it cannot be moved")
    assert {check["name"]: check["outcome"] for check in decision.checks}[UNAUTHORISED] == "not met"
    assert expected() == [("C", "Ben Okafor")]
    page_says("AET-7.09")


@proves("AET-7.09")
def test_without_unauthorised_absence_there_is_no_such_ground() -> None:
    assert said_of_record("aspire", Measures(present=100))[UNAUTHORISED] == "met"
    assert said_of_record("aspire", Measures(present=99, unauthorised=1))[UNAUTHORISED] == "not met"


@proves("AET-7.10")
@pytest.mark.parametrize(("authorised", "outcome"), [(10, "met"), (11, "not met")])
def test_authorised_absence_above_ten_percent_is_shown(page_says, authorised: int, outcome: str) -> None:
    said = said_of_record("aspire", Measures(present=100 - authorised, authorised=authorised))

    assert said[AUTHORISED] == outcome
    page_says("AET-7.10")


@proves("AET-7.10")
def test_leave_may_be_granted_above_ten_percent_too(
    adopt: Adopt, people: People, monday_morning: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopt("aspire")
    request = asked_for(people, monday_morning)
    monkeypatch.setattr("absence.queries.leave.record_of", lambda *_, **__: Measures(present=50, authorised=50))

    decision = granted(request, people, monday_morning)

    assert {check["name"]: check["outcome"] for check in decision.checks}[AUTHORISED] == "not met"
    assert expected() == [("C", "Ben Okafor")]


@proves("AET-7.30")
def test_travel_for_a_parents_trade_rests_on_facts_and_late_notice_refuses_nothing(
    adopt: Adopt, people: People, page_says, monday_morning: dt.datetime
) -> None:
    # Given a policy that asks for two weeks' notice, and travel from tomorrow asked for today
    beaten("AET-7.30")
    adopt("aspire")
    assert policy_of("aspire").terms(LeaveChecks, on=TODAY).notice_days == 14
    request = asked_for(people, monday_morning, days=Days(TOMORROW, TOMORROW), reason="Fairs, for the parents' trade")
    assert said_of(request)["Notice"] == "not met"
    # When the headteacher, a person, decides that the facts are there
    decision = granted(request, people, monday_morning, code="T")
    # Then T is expected in their name, and neither notice nor a count was held against it
    assert expected() == [("T", "Ben Okafor")]
    assert [check["name"] for check in decision.checks] == ["Facts"]
    page_says("AET-7.30")


@proves("AET-7.23")
def test_the_days_of_a_licence_are_granted_by_a_person_who_is_named(
    adopt: Adopt, people: People, browse: Browse, page_says, monday_morning: dt.datetime
) -> None:
    # Given a licence that names two days, and a policy that would need no more
    own, law = gives_way("AET-7.23", LicenceDates)
    assert (own.need_no_grant, law.need_no_grant) == (True, False)
    adopt("aspire")
    request = asked_for(people, monday_morning, reason="A performance, licensed for 7 and 8 December")
    # Then by itself it authorises nothing, nor can the officer who entered it
    assert expected() == []
    grant = {
        "grant-first_date": "2026-12-07",
        "grant-last_date": "2026-12-08",
        "grant-code": "C1",
        "grant-reason": "Licensed",
    }
    address = f"/s/alder-primary/leave-requests/{request.pk}/grant/"
    assert browse("alma").post(address, grant).status_code == 403
    # When the headteacher grants it, then C1 stands in their name
    assert browse("ben").post(address, grant).status_code == 302
    assert expected() == [("C1", "Ben Okafor")]
    page_says("AET-7.23")


@proves("AET-7.25")
def test_attendance_projected_below_96_percent_is_shown_and_may_be_granted(
    adopt: Adopt, people: People, browse: Browse, page_says, monday_morning: dt.datetime
) -> None:
    adopt("aspire")
    warnings = [
        "19 of 24 sessions is 79.2%; the policy looks for 96% or more.",
    ]
    warned_of_and_granted("AET-7.25", warnings, people, browse, monday_morning, code="C1")
    page_says("AET-7.25")
