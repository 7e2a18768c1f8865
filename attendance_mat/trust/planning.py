"""What makes a school's tables: the migrations' own SQL, rendered once, and kept where there is a folder for it."""

import hashlib
import json
import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState
from django_tenants.utils import schema_context

Names = tuple[tuple[str, str], ...]
Steps = list[tuple[Migration, bool]]  # as Django's plans are: each with whether it is undone


class Plan(NamedTuple):
    """The SQL that makes a school's tables, the migrations it amounts to, and the shared ones those rest on."""

    sql: str
    own: Names
    shared: Names


class States(ProjectState):
    """The models' states while the SQL is rendered.

    A constraint or an index changes no field, so the rendered model is told of it. Django renders that model
    afresh and, with it, each that it leads to: here nearly all of them, for each of more than a hundred.
    """

    def _append_option(self, app_label: str, model_name: str, option_name: str, obj: Any) -> None:
        options = self.models[app_label, model_name].options
        options[option_name] = [*options[option_name], obj]
        rendered = self.apps.get_model(app_label, model_name)._meta
        setattr(rendered, option_name, [*getattr(rendered, option_name), obj])


@lru_cache(maxsize=1)
def school_plan() -> Plan:
    """Return what makes a school's tables: making a second school skips Django's rendering of model states.

    That is nearly all of what a migration costs. With SCHOOL_PLANS_DIR set, a process also finds what another
    rendered from the same source. It is run as the owner: only the owner may write to that folder.
    """
    if settings.SCHOOL_PLANS_DIR is None:
        return _render()
    kept: Path = settings.SCHOOL_PLANS_DIR / f"{_source()}.json"
    if kept.exists():
        sql, own, shared = json.loads(kept.read_text(encoding="utf-8"))
        return Plan(sql, *(tuple((label, name) for label, name in names) for names in (own, shared)))
    plan = _render()
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = kept.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(plan), encoding="utf-8")
    draft.replace(kept)
    return plan


def _source() -> str:
    """Return a digest of all that the SQL is rendered from: every line of the product, and what it is pinned to."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements.txt").read_bytes())
    places = [Path(config.path) for config in apps.get_app_configs()]
    for place in sorted(place for place in places if place.is_relative_to(settings.BASE_DIR)):
        for path in sorted(place.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def labels(names: Iterable[str]) -> set[str]:
    """Return apps of the settings as migrations name them: by their last word."""
    return {name.rpartition(".")[2] for name in names}


def states_after(loader: MigrationLoader, *, before: Steps, towards: Steps) -> ProjectState:
    """Return the models' states after those steps towards a release that are not still before us."""
    done = [(step.app_label, step.name) for step, _ in towards if (step, False) not in before]
    return States(models=loader.project_state(done).models, real_apps=loader.unmigrated_apps)


def _render() -> Plan:
    ours = labels(settings.TENANT_APPS)
    executor = MigrationExecutor(connection)
    loader = executor.loader
    loader.applied_migrations = {}
    targets = [key for key in loader.graph.leaf_nodes() if key[0] in ours]
    steps: dict[tuple[str, str], None] = {}
    for target in targets:
        steps.update(dict.fromkeys(loader.graph.forwards_plan(target)))
    shared = [(loader.graph.nodes[key], False) for key in steps if key[0] not in ours]
    own = [(loader.graph.nodes[key], False) for key in steps if key[0] in ours]
    statements: list[str] = []
    state = states_after(loader, before=[], towards=shared)
    with schema_context("any_school"):  # the router gives a school's tables to schemas but the public one
        for migration, _ in own:
            with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
                state = migration.apply(state, editor, collect_sql=True)
            statements += editor.collected_sql
    return Plan(
        "\n".join(statements),
        tuple((migration.app_label, migration.name) for migration, _ in own),
        tuple((migration.app_label, migration.name) for migration, _ in shared),
    )
