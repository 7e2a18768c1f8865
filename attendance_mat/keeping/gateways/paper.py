"""The registers on paper: the PDF in a month's archive."""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.db.models import Prefetch
from django.template.loader import render_to_string

from attendance_mat.keeping.queries import archiving
from attendance_mat.keeping.rules import printed
from attendance_mat.trust.models import School
from letters.gateways.pdf import render
from registers.models import Contact, Pupil, RollPeriod

BATCH: Final = 500


def registers_pdf(school: School, *, from_date: dt.date, until_date: dt.date, at: dt.datetime) -> bytes:
    """Return the attendance register of some days and the admission register, as they stand, as a PDF.

    Raises PdfUnavailableError.
    """
    context = {
        "school": school,
        "from_date": from_date,
        "last_date": until_date - dt.timedelta(days=1),
        "at": at,
        "pages": printed.pages(archiving.month_marks(from_date, until_date)),
        "changes": archiving.month_changes(from_date, until_date),
        "pupils": on_roll(from_date, until_date),
    }
    return render(render_to_string("keeping/paper/registers.html", context))


def on_roll(from_date: dt.date, until_date: dt.date) -> Iterable[Pupil]:
    """Return everyone on roll on some of the days, with contacts and times on roll, in batches. Three a batch."""
    contacts = Prefetch("contacts", Contact.objects.filter(ended_on__isnull=True).order_by("position"))
    periods = RollPeriod.objects.filter(from_date__lt=until_date).exclude(until_date__lte=from_date)
    pupils = Pupil.objects.filter(pk__in=periods.values("pupil")).prefetch_related(contacts, "roll_periods")
    return pupils.order_by("surname", "forename", "pk").iterator(chunk_size=BATCH)
