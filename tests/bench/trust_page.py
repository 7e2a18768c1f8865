"""How long the server takes over the trust's page with 100 schools and three years of what they published."""

import os
import statistics
import time
from typing import TYPE_CHECKING, Final

from tests.bench.result import Result
from tests.bench.school import manage

if TYPE_CHECKING:
    from django.test import Client

SCHOOLS: Final = 100
REQUESTS: Final = 200
DAYS: Final = 3 * 365
REGISTERS: Final = 40  # a session of a school of 1,000

# Rows as three years leave them; today's morning has its registers in but for every fifth.
PUBLISHED: Final = """
INSERT INTO trust_school (schema_name, slug, name, phase, local_authority, urn, address, telephone, email, head_name,
    opened_at, go_live_date, policy_version, migration_failed)
SELECT 'bench_trust_' || n, 'bench-trust-' || n, 'Benchmark School ' || n, 'secondary', '', '', '', '', '', '',
    now(), %(today)s, gen_random_uuid(), false FROM generate_series(1, %(schools)s) AS n;
INSERT INTO published_checkrun (school_id, as_of, started_at, finished_at, attempts, error, pupils, marks, findings,
    episodes_opened, episodes_cleared)
SELECT id, %(today)s::date - day, now(), now(), 1, '', 1000, 380000, 90, 1, 0
FROM trust_school, generate_series(1, %(days)s) AS day WHERE slug LIKE 'bench-trust-%%';
INSERT INTO published_schoolfigures (school_id, run_id, as_of, computed_at, pupils, possible, present, authorised,
    unauthorised, headline_pupils, headline_persistent, headline_severe, ten_in_ten_weeks, twenty_consecutive_days)
SELECT school_id, id, as_of, now(), 1000, 100000, 90000 + school_id %% 9000, 6000, 4000, 990, 150, 20, 30, 2
FROM published_checkrun WHERE as_of = %(today)s::date - 1
    AND school_id IN (SELECT id FROM trust_school WHERE slug LIKE 'bench-trust-%%');
INSERT INTO published_registersdue (school_id, date, half, registers, pupils)
SELECT id, %(today)s::date - day, half, %(registers)s, 1000
FROM trust_school, generate_series(0, %(days)s) AS day, unnest(ARRAY['am', 'pm']) AS half
WHERE slug LIKE 'bench-trust-%%';
INSERT INTO published_finishedregister (school_id, date, half, register_id, pupils, present, late, absent_explained,
    unexplained, elsewhere, finished_at)
SELECT id, %(today)s::date - day, half, day * 1000 + number * 2 + (half = 'pm')::int, 25, 23, 1, 1, 1, 0, now()
FROM trust_school, generate_series(0, 60) AS day, generate_series(1, %(registers)s) AS number,
    unnest(ARRAY['am', 'pm']) AS half
WHERE slug LIKE 'bench-trust-%%' AND (day > 0 OR number %% 5 > 0);
"""


def trust_page_p95_ms() -> Result:
    """Measure 200 requests by one client; all is taken back afterwards, so that nothing is left behind."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "attendance_mat.settings")
    os.environ["DATABASE_ROLE"] = "owner"  # who may have the rows counted, as the server does by itself in time
    os.environ.setdefault("STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")
    manage("prepare_database")
    import django  # noqa: PLC0415 - settings are read from what script/bench has set by now

    django.setup()
    from django.db import connection, transaction  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with transaction.atomic():
        client = _prepare()
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/trust/")
        statements = len(asked)
        times = sorted(_milliseconds(client) for _ in range(REQUESTS))
        shown = page.content.decode().count("Benchmark School")
        transaction.set_rollback(True)
    if shown < SCHOOLS:
        message = f"The page shows {shown} of {SCHOOLS} schools."
        raise RuntimeError(message)
    p95 = times[int(REQUESTS * 0.95) - 1]
    note = f"{SCHOOLS} schools, {statements} statements, median {statistics.median(times):.0f} ms, {REQUESTS} requests"
    return Result(round(p95, 1), "ms", note)


def _prepare() -> "Client":
    """Publish three years of 100 schools, and return the browser of the trust's attendance manager."""
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from attendance_mat import clock  # noqa: PLC0415
    from attendance_mat.accounts.models import Membership, User  # noqa: PLC0415
    from attendance_mat.accounts.roles import Role  # noqa: PLC0415

    at = clock.now()
    numbers = {"today": at.date(), "schools": SCHOOLS, "days": DAYS, "registers": REGISTERS}
    with connection.cursor() as cursor:
        cursor.execute(PUBLISHED, numbers)
        cursor.execute("ANALYZE")
    manager = User.objects.create(email="bench-trust@example.org", name="Benchmark", joined_at=at)
    Membership.objects.create(user=manager, role=Role.TRUST_ATTENDANCE_MANAGER, from_date=at.date())
    client = Client(SERVER_NAME="localhost")
    client.force_login(manager)
    return client


def _milliseconds(client: "Client") -> float:
    began = time.perf_counter()
    client.get("/trust/")
    return 1000 * (time.perf_counter() - began)
