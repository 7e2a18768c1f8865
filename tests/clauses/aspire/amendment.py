"""Aspire's register keeps every amendment with its particulars."""

from tests.clauses import proves
from tests.clauses.amending import all_six_are_kept_and_shown


@proves("AET-6.06")
def test_an_amendment_keeps_original_amended_reason_date_name_and_role(adopt, people, it_is, browse) -> None:
    adopt("aspire")
    all_six_are_kept_and_shown(people, it_is, browse)
