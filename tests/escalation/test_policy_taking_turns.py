"""Two managers save at the same moment what each decided on the same page: one is saved, the other is told."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django_tenants.utils import schema_context, tenant_context

from attendance_mat.policy.adopted import Override
from attendance_mat.trust import adopting
from attendance_mat.trust.models import PolicyOverride, School
from tests.conftest import MONDAY_MORNING
from tests.live import cloned_database
from tests.people import People

__all__ = ["cloned_database"]
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def live_people(cloned_database: None) -> Iterator[People]:
    with schema_context("public"):
        schools = {school.slug: school for school in School.objects.all()}
    with tenant_context(schools["alder-primary"]):
        yield People(alder=schools["alder-primary"], birch=schools["birch-high"])


@pytest.mark.enable_socket
def test_of_two_at_once_one_is_saved_and_the_other_told(live_people: People) -> None:
    tara, school = live_people.member("tara"), live_people.alder
    seen, together = adopting.state([school]), Barrier(2)

    def save(minutes: int) -> str:
        together.wait()
        asked = Override(TODAY, "register_open", {"minutes": minutes}, "Governors")
        try:
            adopting.set_value(asked, school=school, by=tara, at=MONDAY_MORNING, seen=seen)
        except ValidationError as refused:
            return refused.messages[0]
        finally:
            connections.close_all()
        return "saved"

    with ThreadPoolExecutor(2) as both:
        answers = sorted(both.map(save, (10, 20)))

    assert answers == [adopting.STALE, "saved"]
    assert PolicyOverride.objects.count() == 1
