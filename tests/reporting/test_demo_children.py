"""The demonstration's children and people are plainly invented, and whole."""

import datetime as dt
import re
from collections import Counter
from functools import cache

import pytest

from attendance_mat.accounts.roles import SCHOOL_ROLES
from attendance_mat.embedded.school_days import school_days
from attendance_mat.policy.loader import pack_names
from registers.rules.codes import find
from registers.rules.doubts import offered_for_age
from reporting.demo.absences import slot
from reporting.demo.names import UPN_LETTERS
from reporting.demo.pupils import Child, Children, classes
from reporting.demo.schools import SCHOOLS, plans
from reporting.demo.staff import LISTED, appointments
from reporting.demo.story import arrange

YEAR = 2026
DAYS = list(school_days(YEAR))
DRAMA = re.compile(r"01632 960\d{3}|07700 900\d{3}")


@cache
def everyone() -> list[Child]:
    return [child for plan in SCHOOLS for child in Children(plan, YEAR).all]


def test_five_schools_of_about_three_thousand_pupils_follow_the_five_policies() -> None:
    assert 2_800 < len(everyone()) < 3_200
    assert Counter(plan.phase for plan in SCHOOLS) == {"primary": 3, "secondary": 2}
    assert {plan.pack for plan in SCHOOLS} == set(pack_names()) - {"national"}


def test_every_number_is_unique_and_bears_its_check_letter() -> None:
    upns = [child.upn for child in everyone()]
    assert len(set(upns)) == len(upns)
    for upn in upns:
        assert upn[0] == UPN_LETTERS[sum(int(digit) * n for n, digit in enumerate(upn[1:], 2)) % 23]


def test_a_child_is_of_the_age_of_their_year() -> None:
    for child in everyone():
        assert dt.date(YEAR - child.year - 5, 9, 1) <= child.dob < dt.date(YEAR - child.year - 4, 9, 1)


@pytest.mark.parametrize("year", [YEAR - 1, YEAR])
def test_no_code_of_a_year_is_one_that_the_child_s_age_does_not_allow(year: int) -> None:
    days = list(school_days(year))
    wrong = Counter[tuple[str, str, int]]()
    for plan in SCHOOLS:
        for child in Children(plan, year).all:
            for number, code in child.plan.codes.items():
                on = days[number // 2]
                if child.is_on_roll(on) and offered_for_age(code, dob=child.dob, on=on) is not None:
                    wrong[plan.slug, code, child.year] += 1

    assert wrong == Counter()


def test_nobody_can_be_rung_or_written_to() -> None:
    for child in everyone():
        for adult in child.family.adults:
            assert DRAMA.fullmatch(adult.phone)
            assert adult.email.endswith(".invalid")
            assert adult.address.splitlines()[-1].startswith("KV")
    assert all(DRAMA.fullmatch(plan.telephone) for plan in SCHOOLS)


def test_there_are_children_whom_a_school_must_handle_with_care() -> None:
    children = everyone()
    names = Counter((child.forename, child.surname, child.upn[1:8]) for child in children)
    births = Counter((child.surname, child.dob, child.upn[1:8]) for child in children)
    assert max(names.values()) > 1  # two of a name in one school
    assert max(births.values()) > 1  # twins
    assert any(child.family.address_confidential for child in children)
    assert any(adult.no_contact for child in children for adult in child.family.adults)
    assert any(child.left for child in children)
    assert any(child.entered > DAYS[0] for child in children)
    assert {child.year for child in children} == set(range(-1, 14))
    kinds = {kind for child in children for kind in child.traits}
    assert kinds == {"fsm", "pupil_premium", "sen", "eal", "looked_after", "social_worker", "young_carer"}


def test_every_code_is_in_force_when_it_is_used() -> None:
    codes = {code for child in everyone() for code in child.plan.codes.values()}
    assert {"I", "M", "O", "G", "U", "L", "C", "C2", "E", "R", "P", "V", "B", "X"} == codes
    assert all(find(code, on=DAYS[0]) for code in codes)


def test_a_nursery_child_is_not_required_in_an_afternoon() -> None:
    for child in everyone():
        if child.year < 0:
            assert all(child.plan.codes[slot(day, afternoon=True)] == "X" for day in range(len(DAYS)))


@pytest.mark.parametrize("plan", [*SCHOOLS, *plans(small=True)], ids=lambda plan: f"{plan.slug} {plan.pupils}")
def test_every_role_is_held_and_every_class_has_someone_each_weekday(plan) -> None:
    groups = list(classes(Children(plan, YEAR).all))
    staff = appointments(plan, groups)
    listed = [person.role for person in staff if person.email.endswith(f"@{LISTED}")]
    assert sorted(listed) == sorted(SCHOOL_ROLES)
    taken = Counter((group, weekday) for person in staff for group in person.groups for weekday in person.weekdays)
    assert taken == {(group, weekday): 1 for group in groups for weekday in range(5)}


@pytest.mark.parametrize("today", [0, 3, 51, 191])
@pytest.mark.parametrize("plan", SCHOOLS, ids=lambda plan: plan.slug)
def test_whatever_the_day_there_is_leave_a_trip_and_a_long_absence_on_it(plan, today: int) -> None:
    children = [child for child in Children(plan, YEAR).all if child.entered <= DAYS[today]]
    arranged = arrange(children, phase=plan.phase, today=today, days=DAYS)
    now = Counter(child.plan.codes.get(slot(today)) for child in children)
    assert now["C"] >= 3
    assert now["V"] > 10
    assert all(arranged.away.plan.codes[slot(day)] == "O" for day in range(max(0, today - 6), today + 1))
