"""Truancy at Advance: the parents at once, then the safeguarding policy."""

from collections.abc import Callable

from tests.clauses import proves
from tests.clauses.truancy import School, at, school, two_failed_calls_pass_it_to_the_safeguarding_lead

__all__ = ["school"]


@proves("ALP-10.03")
def test_a_contact_task_is_due_the_moment_the_flag_is_raised(school: Callable[[str], School]) -> None:
    here = school("advance")
    here.gone_after_lunch(at(13, 40))
    assert here.still_to_do("contact") == [("attendance_officer", at(13, 40))]


@proves("ALP-10.04")
def test_where_nobody_answers_the_safeguarding_lead_has_a_task(school: Callable[[str], School]) -> None:
    two_failed_calls_pass_it_to_the_safeguarding_lead(school("advance"))
