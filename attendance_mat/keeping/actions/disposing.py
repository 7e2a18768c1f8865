"""Disposes of records whose period is over: only on somebody's authority, never by a timer. Runs as the owner.

All of it goes or none: what is removed, and the record of it, are one transaction.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.keeping.actions.backing_up import archive_storage
from attendance_mat.keeping.models import Archive, Disposal
from attendance_mat.keeping.queries import disposing as queries
from attendance_mat.keeping.queries.disposing import Model, Records
from attendance_mat.keeping.rules.archive import school_year_end
from attendance_mat.keeping.rules.retention import Kind, last_that_may_go
from attendance_mat.trust.models import Enrolment, School
from attendance_mat.trust.policy import policy_for
from registers.actions.sealing import record_disposal
from registers.rules import seal

Remember = Callable[[seal.Kind, Mapping[int, Sequence[int]]], None]  # the record of sealed rows that are removed
NO_AUTHORITY: Final = "Say on whose authority the records are disposed of."


@transaction.atomic
def dispose(
    school: School, *, authority: str, key: bytes, by: Member, at: dt.datetime, rehearse: bool = False
) -> Disposal:
    """Remove what may go on this day, and return the record of it: what was removed by kind, and what a hold kept.

    With `rehearse` nothing is removed and nothing recorded. A pupil's entries go last, once nothing else is kept of
    them. Raises ValidationError without an authority.
    """
    if not authority.strip():
        raise ValidationError(NO_AUTHORITY)
    removed, held = Counter[Kind](), Counter[Kind]()
    on = at.astimezone(seal.LONDON).date()
    years = queries.years_by_kind(policy_for(school), on=on)
    last = {name: last_that_may_go(on, years=each) for name, each in years.items()}
    remember = partial(record_disposal, authority=authority.strip(), by=by, at=at, key=key)
    _dispose_of_marks(last[queries.REGISTER], removed, held, remember)
    for records in queries.ORDER:
        _dispose_of(records, last[records.years], removed, held, remember)
    pupils = _dispose_of(queries.PUPILS, last[queries.REGISTER], removed, held, remember)
    Enrolment.objects.filter(school=school, pupil_id__in=pupils).delete()
    _dispose_of_archives(on, years["archives"], removed, held, at=at)
    disposal = Disposal(
        authority=authority.strip(), removed=_counted(removed), held_back=_counted(held),
        ended_by_date=last[queries.REGISTER], run_by_name=by.name, run_at=at,
    )  # fmt: skip
    if rehearse:
        transaction.set_rollback(True)
        return disposal
    disposal.save()
    record(Event.RECORDS_DISPOSED, disposal, by=by, at=at, removed=disposal.removed, held_back=disposal.held_back)
    return disposal


def _counted(counts: "Counter[Kind]") -> dict[str, int]:
    return {kind.value: counts[kind] for kind in Kind if counts[kind]}


def _dispose_of(
    records: Records, last: dt.date, removed: "Counter[Kind]", held: "Counter[Kind]", remember: Remember
) -> Sequence[int]:
    """Remove the records of one kind whose period is over; what a seal holds of them is recorded under its key."""
    over = queries.over(records, last=last)
    kept = queries.held(records)
    held[records.kind] += over.filter(kept).count()
    ids = list(over.exclude(kept).values_list("pk", flat=True))
    for kind, rows in queries.sealed_rows(records, ids).items():
        remember(kind, rows)
    _remove(records.model, ids, records.family)
    removed[records.kind] += len(ids)
    return ids


def _remove(model: Model, ids: Sequence[int], family: tuple[Model, ...]) -> None:
    """Remove rows by number, and before them those of the family that are of them."""
    if not ids:
        return
    for other, name in queries.references(model):
        if other in family:
            own = other._default_manager.filter(**{f"{name}__in": ids})
            _remove(other, list(own.values_list("pk", flat=True)), family)
    rows: Any = model._default_manager.filter(pk__in=ids)
    rows._raw_delete("default")


def _dispose_of_marks(last: dt.date, removed: "Counter[Kind]", held: "Counter[Kind]", remember: Remember) -> None:
    """Remove marks with all their amendments, then the registers left empty; record each under the seal's key."""
    with connection.cursor() as cursor:
        cursor.execute(queries.due_marks_sql(), {"last": last})
        cursor.execute("SELECT count(*) FROM due_marks WHERE held")
        held[Kind.MARKS] += cursor.fetchone()[0]
        cursor.execute("DELETE FROM due_marks WHERE held")
        amendments = _rows(cursor, "SELECT d.session_id, a.id FROM registers_markamendment a JOIN due_marks d"
                           " ON d.id = a.mark_id ORDER BY 1, 2")  # fmt: skip
        marks = _rows(cursor, "SELECT session_id, id FROM due_marks ORDER BY 1, 2")
        for table in queries.MARK_FAMILY:
            cursor.execute(f"DELETE FROM {table._meta.db_table} WHERE mark_id IN (SELECT id FROM due_marks)")  # noqa: S608 (names of ours)
        cursor.execute("DELETE FROM registers_mark WHERE id IN (SELECT id FROM due_marks)")
        remember(seal.Kind.AMENDMENT, amendments)
        remember(seal.Kind.MARK, marks)
        cursor.execute(queries.due_registers_sql(), {"last": last})
        registers = _rows(cursor, "SELECT session_id, id FROM due_registers ORDER BY 1, 2")
        finishes = _rows(cursor, "SELECT session_id, id FROM due_registers WHERE finished ORDER BY 1, 2")
        cursor.execute("DELETE FROM registers_register WHERE id IN (SELECT id FROM due_registers)")
        remember(seal.Kind.REGISTER, registers)
        remember(seal.Kind.FINISH, finishes)
        cursor.execute("DROP TABLE due_marks, due_registers")
    for kind, rows in ((Kind.MARKS, marks), (Kind.AMENDMENTS, amendments), (Kind.REGISTERS, registers)):
        removed[kind] += sum(map(len, rows.values()))


def _rows(cursor: Any, sql: str) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    cursor.execute(sql)
    for session, row in cursor.fetchall():
        found[session].append(row)
    return found


def _dispose_of_archives(
    on: dt.date, years: int, removed: "Counter[Kind]", held: "Counter[Kind]", *, at: dt.datetime
) -> None:
    """Remove back-ups so many years after the end of their school year; the row that says what they were stays."""
    last = last_that_may_go(on, years=years)
    due = [each for each in Archive.objects.filter(disposed_at__isnull=True) if school_year_end(each.month_date) < last]
    if queries.lasting_holds().exists():
        held[Kind.ARCHIVES] += len(due)
        return
    for each in due:
        each.disposed_at = at
        each.save(update_fields=["disposed_at"])
        transaction.on_commit(partial(archive_storage().delete, each.place))
    removed[Kind.ARCHIVES] += len(due)
