"""Reads the registers for an archive: each table streamed, all of them as of one moment."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple, Protocol

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models, transaction

from attendance_mat.keeping.models import Disposal, LegalHold
from registers.models import Disclosure, RecordAccess, SaveReceipt

# No part of either register: replies to saves, and who looked at what.
LEFT_OUT: Final = frozenset({SaveReceipt, RecordAccess, Disclosure})
ROOMS: Final = ("registers", "admission")


class Writes(Protocol):
    """Where a table goes."""

    rows: int | None

    def write(self, data: bytes, /) -> int: ...


def archived_models() -> list[type[models.Model]]:
    """Return what an archive holds: every table of both registers, with legal holds and past disposals."""
    rooms = (model for room in ROOMS for model in apps.get_app_config(room).get_models(include_auto_created=True))
    return [*(model for model in rooms if model not in LEFT_OUT), LegalHold, Disposal]


def columns_of(model: type[models.Model]) -> list[str]:
    """Return a table's columns, in the order in which an archive has them."""
    return [str(field.column) for field in model._meta.concrete_fields]


@contextmanager
def one_moment() -> Iterator[None]:
    """Have everything read within it be as of one moment, whatever is saved meanwhile."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL TimeZone = 'UTC'")
            cursor.execute("SET LOCAL DateStyle = 'ISO'")
        yield


def copy_table(model: type[models.Model], to: Writes) -> None:
    """Stream a table as CSV, in the order of its keys; an empty cell is nothing, "" is an empty text. One query."""
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, columns_of(model)))
    key = quote(str(model._meta.pk.column if model._meta.pk else "id"))
    _copy(f"SELECT {columns} FROM {quote(model._meta.db_table)} ORDER BY {key}", to)  # noqa: S608 (names of ours)


def copy_people(to: Writes) -> None:
    """Stream everybody whom the archived tables name by number, so that a restored entry says who made it."""
    quote, user = connection.ops.quote_name, get_user_model()
    named = [
        f"SELECT {quote(str(field.column))} FROM {quote(model._meta.db_table)}"  # noqa: S608 (names of ours)
        for model in archived_models()
        for field in model._meta.concrete_fields
        if field.related_model is user
    ]
    _copy(
        "SELECT id, email, name, is_machine, joined_at FROM accounts_user"  # noqa: S608 (names of ours)
        f" WHERE id IN ({' UNION '.join(named)}) ORDER BY id",
        to,
    )


def _copy(select: str, to: Writes) -> None:
    with connection.cursor() as cursor:
        raw: Any = cursor
        raw.copy_expert(f"COPY ({select}) TO STDOUT WITH (FORMAT csv, HEADER)", to)
        to.rows = raw.rowcount


class MonthRow(NamedTuple):
    """One mark of a month, as the printed register lists it."""

    group: str
    pupil_id: int
    surname: str
    forename: str
    date: dt.date
    half: str
    code: str
    changes: int


_MONTH: Final = """
SELECT g.name, p.id, coalesce(nullif(p.surname_in_use, ''), p.surname),
    coalesce(nullif(p.forename_in_use, ''), p.forename), s.date, s.half, m.code, m.changes
FROM registers_mark m JOIN registers_session s ON s.id = m.session_id JOIN registers_register r ON r.id = m.register_id
    JOIN registers_group g ON g.id = r.group_id JOIN registers_pupil p ON p.id = m.pupil_id
WHERE s.date >= %s AND s.date < %s
ORDER BY g.name, g.id, 3, 4, p.id, s.date, s.half
"""
_CHANGES: Final = """
SELECT g.name, coalesce(nullif(p.surname_in_use, ''), p.surname) || ', '
    || coalesce(nullif(p.forename_in_use, ''), p.forename), s.date, s.half, a.original_code, a.amended_code, a.reason,
    a.received_at, a.amended_by_name, a.amended_by_role
FROM registers_markamendment a JOIN registers_mark m ON m.id = a.mark_id JOIN registers_session s ON s.id = m.session_id
    JOIN registers_register r ON r.id = m.register_id JOIN registers_group g ON g.id = r.group_id
    JOIN registers_pupil p ON p.id = m.pupil_id
WHERE s.date >= %s AND s.date < %s
ORDER BY g.name, s.date, s.half, 2, a.mark_id, a.number
"""


class Change(NamedTuple):
    """One amendment with its particulars (R12)."""

    group: str
    pupil: str
    date: dt.date
    half: str
    original: str
    amended: str
    reason: str
    received_at: dt.datetime
    by_name: str
    by_role: str


def month_marks(from_date: dt.date, until_date: dt.date) -> list[MonthRow]:
    """Return the marks of some days by group, pupil and session. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTH, [from_date, until_date])
        return [MonthRow(*row) for row in cursor.fetchall()]


def month_changes(from_date: dt.date, until_date: dt.date) -> list[Change]:
    """Return the amendments of the marks of some days. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, [from_date, until_date])
        return [Change(*row) for row in cursor.fetchall()]
