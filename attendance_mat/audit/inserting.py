"""Inserts many rows of one model in one statement, for what is written while a class waits.

Django's bulk_create prepares each cell by way of its field; for a register of thirty children that takes longer than
the database takes to store them. The database's own defaults, constraints and triggers hold here as there.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import connection, models
from psycopg2.extras import Json

Row = TypeVar("Row", bound=models.Model)


def insert_each(rows: Sequence[Row]) -> Sequence[Row]:
    """Insert new rows, all of one model, and return them with their keys. One query; none where there are no rows."""
    if not rows:
        return rows
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    places = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * len(rows))
    cells = [(field.attname, isinstance(field, models.JSONField)) for field in fields]
    values: list[Any] = [
        Json(row.__dict__[name]) if is_json else row.__dict__[name] for row in rows for name, is_json in cells
    ]
    table, key = connection.ops.quote_name(meta.db_table), connection.ops.quote_name(str(meta.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) VALUES {places} RETURNING {key}", values)  # noqa: S608 (quoted)
        for row, (key_given,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key_given
            row._state.adding = False
            row._state.db = connection.alias
    return rows
