"""A copy of a pupil's record as paper, certified or not."""

import datetime as dt
import hashlib
from typing import NamedTuple

from django.template.loader import render_to_string

from attendance_mat.keeping.queries.copies import Copy
from attendance_mat.trust.queries import current_school
from letters.gateways import pdf


class Stamp(NamedTuple):
    """Who certified a copy, in which role, when, and the reference by which the school finds it again."""

    reference: str
    by_name: str
    by_role: str
    at: dt.datetime


def context_of(copy: Copy, *, on: dt.date, stamp: Stamp | None = None) -> dict[str, object]:
    """Return what a copy is drawn from, on a page and on paper alike."""
    return {
        "copy": copy,
        "pupil": copy.pupil,
        "certificate": copy.certificate,
        "entry": copy.entry,
        "school": current_school(),
        "on": on,
        "certified": stamp,
    }


def pdf_of(copy: Copy, *, on: dt.date, stamp: Stamp | None = None) -> bytes:
    """Return a copy as PDF/UA. Raises PdfUnavailableError."""
    return pdf.render(render_to_string("keeping/paper/copy.html", context_of(copy, on=on, stamp=stamp)))


def digest_of(copy: Copy, *, on: dt.date) -> str:
    """Return a digest of all that a copy says, so that what is certified is what was looked at."""
    drawn = render_to_string("keeping/paper/copy_body.html", {**context_of(copy, on=on), "level": 1})
    return hashlib.sha256(drawn.encode()).hexdigest()
