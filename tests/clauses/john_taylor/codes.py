"""Who settles a code at John Taylor, and what is awaited."""

import datetime as dt

from attendance_mat.policy.leave_types import UnauthorisedReasons
from registers.rules.codes import Statistical
from tests.clauses import proves
from tests.clauses.coding import TUESDAY, Code, grant, of_that_year
from tests.clauses.law import TODAY, policy_of
from tests.clauses.schools import Adopt
from tests.people import People

MONDAY = dt.date(2025, 11, 3)
A_DAY = dt.timedelta(days=1)


@proves("JTM-5.01")
def test_the_headteacher_settles_a_disputed_code_by_an_amendment(adopt: Adopt, code: Code, people: People) -> None:
    adopt("john_taylor")
    settled = code(MONDAY, by="ben", was="I", code="O", reason="Seen in town")
    (change,) = settled.mark.amendments.all()
    assert (settled.status, settled.mark.code) == (200, "O")
    assert (change.original_code, change.amended_code, change.amended_by_name) == ("I", "O", people.ben.name)
    assert (change.kind, change.amended_by_role) == ("amendment", "headteacher")


@proves("JTM-5.06")
def test_an_appointment_without_evidence_says_that_it_is_awaited(adopt: Adopt, code: Code, people: People) -> None:
    adopt("john_taylor")
    saved = code(TUESDAY, words="Medical or dental appointment")
    assert (saved.mark.code, saved.mark.comment) == ("M", "Evidence awaited.")
    assert "Evidence awaited." in saved.page
    assert saved.statistical is Statistical.AUTHORISED
    child = of_that_year()
    grant(child, TUESDAY, TUESDAY + A_DAY, people=people)
    assert code(TUESDAY, words="Leave granted as exceptional", pupil=child).statistical is Statistical.AUTHORISED
    cause = code(TUESDAY, words="Another unavoidable cause", nature="The road was washed away")
    assert cause.statistical is Statistical.NOT_POSSIBLE  # not an authorised absence: no possible session (R53)


@proves("JTM-5.07")
def test_leave_that_was_declined_and_taken_is_ten_unauthorised_sessions(adopt: Adopt, code: Code) -> None:
    adopt("john_taylor")
    reasons = policy_of("john_taylor").terms(UnauthorisedReasons, on=TODAY).reasons
    assert {code(words=reason).statistical for reason in reasons} == {Statistical.UNAUTHORISED}
    child, first = of_that_year(), dt.date(2025, 12, 1)
    saved = [
        code(first + A_DAY * n, half, words="Leave declined and taken", pupil=child)
        for n in range(5)
        for half in ("am", "pm")
    ]
    assert len(saved) == 10
    assert {each.statistical for each in saved} == {Statistical.UNAUTHORISED}
