"""Opening schools: by a worker of its own, which alone logs in to the database as the owner of its tables."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from attendance_mat import clock
from attendance_mat.accounts.member import machine
from attendance_mat.trust import actions, queries

log = logging.getLogger(__name__)
STALE_SECONDS = 300  # a message nobody took by then has been sent again


@shared_task
def open_schools_that_wait() -> None:
    """Every minute, ask again for each school not yet opened, so that a lost message changes nothing."""
    for opening_id in queries.waiting_openings().values_list("pk", flat=True):
        send_to_owner(opening_id)


def send_to_owner(opening_id: int) -> None:
    """Ask the owner's worker to open a school; if the broker is away, it is asked again within a minute."""
    try:
        open_asked_school.apply_async(kwargs={"opening_id": opening_id}, expires=STALE_SECONDS, retry=False)
    except (OperationalError, OSError):
        log.warning("The broker did not answer; school opening %s will be asked for again.", opening_id)


@shared_task
def open_asked_school(*, opening_id: int) -> None:
    """Open one school that was asked for. Its queue is read by the owner's worker only."""
    at = clock.now()
    actions.open_asked_school(opening_id, by=machine("Setting up", at=at), at=at)
