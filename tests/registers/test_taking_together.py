"""Two people on one register at once, in real threads and real transactions."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django_tenants.utils import schema_context, tenant_context

from attendance_mat.accounts.member import Member
from attendance_mat.trust.models import School
from registers.actions import saving, taking
from registers.actions.entering import Entry
from registers.models import Mark, Pupil, Register, SaveReceipt
from tests.conftest import MONDAY_MORNING
from tests.factories import make_group, make_pupil, make_register, make_session
from tests.live import cloned_database, it_becomes
from tests.people import People

__all__ = ["cloned_database", "it_becomes"]


@pytest.fixture
def school(cloned_database: None) -> Iterator[School]:
    """Be in Alder Primary School, with an open register of twenty children."""
    with schema_context("public"):
        school = School.objects.get(slug="alder-primary")
    with tenant_context(school):
        for _ in range(20):
            make_pupil(group=make_group())
        make_register(make_session(dt.date(2026, 11, 23)), make_group())
        yield school


def at_once(school: School, *acts: Callable[[], object]) -> list[object]:
    """Run each act in a thread of its own, in the school, and return what they gave."""

    def run(act: Callable[[], object]) -> object:
        try:
            with tenant_context(school):
                return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def save(code: str, by: Member, key: uuid.UUID) -> Callable[[], dict]:
    entries = [Entry(pupil.pk, code, base=0, made_at=MONDAY_MORNING) for pupil in Pupil.objects.all()]
    register = Register.objects.get()
    return lambda: saving.save_marks(register, entries, key=key, digest=code, by=by, at=MONDAY_MORNING)


def test_of_two_people_marking_the_same_children_one_is_saved_and_the_other_told(school: School) -> None:
    people = People(alder=school, birch=school)
    tess, alma = save("/", people.tess, uuid.uuid4()), save("N", people.alma, uuid.uuid4())
    replies = at_once(school, tess, alma)
    outcomes = sorted({row["outcome"] for row in reply["rows"]} for reply in replies if isinstance(reply, dict))
    assert outcomes in ([{"clash"}, {"saved"}], [{"saved"}, {"clash"}])
    assert Mark.objects.count() == 20
    assert Mark.objects.values("made_by_name", "code").distinct().count() == 1


def test_one_request_sent_many_times_at_once_is_saved_once(school: School) -> None:
    people = People(alder=school, birch=school)
    act = save("/", people.tess, uuid.uuid4())
    replies = at_once(school, act, act, act, act)
    assert replies[0] == replies[1] == replies[2] == replies[3]
    assert (Mark.objects.count(), SaveReceipt.objects.count()) == (20, 1)


def test_everyone_else_and_a_save_at_once_never_mark_a_child_twice(school: School) -> None:
    people = People(alder=school, birch=school)
    alma, tess, register = save("N", people.alma, uuid.uuid4()), people.tess, Register.objects.get()
    at_once(
        school,
        alma,
        lambda: taking.mark_everyone_else_present(register, number=20, by=tess, at=MONDAY_MORNING),
    )
    assert Mark.objects.count() == 20
    assert Mark.objects.filter(changes__gt=0).count() == 0
