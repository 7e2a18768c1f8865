"""Takes a school's admission register from a file: pupils, their time on roll, years, groups and contacts."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final

from django.db import connection
from django.db.models import Max

from registers.actions.importing_contacts import fill_in, take_contacts
from registers.actions.importing_dated import Span, end_with_roll, settle, span_of
from registers.actions.importing_enrolments import keep_enrolments_in_step
from registers.actions.importing_job import Effect, ImportJob
from registers.actions.importing_left import leave_on_roll, needs_a_ground
from registers.actions.importing_matches import Match, Matching
from registers.actions.importing_writes import Writes
from registers.gateways.mis_pupils import SHAPE, PupilRow, pupil_rows
from registers.models import Characteristic, Group, GroupMember, Pupil, PupilYear, RollPeriod
from registers.queries.admission import AdmissionEntry, admission_entries
from registers.queries.importing import last_marked

SAY: Final = "SELECT set_config('attendance.importing', %s, true)"  # until the transaction ends
LONGEST_NAME: Final = 180
BATCH: Final = 500  # pupils held in memory at once
OWN_FIELDS: Final = (
    "local_id", "former_upn", "surname", "forename", "surname_in_use", "forename_in_use", "dob", "sex", "ethnicity",
    "address", "address_confidential", "enrolment_status", "boarder",
)  # fmt: skip


def take_pupils(job: ImportJob) -> None:
    """Compare each row with the admission register and write what differs, a batch at a time."""
    table = job.table(SHAPE)
    matching = Matching(job)
    matches = (matching.match(row) for row in pupil_rows(table, job.faults, on=job.on))
    found = (match for match in matches if match)
    groups = {group.name: group for group in Group.objects.filter(kind=Group.Kind.REGISTRATION)}
    with _in_the_name_of(job):
        while batch := list(islice(found, BATCH)):
            AdmissionRegister(job, batch, groups).take()
    job.ignored = table.ignored
    if job.left_elsewhere:
        job.detail["left_elsewhere"] = job.left_elsewhere


@contextmanager
def _in_the_name_of(job: ImportJob) -> Iterator[None]:
    """Have the database keep each particular that changes as an amendment in the importer's name (R12).

    Source: PR24 reg 6; attendance_mat/admission, migrations 0002 and 0003.
    """
    name = job.file.name[:LONGEST_NAME]
    known = Pupil.objects.aggregate(last=Max("pk"))["last"] or 0
    said = {"reason": f"import {name}", "file": name, "by": job.by.user_id, "name": job.by.name, "role": job.by.role,
        "at": job.at.isoformat(), "known": known}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SAY, [json.dumps(said)])
        yield
        cursor.execute(SAY, [""])


class AdmissionRegister:
    """The entries of one batch of pupils, and what their rows change in them. Some twenty statements."""

    def __init__(self, job: ImportJob, batch: Sequence[Match], groups: dict[str, Group]) -> None:
        self.job, self.batch, self.groups = job, batch, groups
        self.writes = Writes()
        self.left_on_roll: dict[int, str] = {}  # what is said of a leaving that a file does not decide, by line
        self.entries = admission_entries([match.pupil_id for match in batch if match.pupil_id])
        leaving = [match.pupil_id for match in batch if match.pupil_id and match.row.until_date]
        self.last_marked = last_marked(leaving) if leaving else {}

    def take(self) -> None:
        """Work out every pupil's changes, then write them."""
        touched = [self._take(match) for match in self.batch]
        if self.job.writes:
            self.writes.write()
            keep_enrolments_in_step(self.job.school, [pupil.pk for pupil in touched if pupil])

    def _take(self, match: Match) -> Pupil | None:
        """Change one pupil's entry as the row says; return the pupil if anything changed."""
        row = match.row
        entry = self.entries[match.pupil_id] if match.pupil_id else self._new_entry(row)
        changed = self._own_fields(entry, row)
        period, is_new = self._roll(entry, row, changed)
        if period is not None:
            span = span_of(period, is_new=is_new, on=self.job.on)
            if span:
                changed += self._dated(entry, row, span, is_latest=period is entry.periods[-1])
        if take_contacts(entry, row, self.job, self.writes):
            changed.append("contacts")
        effect = Effect.NEW if match.pupil_id is None else Effect.CHANGED if changed else Effect.UNCHANGED
        self.job.counts[effect] += 1
        words = {Effect.NEW: "New", Effect.UNCHANGED: "No change"}.get(effect, f"Changes: {', '.join(changed)}")
        cells = (row.upn or row.local_id, entry.pupil.surname, entry.pupil.forename)
        to_do = self.left_on_roll.get(row.line)
        self.job.show(
            row.line, cells, effect, f"{words}. {to_do}" if to_do else words, whatever_the_room=to_do is not None
        )
        return None if effect is Effect.UNCHANGED else entry.pupil

    def _new_entry(self, row: PupilRow) -> AdmissionEntry:
        pupil = Pupil(upn=row.upn)
        self.writes.add(pupil)
        return AdmissionEntry(pupil)

    def _own_fields(self, entry: AdmissionEntry, row: PupilRow) -> list[str]:
        pupil = entry.pupil
        cells: dict[str, Any] = {name: row.given[name] for name in OWN_FIELDS if name in row.given}
        if row.upn and row.upn != pupil.former_upn:  # a file of before the number changed does not change it back
            cells["upn"] = row.upn
        return fill_in(pupil, cells, self.job, self.writes)

    def _roll(self, entry: AdmissionEntry, row: PupilRow, changed: list[str]) -> tuple[RollPeriod | None, bool]:
        """Return the time on roll a row speaks of and whether it is new, noting what makes it impossible."""
        admitted: dt.date | None = row.given.get("admitted")
        latest = entry.periods[-1] if entry.periods else None
        period = next((p for p in entry.periods if p.from_date == admitted), latest if admitted is None else None)
        if period is None and admitted is not None:
            return self._admit(entry, row, admitted, changed), True
        if period is not None and row.until_date and row.until_date != period.until_date:
            self._leave(entry, row, period, row.until_date, changed)
        return period, False

    def _admit(self, entry: AdmissionEntry, row: PupilRow, admitted: dt.date, changed: list[str]) -> RollPeriod | None:
        for other in entry.periods:
            if (row.until_date is None or other.from_date < row.until_date) and (
                other.until_date is None or admitted < other.until_date
            ):
                reason = f"The pupil is already on roll from {other.from_date}: give the day they left before this one."
                self.job.faults.add(row.line, "admitted", admitted.isoformat(), reason)
                return None
        period = RollPeriod(pupil=entry.pupil, from_date=admitted, until_date=row.until_date)
        self.writes.add(period)
        entry.periods = sorted([*entry.periods, period], key=lambda each: each.from_date)
        changed.append("admitted")
        return period

    def _leave(
        self, entry: AdmissionEntry, row: PupilRow, period: RollPeriod, until_date: dt.date, changed: list[str]
    ) -> None:
        """End a time on roll, unless that takes a ground, a mark stands after it or the pupil had been back by then."""
        left = row.given["left"].isoformat()
        marked = self.last_marked.get(entry.pupil.pk)
        if period is not entry.periods[-1] or until_date <= period.from_date:
            reason = f"Left outside the time on roll that began on {period.from_date}."
            self.job.faults.add(row.line, "left", left, reason)
        elif needs_a_ground(period, row.given["left"], self.job):
            self.left_on_roll[row.line] = leave_on_roll(period, row.given["left"], self.job)
        elif marked and marked >= until_date:
            reason = f"There are marks after this day, the last on {marked}: a pupil does not leave before their marks."
            self.job.faults.add(row.line, "left", left, reason)
        else:
            for rows in (entry.years, entry.places):
                end_with_roll(rows, period, until_date, self.writes)
            self.writes.change(period, until_date=until_date)
            changed.append("left")

    def _dated(self, entry: AdmissionEntry, row: PupilRow, span: Span, *, is_latest: bool) -> list[str]:
        """Settle year and group over a span and, as they stand today, the flags; return what changed."""
        pupil, given, changed = entry.pupil, row.given, []
        if "year" in given and settle(
            entry.years, "year", given["year"], span, writes=self.writes,
            make=lambda s: PupilYear(pupil=pupil, year=given["year"], from_date=s.from_date, until_date=s.until_date),
        ):  # fmt: skip
            changed.append("year")
        if "reg_group" in given and self._place(entry, given["reg_group"], span):
            changed.append("reg_group")
        if is_latest:
            changed += [
                kind
                for kind in Characteristic.Kind.values
                if kind in given and self._flag(entry, kind, given[kind], span)
            ]
        return changed

    def _place(self, entry: AdmissionEntry, name: str, span: Span) -> bool:
        group = self.groups.get(name)
        if group is None:
            group = self.groups[name] = Group(kind=Group.Kind.REGISTRATION, name=name)
            self.writes.add(group)

        def make(over: Span) -> GroupMember:
            return GroupMember(
                pupil=entry.pupil, group=group, kind=group.kind, from_date=over.from_date, until_date=over.until_date
            )

        return settle(entry.places, "group", group, span, make=make, writes=self.writes)

    def _flag(self, entry: AdmissionEntry, kind: str, given: Any, span: Span) -> bool:
        """Settle a flag from the span's first day on; it does not end with the roll, which says that by itself."""
        value = (given if kind == Characteristic.Kind.SPECIAL_EDUCATIONAL_NEEDS else "") if given else None
        rows = [row for row in entry.characteristics if row.kind == kind]

        def make(over: Span) -> Characteristic:
            return Characteristic(pupil=entry.pupil, kind=kind, value=value or "", from_date=over.from_date)

        return settle(rows, "value", value, Span(span.from_date, None), make=make, writes=self.writes)
