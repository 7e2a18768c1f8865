"""A hundred schools on the morning of a school day: forty classes of thirty each, nobody marked yet.

Runs in a process of its own, as the owner: `python -m tests.bench.morning_data SCHOOLS`.
"""

import os
import sys
from typing import Any, Final

import psycopg2

from tests.bench import registers_data

GROUPS: Final = 40
EMPTIED: Final = (
    "TRUNCATE registers_mark, registers_register, registers_group, registers_session, registers_rollperiod,"
    " registers_pupil, registers_savereceipt, audit_auditevent CASCADE"
)


def slug_of(number: int) -> str:
    """Return the name of one of the schools."""
    return f"bench-morning-{number:03}"


def make_schools(schools: int) -> None:
    """Open as many schools with one teacher each who takes every register, and empty and fill them."""
    registers_data.stand_at_this_morning()
    os.environ["DATABASE_ROLE"] = "owner"
    import django  # noqa: PLC0415 - after the role is set

    django.setup()
    from attendance_mat import clock  # noqa: PLC0415
    from attendance_mat.accounts.member import machine  # noqa: PLC0415
    from attendance_mat.published.models import FinishedRegister  # noqa: PLC0415
    from attendance_mat.trust.actions import open_school  # noqa: PLC0415

    at = clock.now()
    by = machine("Benchmark", at=at)
    link = psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"])
    link.autocommit = True
    for number in range(schools):
        slug = slug_of(number)
        school = open_school(slug, name=slug, phase="secondary", pack="national", by=by, at=at)
        FinishedRegister.objects.filter(school=school).delete()
        numbers = {"today": at.date(), "groups": GROUPS, "pupils": registers_data.PUPILS, "days": 0}
        with link.cursor() as cursor:
            cursor.execute(f"SET search_path = {school.schema_name}, public")
            cursor.execute(EMPTIED)
            cursor.execute(registers_data.PEOPLE, numbers)
            cursor.execute(registers_data.ASSIGNMENTS, {**numbers, "person": _teacher(school, at)})
            cursor.execute("ANALYZE registers_pupil, registers_groupmember, registers_rollperiod, registers_mark")
    link.close()


def _teacher(school: Any, at: Any) -> int:
    from attendance_mat.accounts.models import Membership, User  # noqa: PLC0415

    made = {"name": "Benchmark", "joined_at": at}
    teacher, _ = User.objects.get_or_create(email=f"{school.slug}@example.org", defaults=made)
    Membership.objects.get_or_create(user=teacher, school=school, role="teacher", defaults={"from_date": "2020-01-01"})
    return int(teacher.pk)


if __name__ == "__main__":
    make_schools(int(sys.argv[1]))
