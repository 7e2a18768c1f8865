"""Those who change one pupil's stages take turns; the pupil of another school with the same number is another pupil."""

from django.db import connection
from django_tenants.utils import schema_context

from attendance_mat.trust.models import School
from escalation.queries.ladder import take_turns


def held() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_two_schools_pupils_of_one_number_have_a_lock_each(alder: School, birch: School) -> None:
    for _ in range(2):
        take_turns(7)
    assert held() == 1
    with schema_context(birch.schema_name):
        take_turns(7)
    assert held() == 2
