"""How many registers a second eight clients save, and whether every mark of them is there once."""

import http.client
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from typing import Any, Final, NamedTuple

import psycopg2

from tests.bench import registers
from tests.bench.registers_data import GROUPS, PUPILS, SLUG
from tests.bench.result import Result
from tests.bench.school import ROOT

CLIENTS: Final = 8
SECONDS: Final = 30
STARTING: Final = 30
TOKEN: Final = "b" * 32
MARKS: Final = GROUPS * PUPILS
SCHEMA: Final = f"school_{SLUG.replace('-', '_')}"
ENTRIES: Final = """
SELECT count(*) + coalesce(sum(m.changes), 0)
FROM registers_mark m JOIN registers_session s ON s.id = m.session_id WHERE s.date = %s
"""


class Due(NamedTuple):
    """A register to save, and by pupil what its page saw of each mark."""

    register: int
    rows: dict[int, int]


class Saver(threading.Thread):
    """A client that saves register after register as they come, thirty marks each, until it is sent home."""

    def __init__(self, port: int, cookie: str, due: "queue.Queue[Due | None]") -> None:
        super().__init__()
        self.port, self.due, self.saved, self.failed = port, due, 0, 0
        self.times: list[float] = []
        self.headers = {
            "Cookie": f"sessionid={cookie}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN,
            "Content-Type": "application/json", "Accept": "application/json", "Host": "127.0.0.1",
        }  # fmt: skip

    def run(self) -> None:
        """Save what is due; count what the server acknowledged, and how long each took."""
        while due := self.due.get():
            began = time.perf_counter()
            link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            link.request(
                "POST", f"/s/{SLUG}/api/registers/{due.register}/marks/", registers._body(due.rows), self.headers
            )
            reply = link.getresponse()
            body = reply.read()
            link.close()  # a tablet saves every few seconds, and its connection is not kept so long
            self.times.append(time.perf_counter() - began)
            is_saved = reply.status == http.HTTPStatus.OK and all(
                row["outcome"] == "saved" for row in json.loads(body)["rows"]
            )
            self.saved += is_saved
            self.failed += not is_saved
            self.due.task_done()


def registers_per_second() -> Result:
    """Measure eight clients taking blank registers for thirty seconds against gunicorn with two workers.

    A school has fifty this morning: once they are all saved and every mark is counted, they are made blank again, and
    that time is left out.
    """
    return _measured(blank=True)


def register_changes_per_second() -> Result:
    """Measure the same of registers that are full, each save changing all of its thirty marks."""
    return _measured(blank=False)


def _measured(*, blank: bool) -> Result:
    registers.open_school()
    client = registers._client("teacher")
    rows = {pk: registers._rows(client, pk) for pk in registers._registers()}
    due: queue.Queue[Due | None] = queue.Queue()
    port, server = serve()
    try:
        savers = [Saver(port, client.cookies["sessionid"].value, due) for _ in range(CLIENTS)]
        for saver in savers:
            saver.start()
        took, wrong = _saved_for_a_while(due, rows, savers, blank=blank)
        for _ in savers:
            due.put(None)
        for saver in savers:
            saver.join()
    finally:
        server.terminate()
        server.wait(STARTING)
    saved, failed = sum(saver.saved for saver in savers), sum(saver.failed for saver in savers)
    times = sorted(1000 * one for saver in savers for one in saver.times)
    note = (
        f"{CLIENTS} clients, {took:.0f} s, two gunicorn workers, {saved} {'blank' if blank else 'full'} registers of "
        f"{PUPILS} acknowledged, {failed} not; lost {wrong['lost']}, doubled {wrong['doubled']}; "
        f"p50 {times[len(times) // 2]:.0f} ms, p95 {times[int(len(times) * 0.95)]:.0f} ms"
    )
    return Result(round(saved / took, 1), "registers a second", note)


def _saved_for_a_while(
    due: "queue.Queue[Due | None]", rows: dict[int, dict[int, int]], savers: list[Saver], *, blank: bool
) -> tuple[float, Counter[str]]:
    """Have the registers saved again and again; return the seconds that took, and how many marks went wrong."""
    took, wrong = 0.0, Counter[str]()
    _round(due, rows)  # so that both workers are warm, and no register is blank where changes are measured
    for saver in savers:
        saver.saved, saver.times = 0, []
    while took < SECONDS:
        if blank:
            _make_blank(rows)
        before = _entries()
        took += _round(due, rows)
        there = _entries() - before
        wrong.update(lost=max(0, MARKS - there), doubled=max(0, there - MARKS))
    return took, wrong


def _round(due: "queue.Queue[Due | None]", rows: dict[int, dict[int, int]]) -> float:
    """Have every register saved once, and return how many seconds it took."""
    began = time.perf_counter()
    for register, seen in rows.items():
        due.put(Due(register, seen))
    due.join()
    return time.perf_counter() - began


def _make_blank(rows: dict[int, dict[int, int]]) -> None:
    """Take this morning's marks away, as nobody can but the database's own administrator."""
    from django.db import connection  # noqa: PLC0415 - settings are read from what has been set by now

    link = psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    with link, link.cursor() as cursor:
        cursor.execute(f"SET search_path = {SCHEMA}, public; SET session_replication_role = replica")
        cursor.execute("DELETE FROM registers_markamendment; DELETE FROM registers_savereceipt")
        cursor.execute("DELETE FROM registers_mark WHERE register_id = ANY (%s)", [list(rows)])
        cursor.execute(
            "UPDATE registers_register SET taken_by_id = NULL, taken_at = NULL WHERE id = ANY (%s)", [[*rows]]
        )
    link.close()
    for seen in rows.values():
        seen.update(dict.fromkeys(seen, 0))


def _entries() -> int:
    """Return how many marks and amendments stand in this morning's registers of the school."""
    from django.db import connection  # noqa: PLC0415 - settings are read by now
    from django_tenants.utils import schema_context  # noqa: PLC0415 - settings are read by now

    from attendance_mat import clock  # noqa: PLC0415 - settings are read by now

    with schema_context(SCHEMA), connection.cursor() as cursor:
        cursor.execute(ENTRIES, [clock.today()])
        return int(cursor.fetchone()[0])


def serve() -> tuple[int, "subprocess.Popen[Any]"]:
    """Start the web server as it is deployed, two workers, and return its port and process."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    words = ("gunicorn", "--config", "python:attendance_mat.web_server", "attendance_mat.wsgi",
        "--bind", f"127.0.0.1:{port}", "--log-level", "warning")  # fmt: skip
    environment = {**os.environ, "DATABASE_ROLE": "application"}
    server = subprocess.Popen([sys.executable, "-m", *words], cwd=ROOT, env=environment)
    until = time.monotonic() + STARTING
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            time.sleep(1)  # so that the other worker listens too
            return port, server
    message = "The web server did not start."
    raise RuntimeError(message)
