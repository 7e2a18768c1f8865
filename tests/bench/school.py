"""A database and a school for the benchmarks, on the servers that script/bench has started."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg2

KEPT_OF_A_SCHOOL = ("trust_policyadoption", "trust_enrolment", "accounts_membership", "published_registersdue",
    "published_finishedregister", "published_sealcopy")  # fmt: skip
ROOT = Path(__file__).resolve().parents[2]


def manage(*words: str, text: str = "") -> str:
    """Run a management command as anyone would, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, input=text, text=True, stdout=subprocess.PIPE, check=True
    )
    return done.stdout


def open_anew(slug: str, *, phase: str = "secondary") -> None:
    """Open a school with nothing in it, doing away with the one of that name from the last run."""
    manage("prepare_database")
    schema = f"school_{slug.replace('-', '_')}"
    with psycopg2.connect(os.environ["DATABASE_URL"]) as link, link.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        for table in KEPT_OF_A_SCHOOL:
            cursor.execute(
                f"DELETE FROM {table} WHERE school_id IN (SELECT id FROM trust_school WHERE slug = %s)", [slug]
            )
        cursor.execute("DELETE FROM trust_school WHERE slug = %s", [slug])
    link.close()
    manage("open_school", slug, "--name", "Benchmark School", "--phase", phase, "--policy", "national")


def asked(sql: str, *, school: str) -> list[str]:
    """Return the first row that the application's role gets for a query."""
    return manage("sql", "--role", "app", "--school", school, text=sql).splitlines()[1].split(",")
