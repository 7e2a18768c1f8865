"""A request for leave at a school that follows one of the policies, and what its checks say of it."""

import datetime as dt
from html import unescape

from absence.actions import leave as actions
from absence.models import LeaveDecision, LeaveRequest
from absence.queries import leave as queries
from absence.rules import leave
from absence.rules.days import Days
from attendance_mat.policy.schema import LeaveChecks, LeaveCodes
from registers.models import ExpectedMark
from registers.rules.measures import Measures
from tests.absence.leave import ask, make_asker, make_week_of_leave
from tests.clauses import clauses
from tests.clauses.law import TODAY, policy_of
from tests.clauses.schools import Browse
from tests.people import People

TOMORROW = TODAY + dt.timedelta(days=1)
DECEMBER = Days(dt.date(2026, 12, 7), dt.date(2026, 12, 8))


def asked_for(people: People, at: dt.datetime, *, days: Days = DECEMBER, reason: str = "A wedding") -> LeaveRequest:
    """Return a request made today for a pupil with one unauthorised session behind them."""
    make_week_of_leave()
    return ask(make_asker(people.tess), by=people.alma, at=at, days=days, asked_on=TODAY, reason=reason)


def granted(request: LeaveRequest, people: People, at: dt.datetime, *, code: str = "C") -> LeaveDecision:
    """Have the headteacher grant all that was asked for."""
    days, reason = request.days, "Exceptional: it cannot be moved"
    return actions.grant_leave(
        request, first=days.first, last=days.last, code=code, reason=reason, by=people.ben, at=at
    )  # fmt: skip


def said_of(request: LeaveRequest) -> dict[str, str]:
    """Return what each check says of a request, by its name."""
    record = queries.record_of(request.pupil, on=TODAY)
    return {check.name: check.outcome.value for check in queries.checks_on(request, record)}


def said_of_record(pack: str, record: Measures) -> dict[str, str]:
    """Return what a policy's checks say of leave asked for well ahead, for a pupil with this record."""
    policy, first = policy_of(pack), dt.date(2026, 12, 1)
    asked = leave.LeaveRequest(dt.date(2026, 10, 1), first, first, None, asked_by_lives_with=True)
    terms, codes = policy.cited(LeaveChecks, on=first), policy.cited(LeaveCodes, on=first)
    return {check.name: check.outcome.value for check in leave.checks(asked, record=record, terms=terms, codes=codes)}


def expected() -> list[tuple[str, str]]:
    """Return what is expected of pupils: the code, and who granted it."""
    return list(ExpectedMark.objects.order_by("pk").values_list("code", "granted_by_name"))


def warned_of_and_granted(
    clause: str, warnings: list[str], people: People, browse: Browse, at: dt.datetime, *, code: str = "C"
) -> None:
    """See that the head's page shows what a policy says of a kind of leave, and that they grant it all the same."""
    assert clauses()[clause].resolution == "advisory"
    request = asked_for(people, at)
    page = " ".join(unescape(browse("ben").get(f"/s/alder-primary/leave-requests/{request.pk}/").text).split())
    for warning in warnings:
        assert warning in page
    assert "The headteacher decides, and may grant against them with a reason." in page
    decision = granted(request, people, at, code=code)
    assert (decision.outcome, decision.reason) == ("granted", "Exceptional: it cannot be moved")
    assert {said for said, _ in expected()} == {code}
