"""The daily file for the school's other system, what came of it, and the day from which our register is the record."""

import datetime as dt
import hashlib
from collections.abc import Collection, Mapping
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.keeping.actions.disclosing import For, disclose
from attendance_mat.keeping.gateways import daily_file
from attendance_mat.keeping.models import DailyFile
from attendance_mat.keeping.queries import other_system as queries
from attendance_mat.keeping.rules.other_system import ALERT_AT, ALERTING, Comparison, Key, Prerequisite, State, compare
from attendance_mat.published.alerts import end_alerts, raise_alert
from attendance_mat.published.models import Alert
from attendance_mat.trust.models import School
from registers.models import Session
from registers.rules.calendar import LONDON

NO_MARKS: Final = "No mark was made that day, so there is nothing to send."
NOT_SENT: Final = "Download the day's file first: there is nothing yet that the other system could have."
IN_THE_PAST: Final = "Choose today or a later day: what the register of record is does not change after the event."
WORDS: Final = {
    State.UNSENT: "The marks of {} have not been sent to the school's other system.",
    State.CHANGED: "Marks of {} have changed since they were sent to the school's other system.",
    State.DIFFERS: "The marks of {} differ in the school's other system.",
}


@transaction.atomic
def make_daily_file(school: School, date: dt.date, *, by: Member, at: dt.datetime) -> tuple[DailyFile, bytes]:
    """Return a day's marks as a file, and the record that it was given out. ValidationError where there are none."""
    last, marks = queries.last_amendment(date), queries.marks_of(date)
    if not marks:
        raise ValidationError(NO_MARKS)
    content = daily_file.written(date, marks)
    made = DailyFile.objects.create(
        date=date, made_at=at, digest=hashlib.sha256(content).hexdigest(), last_amendment=last, marks=len(marks),
        sent_at=at,
    )  # fmt: skip
    disclose(
        content, what="daily file", to=For("The school's other system", "The day's marks, by file"),
        pupils={mark.pupil_id for mark in marks}, from_date=date, until_date=date + dt.timedelta(days=1), by=by, at=at,
    )  # fmt: skip
    record(Event.DAILY_FILE_MADE, made, by=by, at=at, date=date.isoformat(), marks=made.marks)
    _end_alert_if_settled(school, date, at=at)
    return made, content


@transaction.atomic
def compare_daily_file(
    school: School, date: dt.date, theirs: Mapping[Key, str], *, by: Member, at: dt.datetime
) -> Comparison:
    """Keep how the other system's marks of a day compare with those here. ValidationError where none were sent."""
    file = queries.latest_file(date)
    if file is None:
        raise ValidationError(NOT_SENT)
    marks = queries.marks_of(date)
    found = compare(queries.codes_by_session(marks), theirs)
    numbers = {(mark.pupil_id, mark.half): mark.mark_id for mark in marks}
    file.compared_at = at
    file.differing = [each._asdict() for each in found.differing]
    file.missing = [numbers[key] for key in found.missing]
    file.save(update_fields=["compared_at", "differing", "missing"])
    counts = {"differing": len(found.differing), "missing": len(found.missing), "same": found.same}
    record(Event.DAILY_FILE_COMPARED, file, by=by, at=at, date=date.isoformat(), **counts)
    _end_alert_if_settled(school, date, at=at)
    return found


def _end_alert_if_settled(school: School, date: dt.date, *, at: dt.datetime) -> None:
    if queries.state_of(date) not in ALERTING:
        end_alerts(school, Alert.Kind.DAILY_FILE, up_to=date, at=at)


@transaction.atomic
def tell_of_daily_file(school: School, *, by: Member, at: dt.datetime) -> State | None:
    """From 16:00 on a school day, raise an alert where the day's marks are unsent or differ; return how they stand.

    Only where the register here is that of record. None before that hour, on other days and at other schools.
    """
    here = at.astimezone(LONDON)
    date, of_record = here.date(), school.register_of_record_date
    if of_record is None or date < of_record or here.time() < ALERT_AT:
        return None
    if not Session.objects.filter(date=date).exists():
        return None
    stands = queries.state_of(date)
    if stands not in ALERTING:
        return stands
    words = WORDS[stands].format(f"{date.day} {date:%B %Y}")
    if raise_alert(school, Alert.Kind.DAILY_FILE, date, words=words, at=at):
        DailyFile.objects.filter(date=date).update(alerted_at=at)
        record(Event.DAILY_FILE_ALERTED, school, by=by, at=at, date=date.isoformat(), state=stands.value)
    return stands


@transaction.atomic
def set_register_of_record(
    school: School, on: dt.date, *, prerequisites: Collection[Prerequisite], by: Member, at: dt.datetime
) -> None:
    """Have the registers here be those of record from a day on. ValidationError says what lacks."""
    lacking = [each.what for each in prerequisites if not each.is_met]
    if lacking:
        message = f"This cannot be set yet. Missing: {', '.join(lacking).lower()}."
        raise ValidationError(message)
    if on < at.astimezone(LONDON).date():
        raise ValidationError(IN_THE_PAST)
    was = school.register_of_record_date
    school.register_of_record_date = on
    school.save(update_fields=["register_of_record_date"])
    record(Event.REGISTER_OF_RECORD_SET, school, by=by, at=at, on=on.isoformat(), was=was.isoformat() if was else None)
