"""`script/demo`: everything, from a clean checkout to a trust to click through."""

import argparse
import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

from attendance_mat.embedded import (
    demo_clock,
    environment,
    native,
    places,
    ports,
    processes,
    variables,
)
from attendance_mat.embedded.messages import RefusedError, say
from attendance_mat.embedded.servers import ServerSet

FIRST_PORT = 8000
READY_SECONDS = 60
STOP_SECONDS = 30
LOOK_SECONDS = 0.25
MANAGE = [str(environment.PYTHON), str(places.CHECKOUT / "manage.py")]
MADE_BY_THE_PRODUCT = ("files", "mail", "staticfiles")  # in the state folder; --fresh takes them too


def run(arguments: Sequence[str]) -> int:
    """Carry out `script/demo` until it is interrupted, and return its exit status."""
    chosen = _parse(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    os.chdir(places.CHECKOUT)
    environment.prepare(*environment.runtime_files())
    native.prepare_pdf()
    port = web_port(chosen.port)
    servers = ServerSet("demo")
    if chosen.fresh:
        start_over(servers)
    try:
        _serve(servers, port=port, at=chosen.at)
    except KeyboardInterrupt:
        say("Stopped.")
    finally:
        _leave(servers)
    return 0


def start_over(servers: ServerSet) -> None:
    """Throw away the demo's data."""
    if environment.without_servers() or os.environ.get("DATABASE_URL"):
        raise RefusedError(
            "--fresh cannot empty the database that DATABASE_URL names.", "Drop and make it yourself."
        )
    servers.stay.unlink(missing_ok=True)
    if servers.is_used() or not servers.wait_until_stopped(seconds=STOP_SECONDS):
        raise RefusedError("The demo's servers are in use.", "Stop the other demo or command first.")
    shutil.rmtree(places.postgres_home(servers.folder), ignore_errors=True)
    shutil.rmtree(servers.folder)
    for name in MADE_BY_THE_PRODUCT:
        shutil.rmtree(places.state_folder() / name, ignore_errors=True)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/demo", description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="throw the demo's data away and start over")
    parser.add_argument(
        "--port", type=int, help=f"the web server's port; otherwise {FIRST_PORT}, or the next free"
    )
    parser.add_argument("--at", metavar='"YYYY-MM-DD HH:MM"', help="what the demo's clock says as it starts")
    return parser.parse_args(arguments)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _ignore_interrupts() -> None:
    """Let a second Ctrl-C not leave the stopping half done."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def web_port(wanted: int | None) -> int:
    """Return the port asked for, or the first free one; a taken one is refused, never swapped."""
    if wanted is None:
        return ports.first_free_from(FIRST_PORT)
    if not ports.is_free(wanted):
        raise RefusedError(f"Port {wanted} is taken.", "Name another with --port, or leave it out.")
    return wanted


def _serve(servers: ServerSet, *, port: int, at: str | None) -> None:
    env = {**os.environ, **variables.for_processes(servers)}
    kept = servers.folder / "clock"
    env["DEMO_CLOCK"] = str(demo_clock.shift(kept, at=at, now=dt.datetime.now(tz=dt.UTC)))
    for preparation in (
        ["prepare_database"],
        ["collectstatic", "--noinput", "--verbosity", "0"],
        ["load_demo"],
    ):
        _manage(preparation, env)
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in _product(port).items():
            children[name] = _start(name, command, env, servers.folder)
        address = f"http://{ports.LOOPBACK}:{port}/"
        _wait_until_ready(f"{address}healthz", children, servers.folder)
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        _manage(["demo_logins"], env)
        say("Ctrl-C stops everything.")
        while all(child.poll() is None for child in children.values()):
            time.sleep(LOOK_SECONDS)
        _refuse_the_dead(children, servers.folder)
    finally:
        _ignore_interrupts()
        processes.stop(*children.values())


def _product(port: int) -> dict[str, processes.Command]:
    """Return the command of each of the product's processes, in the order they start."""
    python = str(environment.PYTHON)
    celery = [python, "-m", "celery", "--app", "attendance_mat.celery"]
    return {
        "web": [
            *(python, "-m", "gunicorn", "attendance_mat.wsgi"),
            *("--bind", f"{ports.LOOPBACK}:{port}", "--worker-class", "gthread"),
            *("--workers", "2", "--threads", "4", "--graceful-timeout", "5"),
        ],
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO", "--without-gossip"],
        "beat": [*celery, "beat", "--schedule", str(places.state_folder() / "demo" / "beat"), "--pidfile="],
    }


def _start(
    name: str, command: processes.Command, env: Mapping[str, str], folder: Path
) -> subprocess.Popen[bytes]:
    with (folder / f"{name}.log").open("wb") as output:
        return processes.start(command, env=env, output=output)


def _manage(command: Sequence[str], env: Mapping[str, str]) -> None:
    """Run a management command; its own words of progress go to the terminal."""
    follow = processes.die_with_parent(signal.SIGTERM)
    status = subprocess.run([*MANAGE, *command], check=False, env=env, preexec_fn=follow).returncode
    if status:
        raise RefusedError(f"manage.py {command[0]} failed with status {status}.", "Its reason is above.")


def _wait_until_ready(address: str, children: Mapping[str, subprocess.Popen[bytes]], folder: Path) -> None:
    give_up = time.monotonic() + READY_SECONDS
    while time.monotonic() < give_up:
        _refuse_the_dead(children, folder)
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.1)
    raise RefusedError(f"{address} did not answer in {READY_SECONDS} s.", f"Look in {folder / 'web.log'}.")


def _refuse_the_dead(children: Mapping[str, subprocess.Popen[bytes]], folder: Path) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise RefusedError(
                f"The demo's {name} ended with status {child.returncode}.",
                f"Its reason is in {folder / name}.log.",
            )


def _leave(servers: ServerSet) -> None:
    """Give up our place among the servers' users, and see them stopped unless others are there."""
    _ignore_interrupts()
    servers.release()
    if servers.stay.exists() or servers.is_used():
        say("PostgreSQL and Valkey stay, for others use them (script/manage --stop).")
    else:
        servers.wait_until_stopped(seconds=STOP_SECONDS)
