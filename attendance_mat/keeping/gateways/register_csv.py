"""Extracts as CSV: of the attendance register, of the admission register, and of who looked at one pupil."""

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final

from attendance_mat.keeping.queries.extracts import Extract
from registers.models import Disclosure, MarkAmendment, Pupil, RecordAccess
from registers.queries.as_it_stood import StoodMark
from registers.rules.calendar import LONDON

ENTRIES: Final = (
    "row", "date", "session", "group", "upn", "surname", "forename", "original_entry", "entry", "nature", "comment",
    "arrived_at", "minutes_late", "reason", "made_by", "made_by_role", "made_at", "received_at",
)  # fmt: skip
ADMISSIONS: Final = ("upn", "surname", "forename", "date_of_birth", "sex", "first_day_on_roll", "last_day_on_roll")
LOOKS: Final = ("row", "at", "by", "role", "what", "recipient", "purpose")
BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
A_DAY: Final = dt.timedelta(days=1)


def attendance_csv(extract: Extract) -> bytes:
    """Return an extract of the attendance register: a row for each entry, then one for each of its changes.

    A change has the particulars of PR24 reg 6: original entry, amended entry, reason, date and time, name and role.
    """
    rows: list[Sequence[object]] = []
    for mark in extract.marks:
        pupil = extract.pupils[mark.pupil_id]
        which = (
            mark.date, mark.half, extract.groups.get(mark.register_id, ""), *map(_words, _who(pupil)),
        )  # fmt: skip
        changes = extract.changes.get(mark.id, ())
        rows.append(("entry", *which, *_entry(mark, changes)))
        rows += [(change.kind, *which, *_change(change)) for change in changes]
    return _written(ENTRIES, rows)


def admission_csv(pupils: Iterable[Pupil]) -> bytes:
    """Return an extract of the admission register: a row for each time a pupil was on the roll."""
    return _written(
        ADMISSIONS,
        (
            (*map(_words, _who(pupil)), pupil.dob, pupil.sex, period.from_date,
             period.until_date - A_DAY if period.until_date else "")
            for pupil in pupils
            for period in pupil.roll_periods.all()
        ),
    )  # fmt: skip


def subject_csv(looks: Iterable[tuple[RecordAccess, str]], disclosures: Iterable[Disclosure]) -> bytes:
    """Return who looked at one pupil's record, and what left the school about them."""
    seen = [("look", _moment(row.at), _words(row.by_name), row.by_role, what, "", "") for row, what in looks]
    gone = [
        ("disclosure", _moment(row.at), _words(row.by_name), row.by_role, row.what,
         _words(row.recipient), _words(row.purpose))
        for row in disclosures
    ]  # fmt: skip
    return _written(LOOKS, [*seen, *gone])


def _who(pupil: Pupil) -> tuple[str, str, str]:
    return pupil.upn, pupil.surname, pupil.forename


def _entry(mark: StoodMark, changes: Sequence[MarkAmendment]) -> tuple[object, ...]:
    first = changes[0].original_code if changes else mark.code
    return (
        first, mark.code, _words(mark.nature), _words(mark.comment), _moment(mark.arrived_at),
        "" if mark.minutes_late is None else mark.minutes_late, "", _words(mark.made_by_name), mark.made_by_role,
        _moment(mark.made_at), _moment(mark.received_at),
    )  # fmt: skip


def _change(change: MarkAmendment) -> tuple[object, ...]:
    return (
        change.original_code, change.amended_code, _words(change.amended_nature), _words(change.amended_comment),
        _moment(change.amended_arrived_at),
        "" if change.amended_minutes_late is None else change.amended_minutes_late,
        _words(change.reason or "corrected while the register was open"), _words(change.amended_by_name),
        change.amended_by_role, _moment(change.made_at), _moment(change.received_at),
    )  # fmt: skip


def _moment(value: dt.datetime | None) -> str:
    return value.astimezone(LONDON).isoformat(timespec="seconds") if value else ""


def _words(text: str) -> str:
    """Return words that a spreadsheet reads as words: an apostrophe stands before what it would take for a sum."""
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text


def _written(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")  # so that a spreadsheet reads every name right
