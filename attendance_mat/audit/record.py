"""Writes the log of events, which is also the outbox that higher rooms read (decision 21)."""

import datetime as dt
import logging
import time
from collections.abc import Iterable
from typing import Any, Final, Protocol

from celery import current_app
from django.db import models, transaction
from kombu.exceptions import OperationalError

from attendance_mat import selected
from attendance_mat.audit.consumers import is_awaited
from attendance_mat.audit.inserting import insert_each
from attendance_mat.audit.models import AuditEvent, Event

GATHERED: Final = 1.0  # seconds after which a worker acts on what it was called for
COVERED: Final = 0.5  # of them in which nothing more need be called for: the rest is for clocks that differ

log = logging.getLogger(__name__)
_called: dict[str, float] = {}  # when this process last called a worker for a school, by schema


class Actor(Protocol):
    """Whoever does something: a person in a role, or a named machine."""

    @property
    def user_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...


def record(kind: Event, subject: models.Model, *, by: Actor, at: dt.datetime, **detail: Any) -> AuditEvent:
    """Write one event in the caller's transaction, and have its consumers called after the commit.

    `detail` holds identifiers and figures only: never a pupil's name.
    """
    event = _event(kind, subject, by, at, detail)
    event.save()
    _call_after_commit({kind})
    return event


def record_each(events: Iterable[tuple[Event, models.Model, dict[str, Any]]], *, by: Actor, at: dt.datetime) -> None:
    """Write several events, each (kind, subject, detail), as `record` writes one. One query."""
    rows = [_event(kind, subject, by, at, detail) for kind, subject, detail in events]
    insert_each(rows)
    _call_after_commit({Event(row.kind) for row in rows})


def _event(kind: Event, subject: models.Model, by: Actor, at: dt.datetime, detail: dict[str, Any]) -> AuditEvent:
    return AuditEvent(
        kind=kind,
        at=at,
        by_id=by.user_id,
        by_name=by.name,
        by_role=by.role,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        detail=detail,
    )


def _call_after_commit(kinds: Iterable[Event]) -> None:
    if any(is_awaited(kind) for kind in kinds):
        schema_name = selected.schema_name()
        transaction.on_commit(lambda: _call_consumers(schema_name))


def _call_consumers(schema_name: str) -> None:
    """Ask a worker to handle what waits; if the broker is away, the sweep a minute later does it.

    The worker acts a moment later, on all that has come by then: a school whose registers are being taken is not called
    at every mark.
    """
    now = time.monotonic()
    if now < _called.get(schema_name, -GATHERED) + COVERED:
        return
    try:
        current_app.send_task(
            "attendance_mat.trust.tasks.handle_events",
            kwargs={"schema_name": schema_name},
            countdown=GATHERED,
            retry=False,
        )
    except (OperationalError, OSError):
        log.warning("The broker did not answer; the sweep will handle the events of %s.", schema_name)
    else:
        _called[schema_name] = now
