"""How fast the page of how registers are kept is: four weeks of a school of 1,500 with five lessons a day."""

import datetime as dt
from functools import lru_cache

from tests.bench import registers, registers_data
from tests.bench.registers_data import SLUG
from tests.bench.result import Result

WEEKS = 4
ONE_IN = 200  # marks was wrong of who was there, and was amended
LESSONS = """
INSERT INTO registers_group (kind, name) SELECT 'teaching', 'T' || name FROM registers_group
    WHERE kind = 'registration';
INSERT INTO registers_groupmember (pupil_id, group_id, kind, from_date)
SELECT place.pupil_id, taught.id, 'teaching', place.from_date FROM registers_groupmember AS place
    JOIN registers_group AS class ON class.id = place.group_id JOIN registers_group AS taught
        ON taught.name = 'T' || class.name;
INSERT INTO registers_timetableperiod (name, week, weekday, starts, ends, from_date)
SELECT number::text, '', weekday, time '09:30' + (number - 1) * interval '1 hour',
    time '10:20' + (number - 1) * interval '1 hour', %(today)s::date - 200
    FROM generate_series(1, 5) AS number, generate_series(0, 4) AS weekday;
INSERT INTO registers_timetabledlesson (period_id, group_id, subject, teacher_id, supplies, from_date)
SELECT period.id, taught.id, 'Maths', %(person)s, '', period.from_date
    FROM registers_timetableperiod AS period, registers_group AS taught WHERE taught.kind = 'teaching';
INSERT INTO registers_lessonregister (lesson_id, date, starts_at, ends_at, opened_at, finished_by_id, finished_at)
SELECT lesson.id, day.date, day.date + period.starts, day.date + period.ends, day.date + period.starts, %(person)s,
    day.date + period.ends
    FROM (SELECT DISTINCT date FROM registers_session WHERE date < %(today)s::date) AS day
    JOIN registers_timetableperiod AS period ON period.weekday = extract(isodow FROM day.date)::int - 1
    JOIN registers_timetabledlesson AS lesson ON lesson.period_id = period.id;
INSERT INTO registers_lessonmark (pupil_id, register_id, code, place, comment, source, made_by_id, made_by_name,
    made_by_role, made_at, received_at, changes)
SELECT place.pupil_id, register.id, CASE WHEN (place.pupil_id + register.id) %% 19 = 0 THEN 'N' ELSE '/' END, '', '',
    'teacher', %(person)s, 'Benchmark', 'teacher', register.starts_at, register.starts_at, 0
    FROM registers_lessonregister AS register
    JOIN registers_timetabledlesson AS lesson ON lesson.id = register.lesson_id
    JOIN registers_groupmember AS place ON place.group_id = lesson.group_id;
"""


@lru_cache(maxsize=1)
def _lessons() -> None:
    """Give the school its lessons and their marks, and let the planner count them."""
    from django.db import connection, transaction  # noqa: PLC0415 - settings are read from what has been set by now
    from django.db.models import F  # noqa: PLC0415 - settings are read by now
    from django_tenants.utils import schema_context  # noqa: PLC0415 - settings are read by now

    from attendance_mat import clock  # noqa: PLC0415 - settings are read by now
    from registers.models import LessonMark, LessonMarkAmendment, Mark, MarkAmendment  # noqa: PLC0415 - settings are read by now
    from tests.bench.school import manage  # noqa: PLC0415 - settings are read by now

    person = registers_data.person("teacher")
    with schema_context(f"school_{SLUG.replace('-', '_')}"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LESSONS, {"today": clock.today(), "person": person})
        for marks, amendments in ((Mark, MarkAmendment), (LessonMark, LessonMarkAmendment)):
            wrong = marks.objects.alias(rest=F("pk") % ONE_IN).filter(rest=0)
            amendments.objects.bulk_create(
                amendments(
                    mark_id=pk,
                    kind="amendment",
                    amended_code="N" if code != "N" else "/",
                    reason="A slip",
                    source="office",
                    amended_by_id=person,
                    amended_by_name="Benchmark",
                    amended_by_role="attendance_officer",
                    made_at=clock.now(),
                )
                for pk, code in wrong.values_list("pk", "code")
            )
    connection.close()
    manage("sql", "--role", "owner", "--school", SLUG, text="ANALYZE")


def kept_page_p95_ms() -> Result:
    """Measure the page over four weeks."""
    registers.open_school()
    _lessons()
    from attendance_mat import clock  # noqa: PLC0415 - settings are read by now

    last = clock.today()
    first = last - dt.timedelta(weeks=WEEKS)
    return registers.page(f"{registers.AT}kept/?first={first}&last={last}", "attendance_officer")
