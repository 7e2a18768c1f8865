"""What rooms do because something happened below them: each event once for each consumer."""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from attendance_mat.audit.models import AuditEvent, Event, HandledEvent

log = logging.getLogger(__name__)

Handler = Callable[[AuditEvent, dt.datetime], None]
BATCH = 500


@dataclass(frozen=True)
class Consumer:
    """A function that acts on some kinds of event, under a name that stays when the code moves."""

    name: str
    kinds: frozenset[Event]
    handle: Handler


_consumers: dict[str, Consumer] = {}


def consumes(*kinds: Event, name: str) -> Callable[[Handler], Handler]:
    """Register a function as a consumer of some kinds of event."""

    def register(handle: Handler) -> Handler:
        _consumers[name] = Consumer(name=name, kinds=frozenset(kinds), handle=handle)
        return handle

    return register


def is_awaited(kind: Event) -> bool:
    """Say whether any consumer acts on this kind of event."""
    return any(kind in consumer.kinds for consumer in _consumers.values())


def waiting_for(consumer: Consumer) -> QuerySet[AuditEvent]:
    """Return the events a consumer has not handled, oldest first. An anti-join, so none is passed over."""
    handled = HandledEvent.objects.filter(event=OuterRef("pk"), consumer=consumer.name)
    return AuditEvent.objects.filter(kind__in=consumer.kinds).exclude(Exists(handled)).order_by("pk")


def handle_waiting_events(*, at: dt.datetime) -> int:
    """Let every consumer act on the events it has not yet handled; return how many were handled.

    One that fails is logged and left for the next sweep; it does not hold up the others.
    """
    done = 0
    for consumer in _consumers.values():
        for event in waiting_for(consumer)[:BATCH]:
            try:
                done += _handle_once(consumer, event, at)
            except Exception:
                log.exception("%s failed on event %s; it stays waiting.", consumer.name, event.pk)
    return done


@transaction.atomic
def _handle_once(consumer: Consumer, event: AuditEvent, at: dt.datetime) -> int:
    """Act on an event and mark it handled, both or neither; 0 if another worker already has."""
    _, mine = HandledEvent.objects.get_or_create(event=event, consumer=consumer.name, defaults={"handled_at": at})
    if mine:
        consumer.handle(event, at)
    return int(mine)
