"""Contacts: what is changed stays on record, and who is to be chased."""

import datetime as dt
from collections.abc import Callable

from tests.clauses import proves
from tests.clauses.contacts import (
    a_letter_names_whoever_holds_a_role_that_day,
    history_shows_old_new_when_and_who_told,
    of_300_families_296_are_sent_the_notice_and_4_are_listed,
    one_contact_is_listed_and_two_are_not,
)
from tests.clauses.schools import Adopt, Browse
from tests.people import People


@proves("AET-2.12")
def test_a_changed_number_stands_in_the_history_with_the_old_one(adopt: Adopt, browse: Browse) -> None:
    adopt("aspire")
    history_shows_old_new_when_and_who_told(browse)


@proves("AET-2.13")
def test_a_pupil_with_one_contact_is_listed_and_with_two_is_not(adopt: Adopt, browse: Browse) -> None:
    adopt("aspire")
    one_contact_is_listed_and_two_are_not(browse)


@proves("AET-0.01")
def test_a_letter_names_the_attendance_officer_of_that_day(
    adopt: Adopt, people: People, monday_morning: dt.datetime
) -> None:
    adopt("aspire")
    a_letter_names_whoever_holds_a_role_that_day(people, "attendance_officer", monday_morning)


@proves("AET-2.06")
def test_the_expectations_reach_every_family_that_has_an_address_and_the_rest_are_listed(
    adopt: Adopt, people: People, browse: Browse, it_is: Callable[[dt.datetime], None]
) -> None:
    adopt("aspire")
    of_300_families_296_are_sent_the_notice_and_4_are_listed(people, browse, it_is)
