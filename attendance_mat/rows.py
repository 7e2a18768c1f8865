"""Rows of models read by a statement of our own, where to have it put together anew costs more than its answer."""

from collections.abc import Iterator
from typing import Any, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


def columns(model: type[models.Model], alias: str) -> str:
    """Return the columns of a table under an alias, for a SELECT, in the order that `next_row` takes them."""
    return ", ".join(f"{alias}.{connection.ops.quote_name(str(field.column))}" for field in model._meta.concrete_fields)


def next_row(values: Iterator[Any], model: type[Row]) -> Row:
    """Return a row made of the next values of an answer, as Django would have read it."""
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db(connection.alias, names, [next(values) for _ in names])
