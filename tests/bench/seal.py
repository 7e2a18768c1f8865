"""What it costs to seal a school's year and to prove that it is as sealed: 1,000 pupils, 380,000 marks."""

import os
import subprocess
import sys
import time

import psycopg2

from tests.bench.night_data import DAYS, PUPILS, slug_of
from tests.bench.result import Result
from tests.bench.school import ROOT, asked, manage

MAKE = "from tests.bench.night_data import make_schools; make_schools(1)"
SIZE = "SELECT pg_total_relation_size('registers_sealedrows'), pg_total_relation_size('registers_mark')"
RUNS = 3


def verify_seconds() -> Result:
    """Measure `verify_register` of a year, the whole command; the note has what sealing takes and how large it is."""
    manage("prepare_database")
    subprocess.run([sys.executable, "-c", MAKE], cwd=ROOT, check=True)
    slug = slug_of(0)
    forget_seals(slug)
    first, night = _seconds("seal_register", slug), _seconds("seal_register", slug)
    verified = min(_seconds("verify_register", slug) for _ in range(RUNS))
    seals, marks = (int(size) / 1e6 for size in asked(SIZE, school=slug))
    note = (
        f"{PUPILS:,} pupils, {2 * DAYS * PUPILS:,} marks; the year sealed at once in {first:.1f} s, a night with "
        f"nothing new {night:.1f} s, each with the start of the command; digests {seals:.1f} MB, marks {marks:.0f} MB"
    )
    return Result(round(verified, 1), "s", note)


def _seconds(*words: str) -> float:
    began = time.perf_counter()
    manage(*words)
    return time.perf_counter() - began


def forget_seals(slug: str) -> None:
    """Take a benchmark school's seals away, so that it can be sealed anew."""
    with psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"]) as link, link.cursor() as cursor:
        schema = f"school_{slug.replace('-', '_')}"
        cursor.execute(f"TRUNCATE {schema}.registers_seal, {schema}.registers_sealedrows")
        cursor.execute(
            "DELETE FROM published_sealcopy WHERE school_id = (SELECT id FROM trust_school WHERE slug = %s)", [slug]
        )
    link.close()
