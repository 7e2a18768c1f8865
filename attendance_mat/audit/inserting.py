"""Inserts many rows of one model in one statement, for what is written while a class waits.

Django's bulk_create prepares each cell by way of its field, and names who, when and where once a row; for a register of
thirty children that takes longer than the database takes to store them. The database's own defaults, constraints and
triggers hold here as there.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar

from django.db import connection, models
from psycopg2.extras import Json

Row = TypeVar("Row", bound=models.Model)
WIDTH: Final = re.compile(r"\(\d+\)")  # of a text: a cast to it would cut what is too long, which storing refuses


class Column(NamedTuple):
    """A column as a statement names it, and the attribute of a row that it stores."""

    attribute: str
    name: str
    kind: str
    is_json: bool

    def cells(self, rows: Sequence[models.Model]) -> list[Any]:
        """Return what each row stores here."""
        stored = [row.__dict__[self.attribute] for row in rows]
        return [Json(cell) for cell in stored] if self.is_json else stored


def insert_each(rows: Sequence[Row]) -> Sequence[Row]:
    """Insert new rows, all of one model, and return them with their keys. One query; none where there are no rows."""
    if not rows:
        return rows
    table, key, columns = _columns(type(rows[0]))
    cells = {column: column.cells(rows) for column in columns}
    differ = {
        column for column, found in cells.items()
        if column is columns[0] or column.is_json or any(cell != found[0] for cell in found)
    }  # fmt: skip
    chosen = ", ".join(f"{f'v.{each.name}' if each in differ else '%s'}::{each.kind}" for each in columns)
    varying = [each for each in columns if each in differ]
    names, place = ", ".join(each.name for each in varying), f"({', '.join(['%s'] * len(varying))})"
    sql = (
        f"INSERT INTO {table} ({', '.join(each.name for each in columns)}) SELECT {chosen}"  # noqa: S608 - names quoted, values apart
        f" FROM (VALUES {', '.join([place] * len(rows))}) AS v ({names}) RETURNING {key}"
    )
    values = [cells[each][0] for each in columns if each not in differ]
    values += [cell for row in zip(*(cells[each] for each in varying), strict=True) for cell in row]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for row, (key_given,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key_given
            row._state.adding = False
            row._state.db = connection.alias
    return rows


@lru_cache(maxsize=64)
def _columns(model: type[models.Model]) -> tuple[str, str, tuple[Column, ...]]:
    """Return a model's table, the column of its key, and the others, as a statement names them."""
    meta, quoted = model._meta, connection.ops.quote_name
    columns = tuple(
        Column(
            field.attname,
            quoted(str(field.column)),
            WIDTH.sub("", str(field.db_type(connection))),
            isinstance(field, models.JSONField),
        )
        for field in meta.concrete_fields
        if not field.primary_key
    )
    return quoted(meta.db_table), quoted(str(meta.pk.column)), columns
