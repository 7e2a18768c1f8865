"""A school of 1,500 pupils with a term of marks and this morning's registers to take."""

import datetime as dt
import os
from typing import Final

from attendance_mat import clock
from tests.bench.school import manage, open_anew

SLUG: Final = "bench-registers"
GROUPS: Final = 50
PUPILS: Final = 30  # a group
SCHOOL_DAYS: Final = 60
MORNING: Final = dt.time(8, 55)

PEOPLE: Final = """
INSERT INTO registers_group (kind, name) SELECT 'registration', 'G' || lpad(n::text, 2, '0')
    FROM generate_series(1, %(groups)s) AS n;
INSERT INTO registers_pupil (upn, former_upn, local_id, surname, forename, surname_in_use, forename_in_use, dob, sex,
    ethnicity, address, address_confidential, enrolment_status, boarder, hidden, middle_names, last_school,
    last_school_address, next_school, next_address, next_address_with)
SELECT 'B' || lpad((g.id * 100 + n)::text, 12, '0'), '', '', 'Benchmark' || g.name, 'Child' || n, '', '',
    %(today)s::date - 4500, 'F', '', '', false, 'main', false, false, '', '', '', '', '', ''
    FROM registers_group AS g, generate_series(1, %(pupils)s) AS n;
INSERT INTO registers_rollperiod (pupil_id, from_date) SELECT id, %(today)s::date - 400 FROM registers_pupil;
INSERT INTO registers_pupilyear (pupil_id, year, from_date) SELECT id, 8, %(today)s::date - 400 FROM registers_pupil;
INSERT INTO registers_groupmember (pupil_id, group_id, kind, from_date)
SELECT p.id, g.id, 'registration', %(today)s::date - 400
    FROM registers_pupil AS p JOIN registers_group AS g ON p.surname = 'Benchmark' || g.name;
INSERT INTO registers_contact (pupil_id, position, name, relationship, parental_responsibility, lives_with, phone,
    email, address, address_confidential, no_contact, emergency, liable_as, channel, language, barrier, may_collect,
    collect_password, court_order, word_of)
SELECT id, 1, 'Parent', 'Mother', true, true, '01632 960000', '', '', false, false, true, '', '', '', '', false, '',
    '', '' FROM registers_pupil;
INSERT INTO registers_session (date, half) SELECT day, half
    FROM (SELECT day::date FROM generate_series(%(today)s::date - 100, %(today)s::date - 1, '1 day') AS day
          WHERE extract(isodow FROM day) < 6 ORDER BY day DESC LIMIT %(days)s) AS past,
        unnest(ARRAY['am', 'pm']) AS half
    UNION ALL SELECT %(today)s::date, unnest(ARRAY['am', 'pm']);
"""
MARKS: Final = """
INSERT INTO registers_register (session_id, group_id, opened_at, closes_at, finished_by_id, finished_at)
SELECT s.id, g.id, s.date + time '08:50', s.date + time '09:20', %(person)s, s.date + time '09:00'
    FROM registers_session AS s, registers_group AS g WHERE s.date < %(today)s::date;
INSERT INTO registers_mark (pupil_id, session_id, register_id, code, nature, comment, source, made_by_id, made_by_name,
    made_by_role, made_at, received_at, changes)
SELECT m.pupil_id, r.session_id, r.id,
    CASE WHEN (m.pupil_id * 7 + r.session_id) %% 17 = 0 THEN 'I' WHEN s.half = 'am' THEN '/' ELSE '\\' END,
    '', '', 'teacher', %(person)s, 'Benchmark', 'teacher', r.finished_at, r.finished_at, 0
    FROM registers_register AS r JOIN registers_session AS s ON s.id = r.session_id
    JOIN registers_groupmember AS m ON m.group_id = r.group_id;
"""

ASSIGNMENTS: Final = """
INSERT INTO registers_assignment (user_id, group_id, weekdays, from_date)
SELECT %(person)s, id, ARRAY[0, 1, 2, 3, 4, 5, 6], %(today)s::date - 400 FROM registers_group
"""


def stand_at_this_morning() -> None:
    """Set the product's clock to this morning, for this process and every one it starts."""
    now = clock.now()
    shift = dt.datetime.combine(now.date(), MORNING, clock.LONDON) - now
    os.environ["DEMO_CLOCK"] = str(round(shift.total_seconds()))
    clock.shift.cache_clear()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "attendance_mat.settings")
    os.environ.setdefault("STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")


def open_school() -> None:
    """Open the school anew and fill it, and let the planner count its rows."""
    stand_at_this_morning()
    open_anew(SLUG)
    import django  # noqa: PLC0415 - settings are read from what has been set by now

    django.setup()
    from django.db import connection, transaction  # noqa: PLC0415
    from django_tenants.utils import schema_context  # noqa: PLC0415

    numbers = {
        "today": clock.today(),
        "groups": GROUPS,
        "pupils": PUPILS,
        "days": SCHOOL_DAYS,
        "person": person("teacher"),
    }
    schema = f"school_{SLUG.replace('-', '_')}"
    with schema_context(schema), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PEOPLE, numbers)
        cursor.execute(MARKS, numbers)
        cursor.execute(ASSIGNMENTS, numbers)
    connection.close()
    manage("sql", "--role", "owner", "--school", SLUG, text="ANALYZE")


def person(role: str) -> int:
    """Return a person with one role at the school, made the first time."""
    from django_tenants.utils import schema_context  # noqa: PLC0415

    from attendance_mat.accounts.models import Membership, User  # noqa: PLC0415
    from attendance_mat.trust.models import School  # noqa: PLC0415

    with schema_context("public"):
        made = {"name": "Benchmark", "joined_at": clock.now()}
        user, _ = User.objects.get_or_create(email=f"bench-{role}@example.org", defaults=made)
        school = School.objects.get(slug=SLUG)
        Membership.objects.filter(user=user).exclude(school=school).delete()
        Membership.objects.get_or_create(user=user, school=school, role=role, defaults={"from_date": "2020-01-01"})
    return int(user.pk)
