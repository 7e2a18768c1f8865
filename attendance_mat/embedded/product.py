"""The product's own processes in a demonstration: web, worker, opener and beat."""

import subprocess
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from attendance_mat.embedded import environment, ports, processes
from attendance_mat.embedded.messages import RefusedError

READY_SECONDS = 60
LOOK_SECONDS = 0.1
PYTHON = str(environment.PYTHON)


class Product:
    """The processes of one demonstration, each with a log beside the servers' data."""

    def __init__(self, folder: Path, *, port: int) -> None:
        self.folder = folder
        self.address = f"http://{ports.LOOPBACK}:{port}/"
        self._commands = _commands(folder, port)
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, env: Mapping[str, str]) -> None:
        """Start one process; it does not answer yet."""
        with (self.folder / f"{name}.log").open("wb") as output:
            self._children[name] = processes.start(self._commands[name], env=env, output=output)

    def wait_until_ready(self) -> None:
        """Return once the web server says that it is well."""
        give_up = time.monotonic() + READY_SECONDS
        while time.monotonic() < give_up:
            self.refuse_the_dead()
            try:
                with urllib.request.urlopen(f"{self.address}healthz", timeout=5):  # noqa: S310 - our own
                    return
            except OSError:
                time.sleep(LOOK_SECONDS)
        raise RefusedError(f"{self.address} did not answer in {READY_SECONDS} s.", self._log_of("web"))

    def watch(self) -> None:
        """Return never: a process that ends by itself ends the demonstration."""
        while True:
            self.refuse_the_dead()
            time.sleep(LOOK_SECONDS)

    def refuse_the_dead(self) -> None:
        """Refuse to go on once a process has ended."""
        for name, child in self._children.items():
            if child.poll() is not None:
                cause = f"The demo's {name} ended with status {child.returncode}."
                raise RefusedError(cause, self._log_of(name))

    def stop(self) -> None:
        """Stop every process that was started."""
        processes.stop(*self._children.values())

    def _log_of(self, name: str) -> str:
        return f"Its reason is in {self.folder / name}.log."


def _commands(folder: Path, port: int) -> dict[str, processes.Command]:
    celery = [PYTHON, "-m", "celery", "--app", "attendance_mat.celery"]
    return {
        "web": [
            *(PYTHON, "-m", "gunicorn", "--config", "python:attendance_mat.web_server", "attendance_mat.wsgi"),
            *("--bind", f"{ports.LOOPBACK}:{port}", "--graceful-timeout", "5"),
        ],
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO"],
        # One process and no children: it opens a school now and then, as the database's owner.
        "opener": [*celery, "worker", "--queues", "owner", "--pool", "solo", "--hostname", "opener@%h"],
        "beat": [*celery, "beat", "--schedule", str(folder / "beat"), "--pidfile="],
    }
