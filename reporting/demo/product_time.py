"""The database's clock, set to the moments of the demonstration's past, so that its triggers stamp what is true.

Only the owner may set it, and only inside one transaction: nobody else sees the clock moved, and another school's
history can be written at the same time.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil

from django.db import connection, transaction

from attendance_mat import clock
from attendance_mat.trust.models import ClockShift


class ProductTime:
    """Sets the clock of the triggers, for this transaction."""

    def __init__(self, row: ClockShift) -> None:
        self._row = row

    def set_to(self, moment: dt.datetime) -> None:
        """Make it this moment for the triggers."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (real,) = cursor.fetchone()
        self._row.seconds = ceil((moment - real).total_seconds())  # never a moment too early
        self._row.save(update_fields=["seconds"])


@contextmanager
def moving_time() -> Iterator[ProductTime]:
    """Open a transaction in which the clock can be set; the row that sets it is gone when it commits."""
    with transaction.atomic():
        row = ClockShift.objects.create(seconds=0)
        yield ProductTime(row)
        row.delete()


@contextmanager
def standing_clock_put_by() -> Iterator[None]:
    """Put the demonstration's own shift by while its past is written: the triggers read the latest of all."""
    ClockShift.objects.all().delete()
    try:
        yield
    finally:
        if clock.is_shifted():
            ClockShift.objects.create(seconds=int(clock.shift().total_seconds()))
