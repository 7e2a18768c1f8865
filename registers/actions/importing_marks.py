"""Takes a school's marks from a file: those it lacks, and amendments of those that say otherwise."""

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Final

from registers.actions.entering import OWN_FAMILY
from registers.actions.importing_copy import copy_rows
from registers.actions.importing_job import WITHOUT_GROUP, Effect, ImportJob
from registers.actions.importing_marks_checks import MarkChecks, WantedMark
from registers.actions.importing_registers import ImportedRegisters, SessionTimes
from registers.gateways.mis_marks import LATE_CODES, SHAPE, HalfMark, mark_rows
from registers.models import FamilyTie, Mark, MarkAmendment, Source
from registers.queries.importing import StandingMark, standing_marks

BATCH: Final = 10_000  # marks held in memory at once
COLUMNS: Final = ("pupil_id", "session_id", "register_id", "code", "comment", "minutes_late")


def take_marks(job: ImportJob) -> None:
    """Check every row, and write what it asks for a batch at a time. Some six statements a batch."""
    table = job.table(SHAPE)
    times = SessionTimes(job.school)
    registers, checks = ImportedRegisters(job, times), MarkChecks(job, times)
    wanted = (mark for row in mark_rows(table, job.faults) for mark in checks.wanted(row))
    family = set(FamilyTie.objects.filter(user=job.by.user_id).values_list("pupil_id", flat=True))
    amended_pupils: set[int] = set()
    for batch in _read_ahead(wanted):
        amended_pupils |= _take(batch, job, registers, family)
    job.ignored = table.ignored
    job.detail["amended_pupils"] = sorted(amended_pupils)  # whose letters and cases may rest on other marks now


def _read_ahead(wanted: Iterator[WantedMark]) -> Iterator[list[WantedMark]]:
    """Yield batches, and read each while the database is busy with the one before. Reading asks no database."""
    with ThreadPoolExecutor(max_workers=1) as reader:
        coming = reader.submit(lambda: list(islice(wanted, BATCH)))
        while batch := coming.result():
            coming = reader.submit(lambda: list(islice(wanted, BATCH)))
            yield batch


def _take(
    batch: Sequence[WantedMark], job: ImportJob, registers: ImportedRegisters, family: Collection[int]
) -> set[int]:
    """Sort a batch into new, amended and unchanged marks and write them; return whose marks are amended."""
    standing = standing_marks([wanted.key for wanted in batch])
    new = [wanted for wanted in batch if wanted.key not in standing]
    changed = []
    for wanted in batch:
        before = standing.get(wanted.key)
        after = as_amended(before, wanted.mark) if before else None
        if before and after and after != before:
            changed.append((wanted, after))
            if wanted.pupil_id in family:
                job.faults.add(wanted.row.line, wanted.mark.half.value, wanted.mark.code, OWN_FAMILY)
        _count(job, wanted, before, after)
    job.counts[WITHOUT_GROUP] += sum(wanted.place.group_id is None for wanted in new)
    if job.writes:
        _add(new, job, registers)
        MarkAmendment.objects.bulk_create([_amendment(*change, job) for change in changed], batch_size=1000)
    return {wanted.pupil_id for wanted, _ in changed}


def as_amended(standing: StandingMark, given: HalfMark) -> StandingMark:
    """Return a mark as a file would have it: what the file does not say stays, as long as it fits the code."""
    same_code = given.code == standing.code
    says_no_other_time = given.minutes_late in {None, standing.minutes_late}
    keeps_time = says_no_other_time and (same_code or given.code in LATE_CODES)
    return standing._replace(
        code=given.code,
        nature=standing.nature if same_code else "",
        comment=given.comment or standing.comment,
        minutes_late=standing.minutes_late if keeps_time else given.minutes_late,
        arrived_at=standing.arrived_at if keeps_time else None,
    )


def _count(job: ImportJob, wanted: WantedMark, before: StandingMark | None, after: StandingMark | None) -> None:
    effect = Effect.NEW if before is None else Effect.UNCHANGED if after == before else Effect.AMENDED
    job.counts[effect] += 1
    if job.shows(effect):
        row, mark = wanted.row, wanted.mark
        words = {Effect.NEW: "New", Effect.UNCHANGED: "No change"}.get(effect, "")
        if not words and before:
            words = f"{before.code or 'no mark'} becomes {mark.code}" if before.code != mark.code else "Details change"
        job.show(row.line, (row.upn or row.local_id, row.date.isoformat(), mark.half.value, mark.code), effect, words)


def _add(new: Sequence[WantedMark], job: ImportJob, registers: ImportedRegisters) -> None:
    """Add marks. They were made when they were imported: when they were first entered the file does not say."""
    places = registers.ids({wanted.place for wanted in new})
    rows = (
        (*wanted.key, places[wanted.place], wanted.mark.code, wanted.mark.comment, wanted.mark.minutes_late)
        for wanted in new
    )
    same = {
        "nature": "", "arrived_at": None, "source": Source.IMPORT.value, "made_by_id": job.by.user_id,
        "made_by_name": job.by.name, "made_by_role": job.by.role.value, "made_at": job.at, "received_at": job.at,
        "changes": 0,
    }  # fmt: skip
    copy_rows(Mark, COLUMNS, rows, same=same)


def _amendment(wanted: WantedMark, after: StandingMark, job: ImportJob) -> MarkAmendment:
    return MarkAmendment(
        mark_id=after.mark_id,
        kind=MarkAmendment.Kind.AMENDMENT,
        amended_code=after.code,
        amended_nature=after.nature,
        amended_comment=after.comment,
        amended_arrived_at=after.arrived_at,
        amended_minutes_late=after.minutes_late,
        reason=f"import {job.file.name}",
        source=Source.IMPORT,
        amended_by=job.by.user,
        amended_by_name=job.by.name,
        amended_by_role=job.by.role,
        made_at=job.at,
        received_at=job.at,
    )
