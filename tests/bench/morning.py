"""The morning of a trust of 100 schools, replayed at full speed: 4,000 registers opened, saved and finished.

BENCH_SCHOOLS=10 makes it a smaller trust; the note says how many registers there were.
"""

import datetime as dt
import http.client
import json
import os
import queue
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import psycopg2

from tests.bench import registers_data
from tests.bench.morning_data import GROUPS, slug_of
from tests.bench.registers_data import PUPILS
from tests.bench.result import Result
from tests.bench.school import ROOT, manage
from tests.bench.together import CLIENTS, STARTING, serve

SCHOOLS: Final = int(os.environ.get("BENCH_SCHOOLS", "100"))
AWAY: Final = 2  # of thirty
TOKEN: Final = "b" * 32


class Due(NamedTuple):
    """A register to take: where, by whose session, and of whom."""

    slug: str
    cookie: str
    group: int
    pupils: Sequence[int]


class Taker(threading.Thread):
    """A client that takes register after register: opens it, saves its thirty marks, finishes it."""

    def __init__(self, port: int, due: "queue.SimpleQueue[Due]") -> None:
        super().__init__()
        self.port, self.due = port, due
        self.taken, self.faults = 0, list[str]()

    def run(self) -> None:
        """Take registers until none is left."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        while True:
            try:
                due = self.due.get_nowait()
            except queue.Empty:
                link.close()
                return
            self._take(link, due)

    def _take(self, link: http.client.HTTPConnection, due: Due) -> None:
        from attendance_mat import clock  # noqa: PLC0415

        now = clock.now()
        opened, place = self._post(link, due, f"sessions/{now.date()}/am/groups/{due.group}/register/", "")
        register = place.rstrip("/").rpartition("/")[2]
        made = now.astimezone(dt.UTC).isoformat()
        rows = [
            {"pupil": pupil, "code": "N" if number < AWAY else "/", "base": 0, "made_at": made}
            for number, pupil in enumerate(due.pupils)
        ]
        body = json.dumps({"key": str(uuid.uuid4()), "rows": rows})
        saved, _ = self._post(link, due, f"api/registers/{register}/marks/", body)
        finished, _ = self._post(link, due, f"registers/{register}/", f"key={uuid.uuid4()}&do=finish")
        if (opened, saved, finished) == (302, 200, 302):
            self.taken += 1
        else:
            self.faults.append(f"{due.slug} group {due.group}: {opened}, {saved}, {finished}")

    @staticmethod
    def _post(link: http.client.HTTPConnection, due: Due, path: str, body: str) -> tuple[int, str]:
        kind = "application/json" if path.startswith("api/") else "application/x-www-form-urlencoded"
        headers = {
            "Cookie": f"sessionid={due.cookie}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN, "Content-Type": kind,
            "Host": "127.0.0.1",
        }  # fmt: skip
        link.request("POST", f"/s/{due.slug}/{path}", body, headers)
        reply = link.getresponse()
        reply.read()
        return reply.status, reply.headers.get("Location", "")


def morning_registers_per_second() -> Result:
    """Measure eight clients taking every register against gunicorn with two workers; check every mark afterwards."""
    manage("prepare_database")
    subprocess.run([sys.executable, "-m", "tests.bench.morning_data", str(SCHOOLS)], cwd=ROOT, check=True)
    registers_data.stand_at_this_morning()
    import django  # noqa: PLC0415 - settings are read from what has been set by now

    django.setup()
    due: queue.SimpleQueue[Due] = queue.SimpleQueue()
    for each in _registers():
        due.put(each)
    port, server = serve()
    try:
        threads = [Taker(port, due) for _ in range(CLIENTS)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - began
    finally:
        server.terminate()
        server.wait(STARTING)
    taken, faults = sum(thread.taken for thread in threads), [fault for thread in threads for fault in thread.faults]
    note = f"{taken} registers of {PUPILS} opened, saved and finished in {took:.0f} s, {len(faults)} not; {_checked()}"
    return Result(round(taken / took, 1), "registers a second", "; ".join([note, *faults[:3]]))


def _registers() -> list[Due]:
    """Return every register, the first of each school before the second of any."""
    from django.test import Client  # noqa: PLC0415

    from attendance_mat.accounts.models import User  # noqa: PLC0415

    found = []
    with psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"]) as link, link.cursor() as cursor:
        for number in range(SCHOOLS):
            slug = slug_of(number)
            client = Client(SERVER_NAME="localhost")
            client.force_login(User.objects.get(email=f"{slug}@example.org"))
            cookie = client.cookies["sessionid"].value
            cursor.execute(f"SET search_path = school_{slug.replace('-', '_')}, public")
            cursor.execute("SELECT group_id, array_agg(pupil_id) FROM registers_groupmember GROUP BY 1 ORDER BY 1")
            found += [(place, Due(slug, cookie, *row)) for place, row in enumerate(cursor.fetchall())]
    link.close()
    return [due for _, due in sorted(found, key=lambda each: each[0])]


def _checked() -> str:
    """Say how many marks stand that should not, and how many do not that should; the same of finished registers."""
    counts: dict[str, Any] = {"marks": 0, "absent": 0, "finished": 0}
    with psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"]) as link, link.cursor() as cursor:
        for number in range(SCHOOLS):
            cursor.execute(f"SET search_path = school_{slug_of(number).replace('-', '_')}, public")
            cursor.execute(
                "SELECT count(*), count(*) FILTER (WHERE code = 'N'),"
                " (SELECT count(*) FROM registers_register WHERE finished_at IS NOT NULL) FROM registers_mark"
            )
            for name, count in zip(counts, cursor.fetchone() or (), strict=True):
                counts[name] += count
    link.close()
    wanted = {"marks": PUPILS, "absent": AWAY, "finished": 1}
    missed = {name: SCHOOLS * GROUPS * each - counts[name] for name, each in wanted.items()}
    return "in the database " + ", ".join(f"{name} {counts[name]} ({missed[name]} missing)" for name in counts)
