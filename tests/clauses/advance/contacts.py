"""Contacts: what is changed stays on record, and who is to be chased."""

import datetime as dt
from collections.abc import Callable

from tests.clauses import proves
from tests.clauses.contacts import (
    history_shows_old_new_when_and_who_told,
    of_300_families_296_are_sent_the_notice_and_4_are_listed,
    one_contact_is_listed_and_two_are_not,
    the_one_leaver_without_a_forwarding_address_is_listed,
)
from tests.clauses.schools import Adopt, Browse
from tests.people import People


@proves("ALP-3.12")
def test_a_changed_number_stands_in_the_history_with_the_old_one(adopt: Adopt, browse: Browse) -> None:
    adopt("advance")
    history_shows_old_new_when_and_who_told(browse)


@proves("ALP-3.13")
def test_a_pupil_with_one_contact_is_listed_and_with_two_is_not(adopt: Adopt, browse: Browse) -> None:
    adopt("advance")
    one_contact_is_listed_and_two_are_not(browse)


@proves("ALP-11.04")
def test_the_leaver_who_left_no_way_to_be_reached_is_listed(adopt: Adopt, browse: Browse) -> None:
    adopt("advance")
    the_one_leaver_without_a_forwarding_address_is_listed(browse)


@proves("ALP-0.03")
def test_the_trust_is_shown_each_school_that_has_no_attendance_officer(people: People, browse: Browse) -> None:
    people.user("alma")  # the officer of Alder Primary School; Birch High School has none

    page = browse("tara").get("/people/").text

    assert "Schools with no attendance officer" in page
    assert "<li>Birch High School</li>" in page
    assert "<li>Alder Primary School</li>" not in page


@proves("ALP-3.06")
def test_the_expectations_reach_every_family_that_has_an_address_and_the_rest_are_listed(
    adopt: Adopt, people: People, browse: Browse, it_is: Callable[[dt.datetime], None]
) -> None:
    adopt("advance")
    of_300_families_296_are_sent_the_notice_and_4_are_listed(people, browse, it_is)
