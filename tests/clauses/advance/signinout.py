"""Leaving during the day and collection under Advance's policy."""

import pytest

from registers.models import Movement
from registers.rules.movements import PermitKind
from tests.clauses import proves
from tests.clauses.leaving_school import (
    a_time_out_of_fifteen_minutes_is_shown,
    an_appointment_is_not_over_by_the_afternoon,
    at_school,
    no_permission_asks_for_an_authoriser,
    who_signed_out_is_off_site_until_the_return,
)
from tests.factories import make_contact

__all__ = ["at_school"]


@proves("ALP-7.15")
def test_an_appointment_takes_only_the_time_it_needs(at_school) -> None:
    an_appointment_is_not_over_by_the_afternoon(at_school("advance"))


@proves("ALP-7.16")
def test_an_aunt_with_a_wrong_password_is_not_given_the_child(at_school) -> None:
    day = at_school("advance")
    pupil = day.pupil(came="08:50")
    mum = make_contact(pupil, name="Mum Example", may_collect=True, collect_password="Heron")
    assert "The password is wrong" in day.refused(pupil, "11:00", collector_name="Aunt Example", password="Stork")
    attempt = Movement.objects.get()
    assert (attempt.kind, attempt.permitted, attempt.collector_name) == ("refused", False, "Aunt Example")
    assert "ask for the password" in day.refused(pupil, "11:01", collector_name="Aunt Example")
    assert "Not released" in day.page("11:02")
    taken = day.out(pupil, "11:05", collector_name="Aunt Example", password="heron").movement
    assert (taken.permitted, taken.checked_by, taken.collector_name) == (True, "password", "Aunt Example")
    day.come(pupil, "12:00")
    by_mum = day.out(pupil, "12:30", contact=mum).movement
    assert (by_mum.checked_by, by_mum.collector_name) == ("contact", "Mum Example")


@proves("ALP-7.17")
def test_permission_to_walk_home_does_not_count_for_an_appointment(at_school) -> None:
    day = at_school("advance")
    pupil = day.pupil(year=6, came="08:50")
    day.allow(pupil, PermitKind.WALKS_HOME)
    said = day.refused(pupil, "14:00", authorised_by="Ben Okafor")
    assert said == "Permission to walk home holds at the end of the day only: name the adult who collects."


@proves("ALP-8.12")
def test_time_out_is_recorded_with_its_minutes(at_school) -> None:
    a_time_out_of_fifteen_minutes_is_shown(at_school("advance"))


@proves("ALP-10.01")
def test_a_secondary_pupil_who_signs_out_is_off_site_until_signed_in(at_school) -> None:
    who_signed_out_is_off_site_until_the_return(at_school("advance"), until="12:00")


@proves("ALP-10.02")
@pytest.mark.parametrize("year", [0, 4, 6])
def test_a_primary_pupil_is_not_signed_out_without_an_adult(at_school, year: int) -> None:
    day = at_school("advance")
    said = day.refused(day.pupil(year=year, came="08:50"), "11:00", authorised_by="Ben Okafor")
    assert said == "A primary pupil is collected: name the adult who collects."


@proves("ALP-12.01")
def test_nobody_leaves_without_permission_unless_somebody_named_authorises_it(at_school) -> None:
    no_permission_asks_for_an_authoriser(at_school("advance"))
