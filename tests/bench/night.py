"""What the nightly check costs at a trust's scale. BENCH_SCHOOLS=10 makes it a smaller trust; the note says so."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.bench.night_data import FIRST_DAY, days, slug_of
from tests.bench.result import Result
from tests.bench.school import ROOT, manage

SCHOOLS: Final = int(os.environ.get("BENCH_SCHOOLS", "100"))
FEW: Final = max(1, SCHOOLS // 10)
BARE: Final = "SELECT pupil_id, code, count(*) FROM registers_mark GROUP BY 1, 2"
TRUSTS: Final = ("wigston", "aspire", "advance", "john_taylor", "hertfordshire")
TICKS: Final = os.sysconf("SC_CLK_TCK")


class Measured(NamedTuple):
    """Nights over some schools: seconds by the clock, and seconds of CPU, the application's and the database's.

    The first night finds every line crossed new; the ordinary one is the next school day's, when most are known; again
    is that night once more. `bare` is the database's CPU for a bare count of the marks.
    """

    first: float
    ordinary: float
    again: float
    first_cpu: float
    ordinary_cpu: float
    database: float  # of the first night
    bare: float
    findings: int


def check_seconds_100() -> Result:
    """Measure a first night by the national rules, when every line crossed is new; the note has the next one."""
    return _seconds(_measured(SCHOOLS))


def check_stages_seconds_100() -> Result:
    """Measure a first night by the national rules and the trusts' stages, each school by one of their policies."""
    return _seconds(_measured(SCHOOLS, stages=True))


def check_ratio_100() -> Result:
    """Measure the database's CPU time of a first night over that of counting the same marks by pupil and code."""
    all_ = _measured(SCHOOLS)
    note = f"{SCHOOLS} schools: {all_.database:.1f} s of the database's CPU, bare count {all_.bare:.1f} s"
    return Result(round(all_.database / all_.bare, 2), "ratio", note)


def check_growth() -> Result:
    """Measure the seconds a school takes among all of them over those it takes among a tenth."""
    few, all_ = _measured(FEW), _measured(SCHOOLS)
    per_school = all_.first / SCHOOLS, few.first / FEW
    note = f"{per_school[0]:.3f} s a school at {SCHOOLS}, {per_school[1]:.3f} s at {FEW}"
    return Result(round(per_school[0] / per_school[1], 2), "ratio", note)


def _seconds(all_: Measured) -> Result:
    note = (
        f"{SCHOOLS} schools of 1,000 pupils and 380,000 marks, {os.cpu_count()} processes, {all_.findings:,} findings "
        f"written; {all_.ordinary:.1f} s the next night, {all_.again:.1f} s when nothing is new; "
        f"{all_.first_cpu / SCHOOLS:.2f} and {all_.ordinary_cpu / SCHOOLS:.2f} s of CPU a school, first and next night"
    )
    return Result(round(all_.first, 1), "s", note)


@cache
def _measured(schools: int, *, stages: bool = False) -> Measured:
    """Check schools that have no finding yet, as many at once as there are cores, and count what was written."""
    _prepare(schools)
    slugs = [slug_of(number) for number in range(schools)]
    packs = [TRUSTS[number % len(TRUSTS)] if stages else "national" for number in range(schools)]
    last, before = -1, -2
    with get_context("spawn").Pool(os.cpu_count(), initializer=_set_up) as pool:
        bare = sum(pool.map(_count, slugs, chunksize=1))
        nights = [
            _timed(
                lambda night=night: pool.starmap(_check, [(*each, night) for each in zip(slugs, packs, strict=True)], 1)
            )
            for night in (before, last, last)
        ]
        found = sum(pool.map(_stored, slugs, chunksize=1))
    (first, of_first), (ordinary, of_ordinary), (again, of_again) = nights
    opened = sum(each.opened for each in [*of_first, *of_ordinary])
    if any(each.opened for each in of_again) or opened != found:
        message = f"The nights wrote {opened} findings, the same night again some more, and {found} are stored."
        raise RuntimeError(message)
    first_cpu, ordinary_cpu = (sum(each.database + each.own for each in night) for night in (of_first, of_ordinary))
    database = sum(each.database for each in of_first)
    return Measured(first, ordinary, again, first_cpu, ordinary_cpu, database, bare, found)


def _prepare(schools: int) -> None:
    manage("prepare_database")
    subprocess.run([sys.executable, "-m", "tests.bench.night_data", str(schools)], cwd=ROOT, check=True)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    done = work()
    return time.perf_counter() - began, done


# What follows runs in the processes of the pool, as the application's role.


class Checked(NamedTuple):
    """One school's check: the seconds of CPU of the database and of this process, and the episodes it opened."""

    database: float
    own: float
    opened: int


def _set_up() -> None:
    os.environ.pop("DATABASE_ROLE", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "attendance_mat.settings")
    import django  # noqa: PLC0415

    django.setup()
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:  # otherwise other processes' CPU would go uncounted
        cursor.execute("SET max_parallel_workers_per_gather = 0")


def _check(slug: str, pack: str, night: int) -> Checked:
    from attendance_mat import clock  # noqa: PLC0415
    from attendance_mat.policy.adopted import Adoption, assemble  # noqa: PLC0415
    from escalation.actions import run_threshold_check  # noqa: PLC0415

    marks = 380_000 + 2_000 * (night + 1)
    policy = assemble([Adoption(FIRST_DAY, pack)])

    def work(school: Any) -> int:
        run = run_threshold_check(school, as_of=days()[night], at=clock.now(), policy=policy)
        if run is None or run.error or run.marks != marks:
            message = f"{slug} was not checked: {run and (run.error or run.marks)}"
            raise RuntimeError(message)
        return run.episodes_opened

    began = time.process_time()
    database, opened = _in_school(slug, work)
    return Checked(database, time.process_time() - began, opened)


def _count(slug: str) -> float:
    from django.db import connection  # noqa: PLC0415

    def work(_: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(BARE)
            cursor.fetchall()

    return _in_school(slug, work)[0]


def _stored(slug: str) -> int:
    from escalation.models import Finding  # noqa: PLC0415

    found: int = _in_school(slug, lambda _: Finding.objects.count())[1]
    return found


def _in_school(slug: str, work: Callable[[Any], Any]) -> tuple[float, Any]:
    """Do something inside a school; return the seconds of CPU the database's process spent on it, and the result."""
    from django.db import connection  # noqa: PLC0415
    from django_tenants.utils import tenant_context  # noqa: PLC0415

    from attendance_mat.trust.models import School  # noqa: PLC0415

    school = School.objects.get(slug=slug)
    with tenant_context(school):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
        before = _ticks(stat)
        done = work(school)
        return (_ticks(stat) - before) / TICKS, done


def _ticks(stat: Path) -> int:
    """Return the user and system time of a process, in clock ticks."""
    fields = stat.read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
