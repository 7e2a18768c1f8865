"""Loads the demonstration's trust: what its schools share, then the schools side by side, one process each."""

import datetime as dt
import os
import signal
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from typing import Final

from django.db import connections

from attendance_mat.accounts.member import Member, machine
from attendance_mat.accounts.models import Membership
from attendance_mat.embedded.processes import die_with_parent
from attendance_mat.trust.actions import open_school
from attendance_mat.trust.models import School, Trust
from escalation.actions.night import MACHINE
from reporting.demo.loading import DemoDay, is_loaded, load_school
from reporting.demo.product_time import standing_clock_put_by
from reporting.demo.schools import LOCAL_AUTHORITY, TRUST, SchoolPlan
from reporting.demo.staff import headteacher, make_trust_people

TICK_SECONDS: Final = 0.2
FORK: Final = get_context("fork")  # what is loaded already need not be loaded again

_told: "SimpleQueue[int]" = FORK.SimpleQueue()  # pupils' days done, by any of the processes


def load_trust(plans: Sequence[SchoolPlan], *, at: dt.datetime, progress: Callable[[float], None]) -> int:
    """Load what is not there yet of the trust and its schools, and return how many schools that was.

    `progress` is told the part that is done. Runs as the owner, because it opens schools and sets the clock of the
    triggers to the past. A school comes whole or not at all, so an interrupted load is taken up again by another.
    """
    now = DemoDay.of(at)
    Trust.objects.update_or_create(pk=1, defaults={"name": TRUST})
    if not Membership.objects.filter(school__isnull=True, user__email__endswith="@demo.invalid").exists():
        make_trust_people(since=now.since, at=at)
    by = machine("Setting up", at=at)
    machine(MACHINE, at=at)
    schools = [(_opened(plan, now, by=by), plan) for plan in plans]
    wanted = [(school, plan) for school, plan in schools if not is_loaded(school)]
    if wanted:
        with standing_clock_put_by():
            _load_side_by_side(wanted, now, progress)
    return len(wanted)


def _opened(plan: SchoolPlan, now: DemoDay, *, by: Member) -> School:
    """Return a school, opened if it is not yet, with the particulars that its letters bear."""
    school = open_school(
        plan.slug, name=plan.name, phase=plan.phase, pack=plan.pack, local_authority=LOCAL_AUTHORITY, urn=plan.urn,
        by=by, at=now.at,
    )  # fmt: skip
    if not school.head_name:
        school.go_live_date = now.went_live
        school.address, school.telephone = plan.address, plan.telephone
        school.email, school.head_name = f"office@{plan.slug}.demo.invalid", headteacher(plan).name
        school.save()
    return school


def _load_side_by_side(
    wanted: Iterable[tuple[School, SchoolPlan]], now: DemoDay, progress: Callable[[float], None]
) -> None:
    """Load each school in a process of its own, as many at once as there are processors, the largest first."""
    largest_first = sorted(wanted, key=lambda pair: -pair[1].pupils)
    total = sum(plan.pupils for _, plan in largest_first) * max(1, now.today)
    connections.close_all()  # a process makes its own
    with ProcessPoolExecutor(
        max_workers=min(len(largest_first), os.cpu_count() or 1),
        mp_context=FORK,
        initializer=die_with_parent(signal.SIGTERM),
    ) as processes:
        waiting = {processes.submit(_load, school.pk, plan, now) for school, plan in largest_first}
        _follow(waiting, total, progress)


def _follow(waiting: set[Future[None]], total: int, progress: Callable[[float], None]) -> None:
    done = 0
    while waiting:
        finished, waiting = wait(waiting, timeout=TICK_SECONDS)
        while not _told.empty():
            done += _told.get()
        progress(min(1.0, done / total))
        for future in finished:
            future.result()


def _load(school_id: int, plan: SchoolPlan, now: DemoDay) -> None:
    load_school(School.objects.get(pk=school_id), plan, now, report=_told.put)
    connections.close_all()
