"""Do the nightly check now, of every school or of those named, in this process or through Celery."""

import datetime as dt
import time
from argparse import ArgumentTypeError
from collections.abc import Iterable, Iterator
from typing import Any, Final

from celery import current_app
from django.core.management.base import BaseCommand, CommandError
from django_tenants.utils import tenant_context

from attendance_mat import clock
from attendance_mat.published.models import CheckRun
from attendance_mat.trust.models import School
from attendance_mat.trust.queries import schools
from escalation.actions import after_the_night, run_threshold_check
from escalation.actions.publishing import publish_unacted
from escalation.tasks import check_school

PING_SECONDS: Final = 3.0
POLL_SECONDS: Final = 0.2


class Command(BaseCommand):
    """Checks again a night that has been checked; the same marks give the same rows. A line a school, to stderr."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("slugs", nargs="*", metavar="SLUG")
        parser.add_argument("--as-of", type=_date, help="today, unless given")
        parser.add_argument("--queue", action="store_true", help="have Celery's workers do it, and wait for them")
        parser.add_argument(
            "--wait", type=int, default=600, metavar="SECONDS", help="for the workers; 600 unless given"
        )

    def handle(self, *, slugs: list[str], **options: Any) -> None:
        as_of = options["as_of"] or clock.today()
        chosen = _schools(slugs)
        runs = _queued(chosen, as_of, options["wait"]) if options["queue"] else _here(chosen, as_of)
        failed = []
        for school, run in runs:
            self.stderr.write(f"{school.slug}: {_in_words(run)}")
            if run is None or not run.finished_at:
                failed.append(school.slug)
        if failed:
            message = f"The check as of {as_of} was not finished at {', '.join(failed)}."
            raise CommandError(message)


def _here(chosen: Iterable[School], as_of: dt.date) -> Iterator[tuple[School, CheckRun | None]]:
    """Check each school in this process."""
    for school in chosen:
        with tenant_context(school):
            run = run_threshold_check(school, as_of=as_of, at=clock.now())
            if run and run.finished_at:
                after_the_night(school, as_of=as_of, at=clock.now())
                publish_unacted(school, on=clock.today())
        yield school, run


def _queued(chosen: list[School], as_of: dt.date, seconds: int) -> Iterator[tuple[School, CheckRun | None]]:
    """Have the workers check the schools, and yield each as it ends, or as it stands when the time is up."""
    if not _a_worker_listens():
        message = "No Celery worker answers. Start one, or leave out --queue."
        raise CommandError(message)
    before = dict(CheckRun.objects.filter(as_of=as_of).values_list("school_id", "attempts"))
    for school in chosen:
        check_school.delay(schema_name=school.schema_name, as_of=as_of.isoformat(), again=True)
    waiting, until = {school.pk: school for school in chosen}, time.monotonic() + seconds
    while waiting and time.monotonic() < until:
        for run in CheckRun.objects.filter(as_of=as_of, school__in=list(waiting)):
            if run.attempts > before.get(run.school_id, 0) and (run.finished_at or run.error):
                yield waiting.pop(run.school_id), run
        time.sleep(POLL_SECONDS)
    for school in waiting.values():
        yield school, None


def _a_worker_listens() -> bool:
    """Say whether any worker reads the ordinary queue; the one that opens schools reads its own."""
    read = current_app.control.inspect(timeout=PING_SECONDS).active_queues() or {}
    return any(queue["name"] == current_app.conf.task_default_queue for queues in read.values() for queue in queues)


def _schools(slugs: list[str]) -> list[School]:
    """Return the schools in use, or those of them that are named; CommandError for a name that is none."""
    known = {school.slug: school for school in schools()}
    unknown = [slug for slug in slugs if slug not in known]
    if unknown:
        message = f"There is no school {', '.join(unknown)} in use."
        raise CommandError(message)
    return [known[slug] for slug in dict.fromkeys(slugs or known)]


def _in_words(run: CheckRun | None) -> str:
    if run is None:
        return "not checked: another process is at it, or no worker came to it in time."
    if run.error:
        return f"failed. {run.error}"
    return (
        f"{run.pupils} pupils, {run.marks} marks, {run.findings} findings, {run.episodes_opened} new, "
        f"{run.episodes_cleared} cleared, {run.duration_ms} ms."
    )


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        message = f"{text} is not a date such as 2026-01-05."
        raise ArgumentTypeError(message) from error
