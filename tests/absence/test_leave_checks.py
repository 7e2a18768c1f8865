import datetime as dt

import pytest

from absence.rules.leave import Check, LeaveRequest, Outcome, checks
from attendance_mat.policy.adopted import Adoption, Policy, assemble
from attendance_mat.policy.schema import LeaveChecks, LeaveCodes
from registers.rules.measures import Measures

FIRST, LAST = dt.date(2026, 12, 1), dt.date(2026, 12, 4)
ASPIRE = assemble([Adoption(dt.date(2025, 9, 1), "aspire")])
WIGSTON = assemble([Adoption(dt.date(2025, 9, 1), "wigston")])
GOOD = Measures(present=100)


def asked(
    on: dt.date = dt.date(2026, 11, 1), *, code: str | None = None, lives_with: bool | None = True
) -> LeaveRequest:
    return LeaveRequest(on, FIRST, LAST, code, lives_with)


def checked(request: LeaveRequest, record: Measures = GOOD, policy: Policy = ASPIRE) -> dict[str, Check]:
    terms, codes = policy.cited(LeaveChecks, on=FIRST), policy.cited(LeaveCodes, on=FIRST)
    return {check.name: check for check in checks(request, record=record, terms=terms, codes=codes)}


def test_a_request_that_meets_everything_says_so_one_by_one() -> None:
    found = checked(asked())

    assert list(found) == [
        "Asked in advance",
        "Asked by a parent the pupil lives with",
        "Notice",
        "Unauthorised absence",
        "Authorised absence",
    ]
    assert {check.outcome for check in found.values()} == {Outcome.MET}


@pytest.mark.parametrize(
    ("on", "outcome", "why"),
    [
        (dt.date(2026, 11, 17), Outcome.MET, "14 days of notice; the policy asks for 14."),
        (dt.date(2026, 11, 18), Outcome.NOT_MET, "13 days of notice; the policy asks for 14."),
        (dt.date(2026, 11, 30), Outcome.NOT_MET, "1 day of notice; the policy asks for 14."),
        (dt.date(2026, 12, 2), Outcome.NOT_MET, "0 days of notice; the policy asks for 14."),
    ],
)
def test_notice_is_counted_in_days_from_the_request_to_the_first_day(on: dt.date, outcome: Outcome, why: str) -> None:
    check = checked(asked(on))["Notice"]

    assert (check.outcome, check.why) == (outcome, why)
    assert str(check.source) == "Aspire Educational Trust attendance policy, AET-7.04, AET-7.09, AET-7.10"


def test_leave_is_never_asked_for_after_it_began() -> None:
    in_time, too_late = checked(asked(FIRST - dt.timedelta(days=1))), checked(asked(FIRST))

    assert in_time["Asked in advance"].why == "Asked on 30 November 2026, before the first day, 1 December 2026."
    assert too_late["Asked in advance"].outcome is Outcome.NOT_MET
    assert too_late["Asked in advance"].why == "Asked on 1 December 2026; leave from 1 December 2026 had begun."


@pytest.mark.parametrize(
    ("lives_with", "outcome"), [(True, Outcome.MET), (False, Outcome.NOT_MET), (None, Outcome.UNKNOWN)]
)
def test_who_asked_is_someone_the_pupil_lives_with(lives_with: bool | None, outcome: Outcome) -> None:
    assert checked(asked(lives_with=lives_with))["Asked by a parent the pupil lives with"].outcome is outcome


def test_any_unauthorised_session_is_against_leave_where_the_policy_says_so() -> None:
    check = checked(asked(), Measures(present=99, unauthorised=1))["Unauthorised absence"]

    assert (check.outcome, check.why) == (
        Outcome.NOT_MET,
        "1 unauthorised session this school year; the policy looks for none.",
    )


@pytest.mark.parametrize(
    ("record", "outcome"),
    [
        (Measures(present=90, authorised=10), Outcome.MET),  # exactly ten percent is not above it
        (Measures(present=899, authorised=101), Outcome.NOT_MET),
        (Measures(), Outcome.UNKNOWN),
    ],
)
def test_authorised_absence_above_ten_percent_is_against_leave(record: Measures, outcome: Outcome) -> None:
    assert checked(asked(), record)["Authorised absence"].outcome is outcome


def test_a_policy_that_sets_no_limits_is_not_checked_for_any() -> None:
    found = checked(asked(), Measures(present=1, unauthorised=40), WIGSTON)

    assert found.keys() == {"Asked in advance", "Asked by a parent the pupil lives with", "Notice"}
    assert {check.outcome for check in found.values()} == {Outcome.MET}


def test_a_limit_above_nought_is_named() -> None:
    terms, codes = ASPIRE.cited(LeaveChecks, on=FIRST), ASPIRE.cited(LeaveCodes, on=FIRST)
    lenient = type(terms)(LeaveChecks(1, 4, None), terms.source, terms.from_date, terms.set_by)

    found = checks(asked(), record=Measures(present=90, unauthorised=4), terms=lenient, codes=codes)

    assert found[-1][1:3] == (Outcome.MET, "4 unauthorised sessions this school year; the policy looks for at most 4.")


@pytest.mark.parametrize("code", ["R", "T"])
def test_leave_that_rests_on_facts_is_not_held_to_notice_counts_or_consent(code: str) -> None:
    found = checked(asked(LAST, code=code, lives_with=False), Measures(present=1, unauthorised=99))

    assert [(check.name, check.outcome) for check in found.values()] == [("Facts", Outcome.UNKNOWN)]
    assert found["Facts"].why.startswith(f"{code} rests on facts and not on leave")
