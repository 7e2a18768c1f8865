"""Writes many rows of one table at once, by the application's own right to add them."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Any, Final

from django.db import connection, models

# COPY's own marks, escaped: among them the code for a present afternoon.
ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, same: Mapping[str, Any]
) -> None:
    """Add rows by COPY: a year's marks in seconds where INSERT takes minutes. Triggers and checks hold as ever.

    `same` are the columns that say the same in every row.
    """
    text = StringIO()
    end = "".join(f"\t{_cell(value)}" for value in same.values()) + "\n"
    for row in rows:
        text.write("\t".join(map(_cell, row)))
        text.write(end)
    text.seek(0)
    quote = connection.ops.quote_name
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(
            f"COPY {quote(model._meta.db_table)} ({', '.join(map(quote, [*columns, *same]))}) FROM STDIN", text
        )


def _cell(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return str(value).translate(ESCAPES)
