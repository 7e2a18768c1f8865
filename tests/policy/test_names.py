"""What the policy names outside itself is there: codes, roles, letters and characteristics of pupils."""

import datetime as dt

import pytest

from attendance_mat.accounts.roles import OUTSIDE_ROLES, PASS_ROLES, Role
from attendance_mat.policy.adopted import Override, faults_in
from attendance_mat.policy.kinds import Group
from attendance_mat.policy.names import (
    CHARACTERISTICS,
    CODES,
    LETTERS,
    PHASES,
    ROLES,
    codes_held,
    in_force_some_day,
)
from attendance_mat.trust.models import Phase
from letters.gateways.paper import TEMPLATES
from registers.models import Characteristic
from registers.rules import codes

NEW_LAW = dt.date(2024, 8, 19)


def test_every_role_of_a_person_can_be_named() -> None:
    assert {str(role) for role in set(Role) - OUTSIDE_ROLES - PASS_ROLES - {Role.SYSTEM}} == ROLES


def test_every_letter_the_product_writes_can_be_named_and_no_other() -> None:
    assert TEMPLATES.keys() == LETTERS


def test_every_characteristic_the_product_records_is_a_group_a_policy_can_watch() -> None:
    assert {str(kind) for kind in Characteristic.Kind} == CHARACTERISTICS
    assert set(Group) >= CHARACTERISTICS


def test_every_phase_of_a_school_can_be_named() -> None:
    assert {str(phase) for phase in Phase} == PHASES


def test_the_codes_are_those_of_the_register() -> None:
    assert codes.FILE == CODES
    assert [(held.code, held.from_date) for held in codes_held()] == [
        (row.code, row.from_date) for row in codes.periods()
    ]


@pytest.mark.parametrize(
    ("code", "from_date", "until_date", "held"),
    [
        ("H", dt.date(2024, 8, 18), dt.date.max, True),
        ("H", NEW_LAW, dt.date.max, False),
        ("Y1", dt.date(2010, 9, 1), NEW_LAW, False),
        ("Y1", dt.date(2010, 9, 1), dt.date(2024, 8, 20), True),
        ("LL", dt.date(2010, 9, 1), dt.date.max, False),
    ],
)
def test_a_code_is_in_force_on_its_own_days(code: str, from_date: dt.date, until_date: dt.date, *, held: bool) -> None:
    assert in_force_some_day(code, from_date=from_date, until_date=until_date) is held


@pytest.mark.parametrize(("until", "refused"), [(None, True), (dt.date(2024, 8, 1), False)])
def test_a_school_s_own_setting_names_only_codes_in_force(until: dt.date | None, *, refused: bool) -> None:
    from_date = NEW_LAW if refused else dt.date(2023, 9, 1)
    setting = Override(
        from_date, "late_marks", {"before_close": "L", "after_close": "H"}, "Governors", until_date=until
    )

    assert bool(faults_in(setting)) is refused
