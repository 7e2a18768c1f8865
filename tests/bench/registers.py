"""How fast a register opens and saves, what its page weighs, and how fast Today and a pupil's page are.

One client, 200 requests, server time with PostgreSQL on the same machine (screens.md's budgets).
"""

import datetime as dt
import gzip
import json
import re
import statistics
import time
import uuid
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from tests.bench import registers_data
from tests.bench.registers_data import SLUG
from tests.bench.result import Result

REQUESTS = 200
TAP = dt.timedelta(seconds=1)  # from one child to the next
AT = f"/s/{SLUG}/"


@lru_cache(maxsize=1)
def open_school() -> None:
    registers_data.open_school()


def _client(role: str) -> Any:
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - settings are read by now
    from django.test import Client  # noqa: PLC0415 - settings are read by now

    client = Client(SERVER_NAME="localhost")
    client.force_login(get_user_model().objects.get(pk=registers_data.person(role)))
    return client


def _registers() -> list[int]:
    """Open this morning's register of every group, as a teacher would, and return them."""
    from django_tenants.utils import schema_context  # noqa: PLC0415 - settings are read by now

    from attendance_mat import clock  # noqa: PLC0415 - settings are read by now
    from registers.models import Group, Register  # noqa: PLC0415 - settings are read by now

    client, today = _client("teacher"), clock.today()
    with schema_context(f"school_{SLUG.replace('-', '_')}"):
        groups = list(Group.objects.values_list("pk", flat=True))
    for group in groups:
        client.post(f"{AT}sessions/{today}/am/groups/{group}/register/")
    with schema_context(f"school_{SLUG.replace('-', '_')}"):
        return list(Register.objects.filter(session__date=today).order_by("pk").values_list("pk", flat=True))


def _timed(ask: Callable[[int], None]) -> tuple[float, str]:
    """Return the 95th percentile of 200 requests in milliseconds, and the median in words."""
    times = []
    for number in range(REQUESTS):
        began = time.perf_counter()
        ask(number)
        times.append(1000 * (time.perf_counter() - began))
    times.sort()
    return round(times[int(REQUESTS * 0.95) - 1], 1), f"median {statistics.median(times):.1f} ms, {REQUESTS} requests"


def _statements(ask: Callable[[], None]) -> int:
    """Return how many statements a request takes beyond log-in and the choice of schema."""
    from django.db import connection  # noqa: PLC0415 - settings are read by now
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - settings are read by now

    with CaptureQueriesContext(connection) as asked:
        ask()
    log_in = r'SET search_path|"django_session"|FROM "trust_school"|FROM "accounts_user"|FROM "accounts_membership"'
    return sum(not re.search(log_in, query["sql"]) for query in asked.captured_queries)


def _get(path: str, role: str) -> Callable[[int], None]:
    client = _client(role)

    def ask(_number: int) -> None:
        assert client.get(path).status_code == 200

    return ask


def page(path: str, role: str) -> Result:
    open_school()
    ask = _get(path, role)
    ask(0)
    p95, note = _timed(ask)
    return Result(p95, "ms", f"{note}, {_statements(lambda: ask(0))} statements, 1,500 pupils")


def register_open_p95_ms() -> Result:
    """Measure opening the page of a register of 30."""
    open_school()
    return page(f"{AT}registers/{_registers()[0]}/", "teacher")


def register_queries_open() -> Result:
    """Count the statements of opening a register."""
    open_school()
    ask = _get(f"{AT}registers/{_registers()[0]}/", "teacher")
    ask(0)
    return Result(_statements(lambda: ask(0)), "statements", "beyond session, person, school, membership")


def _saver() -> Callable[[int], None]:
    """Return a save of 30 marks: blanks first, then every mark changed, register after register."""
    client, registers = _client("teacher"), _registers()
    rows = {pk: _rows(client, pk) for pk in registers}

    def save(number: int) -> None:
        pk = registers[number % len(registers)]
        reply = client.post(f"{AT}api/registers/{pk}/marks/", _body(rows[pk]), content_type="application/json")
        assert {row["outcome"] for row in reply.json()["rows"]} == {"saved"}

    return save


def _rows(client: Any, register: int) -> dict[int, int]:
    """Return each pupil of a register with what the page saw: 0 for a blank, else 1 + its changes."""
    page = client.get(f"{AT}registers/{register}/").content.decode()
    seen = re.findall(r'name="seen-(\d+)" value="(\d+)', page)
    return {int(pupil): int(base) for pupil, base in seen}


def _body(rows: dict[int, int]) -> str:
    """Return the save of every row with another code than it has, each tapped at its own moment; count the change."""
    from attendance_mat import clock  # noqa: PLC0415 - settings are read by now

    tapped = clock.now().astimezone(dt.UTC)
    entries = []
    for pupil, base in rows.items():
        tapped -= TAP
        code = "N" if base % 2 else "/"
        entries.append({"pupil": pupil, "code": code, "base": base, "made_at": tapped.isoformat()})
        rows[pupil] = base + 1
    return json.dumps({"key": str(uuid.uuid4()), "rows": entries})


def register_save_p95_ms() -> Result:
    """Measure saving 30 marks in one request."""
    open_school()
    save = _saver()
    save(0)
    p95, note = _timed(lambda number: save(number + 1))
    return Result(p95, "ms", f"{note}, 30 marks each")


def register_queries_save() -> Result:
    """Count the statements of saving 30 new marks."""
    open_school()
    save = _saver()
    return Result(_statements(lambda: save(0)), "statements", "30 marks, beyond session, person, school, membership")


def register_page_kb() -> Result:
    """Weigh the register's page with its style sheet and script, compressed."""
    open_school()
    page = _client("teacher").get(f"{AT}registers/{_registers()[0]}/").content
    html, files = len(gzip.compress(page)) / 1024, _files(page.decode())
    worker = _client("teacher").get(f"{AT}worker.js").content
    rest = sum(len(gzip.compress(body)) for body in (*files.values(), worker)) / 1024
    words = f"HTML of 30 pupils; with its {len(files)} files and the worker {html + rest:.1f} kB"
    return Result(round(html, 1), "kB", words)


def register_page_requests() -> Result:
    """Count the requests of a cold load on a device seen for the first time, those after the load included."""
    open_school()
    page = _client("teacher").get(f"{AT}registers/{_registers()[0]}/").content.decode()
    later = len(re.findall(r'data-(?:key|worker)-url="', page))
    words = f"the page, {len(_files(page))} files it names, and {later} once it stands: the device's key, its worker"
    return Result(1 + len(_files(page)) + later, "requests", words)


def _files(page: str) -> dict[str, bytes]:
    from django.contrib.staticfiles import finders  # noqa: PLC0415 - settings are read by now

    names = set(re.findall(r'(?:href|src)="/static/([^"]+)"', page))
    return {name: open(str(finders.find(name)), "rb").read() for name in names}  # noqa: PTH123


def today_p95_ms() -> Result:
    """Measure the attendance officer's page."""
    return page(f"{AT}today/", "attendance_officer")


def pupil_page_p95_ms() -> Result:
    """Measure a pupil's page."""
    open_school()
    from django_tenants.utils import schema_context  # noqa: PLC0415 - settings are read by now

    from registers.models import Pupil  # noqa: PLC0415 - settings are read by now

    with schema_context(f"school_{SLUG.replace('-', '_')}"):
        pupil = Pupil.objects.order_by("pk").values_list("pk", flat=True)[0]
    return page(f"{AT}pupils/{pupil}/", "attendance_officer")
