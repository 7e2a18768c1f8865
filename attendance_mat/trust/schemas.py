"""Makes and brings up to date the schemas in which schools' registers stand. Runs as the owner."""

import logging
from collections.abc import Iterable

from django.conf import settings
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django_tenants.utils import schema_context

from attendance_mat import selected
from attendance_mat.trust.models import School
from attendance_mat.trust.planning import Names, labels, school_plan, states_after
from attendance_mat.trust.rights import grant_rights

log = logging.getLogger(__name__)


@transaction.atomic
def make_schema(school: School) -> None:
    """Make a school's schema with every table, trigger and right; nothing if it stands already."""
    name = connection.ops.quote_name(school.schema_name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [school.schema_name])
        if cursor.fetchone():
            return
        plan = school_plan()
        cursor.execute(f"CREATE SCHEMA {name}")
    selected.select_only(school.schema_name)
    MigrationRecorder(connection).ensure_schema()
    with schema_context(school.schema_name), connection.cursor() as cursor:
        cursor.execute(plan.sql)
        _record((*plan.shared, *plan.own))
    selected.select_public()
    grant_rights(school.schema_name)


def migrate_shared() -> None:
    """Bring the shared tables up to date.

    Not by `migrate_schemas`, which goes through every migration of the schools' own tables as well, to make none
    of them here: that takes four times as long as the shared ones.
    """
    selected.select_public()
    executor = MigrationExecutor(connection)
    executor.loader.check_consistent_history(connection)
    executor.recorder.ensure_schema()
    targets = [key for key in executor.loader.graph.leaf_nodes() if key[0] in labels(settings.SHARED_APPS)]
    lacking = executor.migration_plan(targets)
    state = states_after(executor.loader, before=lacking, towards=executor.migration_plan(targets, clean_start=True))
    for migration, _ in lacking:
        state = executor.apply_migration(state, migration)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias, plan=lacking)


def _record(names: Names) -> None:
    """Write down, in the selected schema, migrations that are not written down there yet.

    A school's tables rest on shared ones: without those in its own list, Django takes it for out of order and
    refuses to bring it up to date.
    """
    recorder = MigrationRecorder(connection)
    applied = recorder.applied_migrations()
    for name in names:
        if name not in applied:
            recorder.record_applied(*name)


def schools_behind(schools: Iterable[School]) -> list[School]:
    """Return the schools whose schema lacks a migration of ours. One query for all of them."""
    listed = list(schools)
    if not listed:
        return []
    wanted = set(school_plan().own)
    tables = [f"{connection.ops.quote_name(school.schema_name)}.django_migrations" for school in listed]
    union = " UNION ALL ".join(f"SELECT %s, app, name FROM {table}" for table in tables)  # noqa: S608 (quoted above)
    applied: dict[str, set[tuple[str, str]]] = {school.schema_name: set() for school in listed}
    with connection.cursor() as cursor:
        cursor.execute(union, [school.schema_name for school in listed])
        for schema_name, app_label, migration in cursor.fetchall():
            applied[schema_name].add((app_label, migration))
    return [school for school in listed if not wanted <= applied[school.schema_name]]


def migrate_school(school: School) -> bool:
    """Bring one school up to date; on failure that school alone answers 503 (decision 23)."""
    try:
        with schema_context(school.schema_name):
            _record(school_plan().shared)
        call_command("migrate_schemas", schema_name=school.schema_name, verbosity=0, interactive=False)
        grant_rights(school.schema_name)
    except Exception:
        log.exception("The schema of %s was not brought up to date.", school.slug)
        School.objects.filter(pk=school.pk).update(migration_failed=True)
        return False
    School.objects.filter(pk=school.pk, migration_failed=True).update(migration_failed=False)
    return True
