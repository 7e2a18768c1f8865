"""Takes calendar, pupils, marks, staff and timetable from files of other systems: the whole file, or nothing of it."""

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from django.db import IntegrityError, connection, transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.trust.models import School
from registers.actions.importing_calendar import take_calendar
from registers.actions.importing_job import ImportJob, IncomingFile
from registers.actions.importing_marks import take_marks
from registers.actions.importing_pupils import take_pupils
from registers.actions.importing_staff import take_staff
from registers.actions.importing_timetable import take_timetable
from registers.gateways.mis_csv import FileRefusedError, Progress

log = logging.getLogger(__name__)

ONE_AT_A_TIME: Final = 7_240_003  # with the school's number: the lock that keeps a school's imports apart


class Kind(StrEnum):
    """What a file is about."""

    CALENDAR = "calendar"
    PUPILS = "pupils"
    MARKS = "marks"
    STAFF = "staff"
    TIMETABLE = "timetable"


class Taking(NamedTuple):
    """How one kind of file is taken, and what the log says once it is in. A higher room may have kinds of its own."""

    take: Callable[[ImportJob], None]
    event: Event


TAKINGS: Final[Mapping[Kind, Taking]] = {
    Kind.CALENDAR: Taking(take_calendar, Event.CALENDAR_IMPORTED),
    Kind.PUPILS: Taking(take_pupils, Event.PUPILS_IMPORTED),
    Kind.MARKS: Taking(take_marks, Event.MARKS_IMPORTED),
    Kind.STAFF: Taking(take_staff, Event.STAFF_IMPORTED),
    Kind.TIMETABLE: Taking(take_timetable, Event.TIMETABLE_IMPORTED),
}


def _no_progress(_part: float) -> None:
    """Tell nobody how far an import has come."""


def rehearse_import(
    kind: Kind | Taking, file: IncomingFile, *, school: School, by: Member, at: dt.datetime
) -> ImportJob:
    """Return what an import would do, and write nothing. Raises FileRefusedError as the import itself would."""
    job = ImportJob(file, school, by=by, at=at, rehearsal=True, progress=_no_progress)
    _taking(kind).take(job)
    _refuse_if_faulty(job)
    return job


def run_import(
    kind: Kind | Taking,
    file: IncomingFile,
    *,
    school: School,
    by: Member,
    at: dt.datetime,
    progress: Progress = _no_progress,
) -> ImportJob:
    """Take a whole file into the school that is selected, and return what it changed.

    Raises FileRefusedError, having changed nothing, if anything in the file is wrong or if someone
    changed the same records meanwhile.
    """
    job = ImportJob(file, school, by=by, at=at, rehearsal=False, progress=progress)
    take, event = _taking(kind)
    try:
        with transaction.atomic():
            take_turns(school)
            take(job)
            _refuse_if_faulty(job)
            counts = {str(name): count for name, count in job.counts.items() if count}
            record(event, school, by=by, at=at, file=file.name, counts=counts, **job.detail)
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        log.warning("An import into %s met %s and was undone.", school.slug, constraint)  # never the row: it has names
        job.faults.add(1, "", "", "The records changed while the file was read. Nothing was kept: import it again.")
        raise FileRefusedError(job.faults) from None
    return job


def _taking(kind: Kind | Taking) -> Taking:
    return TAKINGS[kind] if isinstance(kind, Kind) else kind


def take_turns(school: School) -> None:
    """Wait for whoever else imports into this school or begins its new year until this transaction ends; and have
    keys checked batch by batch, not all at the end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ONE_AT_A_TIME, school.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _refuse_if_faulty(job: ImportJob) -> None:
    if job.faults.count:
        job.faults.first.sort(key=lambda fault: fault.line)
        raise FileRefusedError(job.faults)
