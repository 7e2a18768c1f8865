"""Two heads press at the same moment, in real threads and real transactions: the year begins once."""

from concurrent.futures import ThreadPoolExecutor

from django.core.exceptions import ValidationError
from django.db import connections
from django_tenants.utils import schema_context, tenant_context

from attendance_mat.admission.models import NewYear
from attendance_mat.admission.queries import new_year as queries
from attendance_mat.trust.models import School as TrustSchool
from registers.models import PupilYear
from tests.admission.new_years import SEPTEMBER, TODAY, School
from tests.live import cloned_database
from tests.people import People

__all__ = ["cloned_database"]


def test_of_two_who_begin_the_year_at_once_one_does_and_the_other_is_told(cloned_database: None) -> None:
    with schema_context("public"):
        alder = TrustSchool.objects.get(slug="alder-primary")
    with tenant_context(alder):
        school = School(People(alder=alder, birch=alder))
        assert school.people.ben.user
        seen = queries.plan_of(school.choices(), today=TODAY).digest

        def press(_number: int) -> str:
            try:
                with tenant_context(alder):
                    return str(school.begin(seen=seen).from_date)
            except ValidationError as refused:
                return " ".join(refused.messages)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            said = sorted(pool.map(press, range(2)))
        assert said[0] == SEPTEMBER.isoformat()
        assert "has been begun already" in said[1]
        assert NewYear.objects.count() == 1
        assert PupilYear.objects.filter(from_date=SEPTEMBER).count() == 2
