"""The whole product, as it runs: web server, worker, database and broker, and nothing but a browser and commands."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings

from attendance_mat import env
from tests import conftest as shared
from tests.journeys.office import Office

WEB = ("gunicorn", "--config", "python:attendance_mat.web_server", "attendance_mat.wsgi", "--workers", "1")
WORKER = ("celery", "-A", "attendance_mat.celery", "worker", "--concurrency", "2")

PATIENCE = 30  # seconds
FIRST_OWN_BROKER = 8  # of the sixteen; the tests' own tasks are in the first


@dataclass
class Product:
    """The product running on its own database: its address, and the commands that an administrator gives it."""

    url: str
    environment: dict[str, str]
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    _office: Office | None = None

    def manage(self, *words: str, told: str = "") -> str:
        """Run a management command, with `told` on its standard input, and return what it printed."""
        done = self.attempt(*words, told=told)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def attempt(self, *words: str, told: str = "") -> "subprocess.CompletedProcess[str]":
        """Run a management command that may fail, and return all there is to know of it."""
        if self._office is None or self._office.environment != self.environment:
            self.leave_the_office()
            self._office = Office(shared.ROOT, self.environment)
        return self._office.run(words, told)

    def leave_the_office(self) -> None:
        """End the process that commands start from, if there is one."""
        if self._office is not None:
            self._office.close()
        self._office = None

    def start(self, *words: str, log: Path, **variables: str) -> None:
        """Start one of the product's servers, with these variables in its environment besides."""
        environment = {**self.environment, **variables}
        with log.open("wb") as out:
            self.running.append(
                subprocess.Popen(
                    [sys.executable, "-m", *words], cwd=shared.ROOT, env=environment, stdout=out, stderr=out
                )
            )

    def stop(self) -> None:
        """Stop every server, and wait until each has gone."""
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait(PATIENCE)


@contextmanager
def _on_a_clone(folder: Path) -> Iterator[Product]:
    """Give the product a fresh clone of the template database, on the Monday morning; nothing runs on it yet."""
    database = f"journey_{os.getpid()}"
    shared._run(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
    shared._run(f"CREATE DATABASE {database} TEMPLATE {shared._template_name()} STRATEGY file_copy")
    shift = shared.shift_to(shared.MONDAY_MORNING)
    shared._run(f"INSERT INTO trust_clockshift (seconds) VALUES ({shift})", database=database)
    made = product_on(database, shift, folder)
    yield made
    made.leave_the_office()
    shared._run(f"DROP DATABASE {database} WITH (FORCE)")


@pytest.fixture
def commands(django_db_setup: None, tmp_path: Path) -> Iterator[Product]:
    """Give an administrator's commands a database of their own; neither web server nor worker runs."""
    with _on_a_clone(tmp_path) as made:
        yield made


@pytest.fixture
def product(django_db_setup: None, tmp_path: Path) -> Iterator[Product]:
    """Run web server and worker on a database of their own."""
    with _on_a_clone(tmp_path) as made:
        made.start(*WEB, "--bind", made.url.removeprefix("http://"), log=tmp_path / "web.log")
        made.start(*WORKER, log=tmp_path / "worker.log")
        wait_until_it_answers(made, tmp_path / "web.log")
        yield made
        made.stop()


@pytest.fixture
def worked(commands: Product, tmp_path: Path) -> Iterator[Product]:
    """Run a worker on a database of its own; no web server."""
    log = tmp_path / "worker.log"
    commands.start(*WORKER, "--loglevel", "info", log=log)
    try:
        until = time.monotonic() + PATIENCE
        while " ready." not in log.read_text():
            assert time.monotonic() < until, f"The worker did not start.\n{log.read_text()}"
            time.sleep(0.1)
        yield commands
    finally:
        commands.stop()


def product_on(database: str, shift: int, folder: Path) -> Product:
    owner = settings.OWNER_DATABASE
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{owner.user}:{owner.password}@{owner.host}:{owner.port}/{database}",
        "REDIS_URL": _own_broker(env.text("REDIS_URL")),
        "DEMO_CLOCK": str(shift),
        "STATE_DIR": str(folder),
        "STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "DEBUG": "yes",
    }
    environment.pop("OWNER_DATABASE_URL", None)
    return Product(url=f"http://127.0.0.1:{port}", environment=environment)


def _own_broker(url: str) -> str:
    """Return one of the broker's numbered databases for this test process alone: tasks of one story stay in it."""
    address, _, _ = url.rpartition("/")
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return f"{address}/{FIRST_OWN_BROKER + number}"


def wait_until_it_answers(product: Product, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{product.url}/healthz", timeout=2):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"The web server did not answer.\n{log.read_text()}")
