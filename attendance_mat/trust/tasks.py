"""Timed work for the trust, and how a task runs inside one school."""

import functools
from collections.abc import Callable
from typing import Any

from celery import shared_task
from django_tenants.utils import schema_context

from attendance_mat import clock
from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.trust import queries


def school_task(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Make a task that must be told its school: `task.delay(schema_name=..., ...)`.

    The schema is selected inside the call, because the library's decorator form mixes up threads.
    """
    if function is None:
        return functools.partial(school_task, **options)

    @functools.wraps(function)
    def run(*args: Any, schema_name: str, **kwargs: Any) -> Any:
        with schema_context(schema_name):
            return function(*args, **kwargs)

    return shared_task(**options)(run)


@shared_task
def sweep_events() -> None:
    """Every minute, let each school's consumers and the trust's handle what is still waiting."""
    for schema_name in ["public", *queries.schema_names()]:
        handle_events.delay(schema_name=schema_name)


@school_task
def handle_events() -> None:
    """Let this school's consumers act on the events they have not handled."""
    handle_waiting_events(at=clock.now())
