"""A pupil on the rolls of two of the trust's schools: their marks are compared every night."""

import datetime as dt

import pytest
from django_tenants.utils import tenant_context

from attendance_mat.trust.models import Enrolment, School
from registers.models import Doubt, Pupil
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import People
from tests.registers.test_contradictions_found import FRIDAY, look, whole_day

__all__ = ["look", "whole_day"]


def two_rolls(people: People, birch: School, pupil: Pupil, said: str = "") -> None:
    """Have a pupil on Birch's roll too, marked there on Friday in two letters."""
    for school in (people.alder, birch):
        number = pupil.pk if school == people.alder else 900_000 + pupil.pk
        Enrolment.objects.create(school=school, pupil_id=number, upn=pupil.upn, from_date=dt.date(2026, 9, 1))
    with tenant_context(birch):
        there = make_pupil(id=900_000 + pupil.pk, upn=pupil.upn, group=make_group("9Z"))
        for half, code in zip(("am", "pm"), said, strict=bool(said)):
            if code != ".":
                make_mark(there, make_session(FRIDAY, half), code, by=people.member("cass"), group=make_group("9Z"))


@pytest.mark.parametrize(
    ("here", "there", "found"),
    [
        ("/\\", "/\\", {("2026-11-20 am", "D"), ("2026-11-20 pm", "D")}),
        ("/\\", "DD", set()),
        ("DD", "/\\", set()),
        ("DD", "IN", set()),  # due there, and that school follows the absence up (R40)
        ("DD", ".D", {("2026-11-20 am", ""), ("2026-11-20 pm", "")}),
        ("D\\", "X/", {("2026-11-20 am", "")}),
    ],
)
def test_two_schools_are_compared_half_day_by_half_day(
    look, whole_day, people, birch, here: str, there: str, found: set[tuple[str, str]]
) -> None:
    pupil = whole_day(here)
    two_rolls(people, birch, pupil, there if there != "X/" else "X.")
    look()
    rows = Doubt.objects.filter(kind__in=["two schools", "not confirmed"]).select_related("session")
    assert {(f"{row.session.date} {row.session.half}", row.offered) for row in rows} == found
    assert all(row.evidence["other"] == "Birch High School" for row in rows)


def test_enrolments_one_after_the_other_are_not_two_schools_at_once(look, whole_day, people, birch) -> None:
    pupil = whole_day("/\\")
    two_rolls(people, birch, pupil, "/\\")
    Enrolment.objects.filter(school=birch).update(until_date=FRIDAY)
    assert look() == {}
