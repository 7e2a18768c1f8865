"""Inserts many rows of one model in one statement, for what is written while a class waits.

Django's bulk_create prepares each cell by way of its field; for a register of thirty children that takes longer than
the database takes to store them. The database's own defaults, constraints and triggers hold here as there.
"""

from collections.abc import Sequence
from typing import TypeVar

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
    places = f"({', '.join(['%s'] * len(fields))})"
    is_json = [isinstance(field, models.JSONField) for field in fields]
    given = [field.attname for field in fields]
    with connection.cursor() as cursor:
        values = [
            cursor.mogrify(places, [Json(value) if json else value for value, json in zip(cells, is_json, strict=True)])
            for cells in ([getattr(row, name) for name in given] for row in rows)
        ]
        listed = ", ".join(each.decode() for each in values)
        table, key = connection.ops.quote_name(meta.db_table), connection.ops.quote_name(str(meta.pk.column))
        cursor.execute(f"INSERT INTO {table} ({names}) VALUES {listed} RETURNING {key}")  # noqa: S608 (quoted, mogrified)
        for row, (key_given,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key_given
            row._state.adding = False
            row._state.db = connection.alias
    return rows
