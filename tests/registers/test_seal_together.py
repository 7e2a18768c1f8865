"""Sealers at once, and a sealer among people who save: every row is in one seal, and the chain holds."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.core.checks.registry import registry
from django_tenants.utils import schema_context, tenant_context

from attendance_mat.trust.models import School
from registers.actions.sealing import RegistersBusyError, seal_registers
from registers.apps import the_seal_has_a_key
from registers.models import Mark, Seal, SealedRows
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.live import cloned_database
from tests.people import People
from tests.registers.sealed import FRIDAY, KEY, THURSDAY, verify
from tests.registers.test_taking_together import at_once

__all__ = ["cloned_database"]
TURNS = 8


@pytest.fixture
def school(cloned_database: None, settings: object) -> Iterator[School]:
    """Be in Alder Primary School, with a Thursday's marks to seal."""
    settings.REGISTER_SEAL_KEY = KEY
    with schema_context("public"):
        school = School.objects.get(slug="alder-primary")
    with tenant_context(school):
        people = People(alder=school, birch=school)
        for _ in range(20):
            make_mark(make_pupil(group=make_group()), make_session(THURSDAY), "N", by=people.tess)
        yield school


def seal_patiently(school: School) -> None:
    for _ in range(100):
        try:
            seal_registers(school, key=KEY.encode())
        except RegistersBusyError:
            continue
        return
    pytest.fail("the registers were never still")


def sealed_once() -> bool:
    """Say whether every mark that is sealed is so once, and all are."""
    counts = Counter(row for rows in SealedRows.objects.filter(kind="mark") for row in rows.ids)
    return set(counts) == set(Mark.objects.values_list("pk", flat=True)) and set(counts.values()) == {1}


def test_two_sealers_at_once_seal_each_row_once(school: School) -> None:
    at_once(school, *[lambda: seal_patiently(school)] * 3)
    assert sealed_once()
    assert verify()[0] == 0, verify()[1]
    assert [seal.number for seal in Seal.objects.all()] == list(range(1, Seal.objects.count() + 1))


def test_whatever_is_saved_while_a_sealer_is_at_it_is_in_this_seal_or_the_next(school: School) -> None:
    cast = People(alder=school, birch=school)
    cast._users["tess"] = Mark.objects.all()[0].made_by
    by, session = cast.tess, make_session(FRIDAY)
    pupils = [make_pupil(group=make_group()) for _ in range(TURNS)]

    def save() -> None:
        for pupil in pupils:
            make_mark(pupil, session, "N", by=by)

    def seal() -> None:
        for _ in range(TURNS):
            seal_patiently(school)

    at_once(school, save, seal)
    assert verify()[0] == 0, verify()[1]
    seal_patiently(school)
    assert sealed_once()
    assert verify()[0] == 0, verify()[1]


@pytest.mark.parametrize(("key", "why"), [("", "is not set"), ("short", "is shorter than 32 characters"), (KEY, "")])
def test_the_check_of_a_deployment_asks_for_the_key(settings: object, key: str, why: str) -> None:
    settings.REGISTER_SEAL_KEY = key
    assert "the_seal_has_a_key" in {check.__name__ for check in registry.get_checks(include_deployment_checks=True)}
    assert [why in message.msg for message in the_seal_has_a_key()] == ([True] if why else [])
