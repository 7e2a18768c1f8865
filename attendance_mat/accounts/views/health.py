"""Whether the server is well, for whatever watches it."""

import logging
from collections.abc import Callable

from celery import current_app
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from kombu.exceptions import OperationalError

from attendance_mat.accounts.guard import open_page

log = logging.getLogger(__name__)
SECONDS = 2


@open_page("what watches the server has no log-in, and this says whether it is well and nothing else")
def health(request: HttpRequest) -> HttpResponse:
    """Say "well", or with status 503 which of the database and the broker did not answer."""
    asked = {"database": _ask_database, "broker": _ask_broker}
    silent = [name for name, ask in asked.items() if not _answers(ask)]
    words = f"no answer from the {' or the '.join(silent)}" if silent else "well"
    return HttpResponse(f"{words}\n", content_type="text/plain", status=503 if silent else 200)


def _answers(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except (Error, OperationalError, OSError):
        log.exception("Not well.")
        return False
    return True


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_broker() -> None:
    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=SECONDS)
