"""Which schema the database connection has selected. What django-tenants adds to a connection, typed."""

from typing import Any, cast

from django.db import connection

_connection = cast(Any, connection)


def schema_name() -> str:
    """Return the schema that is selected: a school's, or "public"."""
    return str(_connection.schema_name)


def tenant() -> object:
    """Return what was selected: a School in a request, the library's stand-in elsewhere."""
    return _connection.tenant


def select_only(name: str) -> None:
    """Select one schema without the public one behind it, as its own migrations need."""
    _connection.set_schema(name, include_public=False)


def select_public() -> None:
    """Select the trust's own tables."""
    _connection.set_schema_to_public()
