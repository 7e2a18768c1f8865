"""Leaving during the day, appointments and time out under Aspire's policy."""

from tests.clauses import proves
from tests.clauses.leaving_school import (
    a_time_out_of_fifteen_minutes_is_shown,
    an_appointment_is_not_over_by_the_afternoon,
    at_school,
    no_permission_asks_for_an_authoriser,
    who_signed_out_is_off_site_until_the_return,
)

__all__ = ["at_school"]


@proves("AET-7.15")
def test_an_appointment_takes_only_the_time_it_needs(at_school) -> None:
    an_appointment_is_not_over_by_the_afternoon(at_school("aspire"))


@proves("AET-8.12")
def test_time_out_is_recorded_with_its_minutes(at_school) -> None:
    a_time_out_of_fifteen_minutes_is_shown(at_school("aspire"))


@proves("AET-10.03")
def test_who_signs_out_at_the_office_is_shown_off_site_until_signed_in(at_school) -> None:
    who_signed_out_is_off_site_until_the_return(at_school("aspire"), until="11:00")


@proves("AET-11.01")
def test_nobody_leaves_without_permission_unless_somebody_named_authorises_it(at_school) -> None:
    no_permission_asks_for_an_authoriser(at_school("aspire"))
