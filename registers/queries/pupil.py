"""One pupil's record: who they are, their year's marks, and what stands behind each mark."""

import datetime as dt
from collections import Counter

from django.db.models import Prefetch, QuerySet

from registers.models import Contact, ExpectedMark, Mark, MarkAmendment, Pupil, RollPeriod
from registers.queries.as_it_stood import marks_at
from registers.rules import codes
from registers.rules.calendar import Half, SchoolYear, SessionMark
from registers.rules.codes import Statistical
from registers.rules.grid import Entry, Slot
from registers.rules.roll import Period

MISSED = frozenset({Statistical.AUTHORISED, Statistical.UNAUTHORISED})


def roll_of(pupil: Pupil) -> list[Period]:
    """Return a pupil's periods on roll, half-open, earliest first. One query."""
    rows = RollPeriod.objects.filter(pupil=pupil).order_by("from_date")
    return [Period(row.from_date, row.until_date) for row in rows]


def marks_of_year(pupil: Pupil, year: SchoolYear) -> dict[Slot, Entry]:
    """Return a pupil's marks in a school year by session, as they now stand. One query."""
    rows = Mark.objects.filter(pupil=pupil, session__date__gte=year.starts, session__date__lt=year.until)
    values = rows.values_list("session__date", "session__half", "pk", "code", "changes", "minutes_late", "comment")
    return {
        (date, Half(half)): Entry(pk, code, changes, minutes, comment)
        for date, half, pk, code, changes, minutes, comment in values
    }


def marks_of_year_at(pupil: Pupil, year: SchoolYear, *, as_at: dt.datetime) -> dict[Slot, Entry]:
    """Return a pupil's marks in a school year by session, as they stood at a moment. One query."""
    stood = marks_at(as_at=as_at, from_date=year.starts, to_date=year.last, pupil_ids=[pupil.pk])
    return {(mark.date, mark.half): Entry(mark.id, mark.code, mark.changes) for mark in stood}


def missed_by_title(marks: list[SessionMark]) -> list[tuple[str, int]]:
    """Return how many sessions were missed for each reason in words, most first. No query."""
    titles = Counter(
        code.title for mark in marks if (code := codes.find(mark.code, on=mark.date)) and code.statistical in MISSED
    )
    return titles.most_common()


def mark_with_history(pupil: Pupil, mark_id: int) -> Mark | None:
    """Return one of a pupil's marks with its session, register and amendments, first to last. Two queries."""
    chain = Prefetch("amendments", MarkAmendment.objects.order_by("number"))
    rows = Mark.objects.filter(pupil=pupil, pk=mark_id).select_related("session", "register", "pupil")
    return rows.prefetch_related(chain).first()


def contacts_of(pupil: Pupil) -> QuerySet[Contact]:
    """Return a pupil's contacts in their order, without those who no longer are. One query."""
    return Contact.objects.filter(pupil=pupil, ended_on__isnull=True).order_by("position")


def expected_from(pupil: Pupil, on: dt.date) -> QuerySet[ExpectedMark]:
    """Return what is expected of a pupil from a day on, soonest first. One query."""
    return ExpectedMark.objects.filter(pupil=pupil, until_date__gt=on, ended_at__isnull=True).order_by("from_date")
