"""The database's roles: what the application may do to each table (decision 2).

The owner makes tables and opens schools. The application owns nothing. Unless a model says
otherwise it may read, add to and change a table; only from `removable` models may it also remove. On
`append_only` models it may only read and add, on `read_only` ones only read, and a model's `rights` are exactly
those it names.
Where a right to change names columns, the others stand as they were first written.
"""

import time
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import InternalError, connection, models

from attendance_mat import env

FULL = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
KEEP = frozenset({"SELECT", "INSERT", "UPDATE"})
ADD = frozenset({"SELECT", "INSERT"})
READ = frozenset({"SELECT"})
# Of the functions in a school's schema the application may call these and no others.
CALLED = ("hold_registers_still",)
TURNS: Final = 20
PAUSE: Final = 0.1  # seconds


def rights_on(model: type[models.Model]) -> frozenset[str]:
    """Return what the application may do to a model's table."""
    if getattr(model, "read_only", False):
        return READ
    if getattr(model, "append_only", False):
        return ADD
    removable = model is Session or getattr(model, "removable", False)
    return frozenset(getattr(model, "rights", FULL if removable else KEEP))


def make_application_role() -> None:
    """Make the application's log-in, or bring its password up to date. Runs as the owner."""
    application = settings.APPLICATION_DATABASE
    if application.user != env.APPLICATION_ROLE:
        return  # made by whoever runs the database server
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [application.user])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        name = connection.ops.quote_name(application.user)
        limits = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE" if verb == "CREATE" else "LOGIN"
        _in_turn(cursor, f"{verb} ROLE {name} {limits} PASSWORD %s", [application.password])
        database = connection.ops.quote_name(application.name)
        cursor.execute(f"GRANT CONNECT ON DATABASE {database} TO {name}")


def _in_turn(cursor: Any, sql: str, values: list[str]) -> None:
    """Run a statement about a role, which every database of the server shares, again while another's is in its way."""
    for left in reversed(range(TURNS)):
        try:
            cursor.execute(sql, values)
        except InternalError as error:
            if not left or "concurrently updated" not in str(error):
                raise
            time.sleep(PAUSE)
        else:
            return


def grant_rights(schema_name: str) -> None:
    """Give the application its rights in a schema, and take away any it should not have."""
    schema = connection.ops.quote_name(schema_name)
    role = connection.ops.quote_name(settings.APPLICATION_DATABASE.user)
    rights = {model._meta.db_table: rights_on(model) for model in apps.get_models(include_auto_created=True)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema_name])
        statements = [
            f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}",
            f"GRANT USAGE ON SCHEMA {schema} TO {role}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        ]
        if schema_name != "public":
            # Or a trigger on a table of the application's own making could have change_mark() write as the owner.
            statements.append(f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {schema} FROM PUBLIC, {role}")
        for (table,) in cursor.fetchall():
            allowed = ", ".join(sorted(rights.get(table, READ)))
            statements.append(f"GRANT {allowed} ON {schema}.{connection.ops.quote_name(table)} TO {role}")
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = %s::regnamespace AND proname = ANY(%s)",
            [schema, list(CALLED)],
        )
        statements += [f"GRANT EXECUTE ON FUNCTION {schema}.{name}() TO {role}" for (name,) in cursor.fetchall()]
        cursor.execute(";\n".join(statements))
