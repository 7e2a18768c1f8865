"""Two who act on one pupil's stages at the same moment take turns, and leave what one after the other would."""

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django_tenants.utils import schema_context, tenant_context

from attendance_mat.trust.models import School
from escalation import actions
from escalation.models import Case, CaseTask, PupilStage, StageApproval
from escalation.rules.ladder import Crossing
from letters.models import Letter
from tests.conftest import MONDAY_MORNING
from tests.escalation.on_the_ladder import follow_ladder, make_crossing, occasion
from tests.factories import make_contact, make_pupil, make_sessions
from tests.live import cloned_database
from tests.people import People

__all__ = ["cloned_database"]


@pytest.fixture
def cast(cloned_database: None) -> Iterator[People]:
    """Be inside Alder, where what is done is committed and a ladder followed."""
    with schema_context("public"):
        schools = {school.slug: school for school in School.objects.all()}
    people = People(alder=schools["alder-primary"], birch=schools["birch-high"])
    with tenant_context(people.alder):
        follow_ladder(people.alder, by=people.ben)
        make_sessions(dt.date(2026, 11, 16), 15)
        yield people


def at_once(school: School, *calls: Callable[[], object]) -> list[object]:
    """Do each call in a connection of its own, all at the same moment; return what each gave or raised."""
    start = Barrier(len(calls))

    def do(call: Callable[[], object]) -> object:
        try:
            with tenant_context(school):
                start.wait(timeout=10)
                return call()
        except ValidationError as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(do, calls))


def test_two_workers_at_one_crossing_make_one_stage_one_case_and_one_letter(cast: People) -> None:
    pupil = make_pupil()
    make_contact(pupil)
    finding = make_crossing(pupil)
    now = occasion(cast.alder, MONDAY_MORNING)

    def propose() -> object:
        return actions.propose_stage(finding, crossing=Crossing(finding.reached_on), occasion=now)

    made = at_once(cast.alder, propose, propose)

    assert [row is None for row in made].count(True) == 1
    assert (PupilStage.objects.count(), Case.objects.count(), Letter.objects.count()) == (1, 1, 1)


def test_two_who_agree_at_once_bring_the_pupil_to_the_stage_once(cast: People) -> None:
    pupil = make_pupil()
    make_contact(pupil)
    finding = make_crossing(pupil, "second")
    row = actions.propose_stage(
        finding, crossing=Crossing(finding.reached_on), occasion=occasion(cast.alder, MONDAY_MORNING)
    )
    officer, hana = (occasion(cast.alder, MONDAY_MORNING, cast.member(name)) for name in ("alma", "hana"))

    made = at_once(
        cast.alder,
        lambda: actions.approve_stage(row, occasion=officer, because="Rung."),
        lambda: actions.approve_stage(row, occasion=hana, because="Rung."),
        lambda: actions.approve_stage(row, occasion=hana, because="Rung."),
    )

    assert sum(isinstance(each, ValidationError) for each in made) == 1
    row.refresh_from_db()
    assert row.entered_on == MONDAY_MORNING.date()
    assert (StageApproval.objects.count(), CaseTask.objects.count(), Letter.objects.count()) == (2, 1, 1)
