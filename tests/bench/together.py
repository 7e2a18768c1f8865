"""How many registers a second eight clients save, and whether every mark of them is there once."""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from typing import Any, Final

from tests.bench import registers
from tests.bench.registers_data import SLUG
from tests.bench.result import Result
from tests.bench.school import ROOT, asked

CLIENTS: Final = 8
SECONDS: Final = 30
STARTING: Final = 30


class Saver(threading.Thread):
    """A client that saves its own registers one after another, every mark changed each time."""

    def __init__(self, port: int, cookie: str, token: str, rows: dict[int, dict[int, int]], until: float) -> None:
        super().__init__()
        self.port, self.rows, self.until, self.saved, self.failed = port, rows, until, 0, 0
        self.headers = {
            "Cookie": f"sessionid={cookie}; csrftoken={token}", "X-CSRFToken": token,
            "Content-Type": "application/json", "Accept": "application/json", "Host": "127.0.0.1",
        }  # fmt: skip

    def run(self) -> None:
        """Save until the time is up; count what the server acknowledged."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while time.monotonic() < self.until:
            for register, rows in self.rows.items():
                link.request("POST", f"/s/{SLUG}/api/registers/{register}/marks/", registers._body(rows), self.headers)
                reply = link.getresponse()
                body = reply.read()
                outcomes = (
                    {row["outcome"] for row in json.loads(body)["rows"]}
                    if reply.status == http.HTTPStatus.OK
                    else set()
                )
                self.saved += outcomes == {"saved"}
                self.failed += outcomes != {"saved"}
        link.close()


def registers_per_second() -> Result:
    """Measure eight clients for thirty seconds against gunicorn with two workers; check every mark afterwards."""
    registers.open_school()
    before = _entries()
    port, server = serve()
    try:
        threads = _clients(port)
        began = time.monotonic()
        for thread in threads:
            thread.until = began + SECONDS
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - began
    finally:
        server.terminate()
        server.wait(STARTING)
    saved, failed = sum(thread.saved for thread in threads), sum(thread.failed for thread in threads)
    stored = _entries() - before
    acknowledged = saved * 30
    note = (
        f"{CLIENTS} clients, {took:.0f} s, two gunicorn workers, {saved} registers of 30 acknowledged, {failed} not; "
        f"lost {max(0, acknowledged - stored)}, doubled {max(0, stored - acknowledged)}"
    )
    return Result(round(saved / took, 1), "registers a second", note)


def _clients(port: int) -> list[Saver]:
    client = registers._client("teacher")
    opened = registers._registers()
    cookie = client.cookies["sessionid"].value
    token = "b" * 32
    shares: list[list[int]] = [opened[n::CLIENTS] for n in range(CLIENTS)]
    return [Saver(port, cookie, token, {pk: registers._rows(client, pk) for pk in share}, 0.0) for share in shares]


def _entries() -> int:
    """Return how many marks and amendments stand in the school."""
    sql = "SELECT (SELECT count(*) FROM registers_mark) + (SELECT count(*) FROM registers_markamendment)"
    return int(asked(sql, school=SLUG)[0])


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
            return port, server
    message = "The web server did not start."
    raise RuntimeError(message)
