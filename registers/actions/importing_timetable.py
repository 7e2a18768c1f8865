"""Takes a school's timetable from a file. From its first day on the file is the whole of it; what was before stays."""

from collections.abc import Sequence
from operator import attrgetter

from django.db import transaction

from registers.actions.importing_job import ImportJob
from registers.actions.importing_lessons import Lessons
from registers.actions.importing_timetable_days import take_days, take_weeks
from registers.actions.importing_timetable_groups import take_pupils_of_groups
from registers.gateways.mis_timetable import SHAPE, Record, Row, timetable_rows
from registers.models import Group, TimetableWeek
from registers.queries import timetable as queries

WITHOUT_WEEKS = (
    "No week is named A or B yet: lessons of those weeks are held in none. Import rows of weeks, each by its Monday."
)


def take_timetable(job: ImportJob) -> None:
    """Bring the timetable to what the file says: a rehearsal does the same and takes it back."""
    table = job.table(SHAPE)
    rows = list(timetable_rows(table, job.faults))
    job.ignored = table.ignored
    of_record = {record: [row for row in rows if row.record is record] for record in Record}
    lessons = of_record[Record.LESSON]
    first_day = min((row["from"] for row in lessons), default=None)
    with transaction.atomic():
        groups = _groups([*lessons, *of_record[Record.PUPIL]])
        if first_day:
            Lessons(job, lessons, groups, first_day).take()
        take_pupils_of_groups(job, of_record[Record.PUPIL], groups, first_day=first_day)
        take_weeks(job, of_record[Record.WEEK])
        take_days(job, of_record[Record.OFF], of_record[Record.ON])
        if any(row["week"] for row in lessons) and not TimetableWeek.objects.exists():
            job.said.append(WITHOUT_WEEKS)
        transaction.set_rollback(job.rehearsal or bool(job.faults.count))


def _groups(rows: Sequence[Row]) -> dict[str, Group]:
    """Return every group the rows name, by its name in small letters; those not met before are made, for teaching."""
    known = queries.groups_taught()
    wanted = {row["group"].casefold(): row["group"] for row in sorted(rows, key=attrgetter("line"), reverse=True)}
    made = Group.objects.bulk_create(
        Group(kind=Group.Kind.TEACHING, name=name) for key, name in wanted.items() if key not in known
    )
    return known | {group.name.casefold(): group for group in made}
