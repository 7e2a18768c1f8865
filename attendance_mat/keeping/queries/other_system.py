"""Reads a day's marks beside what the other system was sent and has."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Count, Max

from attendance_mat.keeping.models import DailyFile
from attendance_mat.keeping.rules.other_system import Key, Sent, State, state
from registers.models import Mark, MarkAmendment, Pupil, Session


class DayMark(NamedTuple):
    """One mark of the day, as the file has it."""

    mark_id: int
    pupil_id: int
    upn: str
    local_id: str
    half: str
    code: str
    minutes_late: int | None


class Day(NamedTuple):
    """A day as the page lists it."""

    date: dt.date
    state: State
    marks: int
    file: DailyFile | None


def marks_of(date: dt.date) -> list[DayMark]:
    """Return the day's marks by pupil, without cleared ones. One query."""
    rows = Mark.objects.filter(session__date=date).exclude(code="").order_by("pupil__surname", "pupil_id", "session")
    fields = ("pk", "pupil_id", "pupil__upn", "pupil__local_id", "session__half", "code", "minutes_late")
    return [DayMark(*row) for row in rows.values_list(*fields)]


def codes_by_session(marks: Collection[DayMark]) -> dict[Key, str]:
    """Return each mark's code by pupil and half."""
    return {(mark.pupil_id, mark.half): mark.code for mark in marks}


def last_amendment(date: dt.date) -> int:
    """Return the number of the latest amendment of a day's marks. One query."""
    rows = MarkAmendment.objects.filter(mark__session__date=date)
    return int(rows.aggregate(last=Max("pk"))["last"] or 0)


def latest_file(date: dt.date) -> DailyFile | None:
    """Return the file sent last of a day. One query."""
    return DailyFile.objects.filter(date=date, sent_at__isnull=False).order_by("-made_at", "-pk").first()


def sent_of(file: DailyFile | None) -> Sent | None:
    """Return what a file had, and how it compared."""
    if file is None:
        return None
    wrong = len(file.differing) + len(file.missing)
    return Sent(file.marks, file.last_amendment, file.compared_at is not None, wrong)


def recent_days(until: dt.date, *, days: int) -> list[Day]:
    """Return the school's latest days to a day, with how each stands with the other system. Four queries."""
    dates = list(
        Session.objects.filter(date__lte=until).order_by("-date").values_list("date", flat=True).distinct()[:days]
    )
    counts = dict(
        Mark.objects.filter(session__date__in=dates).exclude(code="").values_list("session__date")
        .annotate(marks=Count("pk")).order_by()
    )  # fmt: skip
    last = dict(
        MarkAmendment.objects.filter(mark__session__date__in=dates).values_list("mark__session__date")
        .annotate(last=Max("pk")).order_by()
    )  # fmt: skip
    files: dict[dt.date, DailyFile] = {}
    for file in DailyFile.objects.filter(date__in=dates, sent_at__isnull=False).order_by("made_at", "pk"):
        files[file.date] = file
    return [
        Day(
            date,
            state(marks=counts.get(date, 0), last_amendment=last.get(date, 0), sent=sent_of(files.get(date))),
            counts.get(date, 0),
            files.get(date),
        )
        for date in dates
    ]


def state_of(date: dt.date) -> State:
    """Return how one day stands with the other system. Three queries."""
    marks = Mark.objects.filter(session__date=date).exclude(code="").count()
    return state(marks=marks, last_amendment=last_amendment(date), sent=sent_of(latest_file(date)))


class Row(NamedTuple):
    """One session of a pupil that is not the same in both systems."""

    pupil: Pupil
    half: str
    ours: str
    theirs: str


def rows_of(file: DailyFile) -> list[Row]:
    """Return what differs or is missing in the other system, by pupil. Two queries."""
    missing = list(
        Mark.objects.filter(pk__in=file.missing).values_list("pupil_id", "session__half", "code", "session__date")
    )
    found = [(each["pupil"], each["half"], each["ours"], each["theirs"]) for each in file.differing]
    found += [(pupil, half, code, "") for pupil, half, code, _ in missing]
    pupils = Pupil.objects.in_bulk([row[0] for row in found])
    rows = [Row(pupils[pupil], *rest) for pupil, *rest in found if pupil in pupils]
    return sorted(rows, key=lambda row: (row.pupil.list_name, row.pupil.pk, row.half))
