"""Rows of models read by a statement of our own, where to have it put together anew costs more than its answer."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, models
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row", bound=models.Model)


def columns(model: type[models.Model], alias: str) -> str:
    """Return the columns of a table under an alias, for a SELECT, in the order that `next_row` takes them."""
    return ", ".join(f"{alias}.{connection.ops.quote_name(str(field.column))}" for field in model._meta.concrete_fields)


def next_row(values: Iterator[Any], model: type[Row]) -> Row:
    """Return a row made of the next values of an answer, as Django would have read it; of a model without JSON."""
    names = _names(model)
    return model.from_db(connection.alias, names, [next(values) for _ in names])


def row_by(model: type[Row], column: str, value: Any, *, locked: bool = False) -> Row | None:
    """Return the row that has a value in a column, which is unique, or None.

    One query; locked, nobody else changes the row until the transaction ends. Raises TransactionManagementError where
    there is none to end.
    """
    if locked and not connection.in_atomic_block:
        message = "A row is locked until the transaction ends, and there is none."
        raise TransactionManagementError(message)
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, column, locked=locked), [value])
        found = cursor.fetchone()
    return next_row(iter(found), model) if found else None


@lru_cache(maxsize=64)
def _names(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)


@lru_cache(maxsize=64)
def _statement(model: type[models.Model], column: str, *, locked: bool) -> str:
    quoted, lock = connection.ops.quote_name, " FOR UPDATE" if locked else ""
    where = f"FROM {quoted(model._meta.db_table)} r WHERE r.{quoted(column)} = %s{lock}"
    return f"SELECT {columns(model, 'r')} {where}"
