"""What it costs to keep a school's year: 1,000 pupils, 380,000 marks backed up, restored, disposed of and verified."""

import os
import re
import resource
import subprocess
import sys
import time
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import psycopg2

from tests.bench.night_data import DAYS, PUPILS, slug_of
from tests.bench.result import Result
from tests.bench.school import ROOT, manage, open_anew
from tests.bench.seal import MAKE, forget_seals

INTO: Final = "bench-restored"
MONTH: Final = "2025-11"
KEEPER: Final = "bench-keeper@example.org"
MADE: Final = re.compile(r": (\S+\.zip), .*? ([\d.]+) MB in ([\d.]+) s\.")


class Kept(NamedTuple):
    """What one back-up took, and what was done with it."""

    seconds: float  # the whole command
    own_seconds: float  # as its row says
    megabytes: float
    most_memory: float  # megabytes of the process
    verified: float
    restored: float


@lru_cache(maxsize=1)
def _kept() -> Kept:
    manage("prepare_database")
    subprocess.run([sys.executable, "-c", MAKE], cwd=ROOT, check=True)
    slug = slug_of(0)
    forget_seals(slug)
    manage("seal_register", slug)
    began = time.perf_counter()
    said = MADE.search(manage("back_up", slug, "--month", MONTH))
    seconds = time.perf_counter() - began
    assert said, "back_up did not say what it made"
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    verified = _seconds("verify_archive", slug, said[1])
    open_anew(INTO)
    restored = _seconds("restore_archive", INTO, str(Path(os.environ["STATE_DIR"]) / "archives" / said[1]))
    return Kept(seconds, float(said[3]), float(said[2]), most, verified, restored)


def _seconds(*words: str) -> float:
    began = time.perf_counter()
    manage(*words)
    return time.perf_counter() - began


def backup_seconds() -> Result:
    """Measure `back_up` of a year, the whole command; the note has the rest."""
    kept = _kept()
    note = (
        f"{PUPILS:,} pupils, {2 * DAYS * PUPILS:,} marks, PDF of one month; {kept.own_seconds:.1f} s without the start "
        f"of the command; verify_archive {kept.verified:.1f} s, restore_archive {kept.restored:.1f} s with the seals "
        f"verified; at most {kept.most_memory:.0f} MB of memory in any command"
    )
    return Result(round(kept.seconds, 1), "s", note)


def backup_mb() -> Result:
    """Measure the archive of a year."""
    return Result(_kept().megabytes, "MB", f"{PUPILS:,} pupils, {2 * DAYS * PUPILS:,} marks, PDF of one month")


def verify_disposed_seconds() -> Result:
    """Measure `verify_register` of the restored year once half of it was lawfully disposed of, with the disposal."""
    _kept()
    with psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"]) as link, link.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_user (password, email, name, is_active, is_machine, joined_at)"
            " VALUES ('!', %s, 'Keeper', true, false, now()) ON CONFLICT DO NOTHING",
            [KEEPER],
        )
        cursor.execute(
            "INSERT INTO accounts_membership (user_id, school_id, role, from_date) SELECT u.id, s.id, 'headteacher',"
            " '2020-01-01' FROM accounts_user u, trust_school s WHERE u.email = %s AND s.slug = %s",
            [KEEPER, INTO],
        )
    link.close()
    began = time.perf_counter()
    # Six years on from the year's middle, by the product's clock.
    shift = str(int((6 * 365.25 - 300) * 86_400))
    subprocess.run(
        [sys.executable, "manage.py", "dispose", INTO, "--authority", "Benchmark", "--by", KEEPER],
        cwd=ROOT, check=True, env={**os.environ, "DEMO_CLOCK": shift}, stdout=sys.stderr,
    )  # fmt: skip
    disposed = time.perf_counter() - began
    return Result(round(_seconds("verify_register", INTO), 1), "s", f"half of a year disposed of in {disposed:.1f} s")
