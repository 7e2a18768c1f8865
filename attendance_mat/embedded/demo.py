"""`script/demo`: everything, from a clean checkout to a trust to click through."""

import argparse
import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType

from attendance_mat.embedded import (
    demo_clock,
    environment,
    native,
    places,
    ports,
    preparation,
    variables,
)
from attendance_mat.embedded.messages import RefusedError, say
from attendance_mat.embedded.product import Product
from attendance_mat.embedded.servers import ServerSet

FIRST_PORT = 8000
STOP_SECONDS = 30
STOP_SIGNALS = (
    signal.SIGINT,
    signal.SIGTERM,
    signal.SIGHUP,
)  # a shell starts jobs with the first one ignored
MADE_BY_THE_PRODUCT = ("files", "mail", "staticfiles")  # in the state folder; --fresh takes them too


def run(arguments: Sequence[str]) -> int:
    """Carry out `script/demo` until it is interrupted, and return its exit status."""
    chosen = _parse(arguments)
    for number in STOP_SIGNALS:
        signal.signal(number, _interrupt)
    os.chdir(places.CHECKOUT)
    environment.prepare(*environment.runtime_files())
    native.prepare_pdf()
    servers = ServerSet("demo")
    product = Product(servers.folder, port=web_port(chosen.port))
    if chosen.fresh:
        start_over(servers)
    try:
        _serve(servers, product, at=chosen.at)
    except KeyboardInterrupt:
        say("Stopping.")
    finally:
        _ignore_interrupts()
        product.stop()
        _leave(servers)
    return 0


def web_port(wanted: int | None) -> int:
    """Return the port asked for, or the first free one; a taken one is refused, never swapped."""
    if wanted is None:
        return ports.first_free_from(FIRST_PORT)
    if not ports.is_free(wanted):
        raise RefusedError(f"Port {wanted} is taken.", "Name another with --port, or leave it out.")
    return wanted


def start_over(servers: ServerSet) -> None:
    """Throw away the demo's data."""
    if os.environ.get("DATABASE_URL"):
        cause = "--fresh cannot empty the database that DATABASE_URL names."
        raise RefusedError(cause, "Drop and make it yourself.")
    servers.stay.unlink(missing_ok=True)
    if servers.is_used() or not servers.wait_until_stopped(seconds=STOP_SECONDS):
        raise RefusedError("The demo's servers are in use.", "Stop the other demo or command first.")
    shutil.rmtree(places.postgres_home(servers.folder), ignore_errors=True)
    for name in MADE_BY_THE_PRODUCT:
        shutil.rmtree(places.state_folder() / name, ignore_errors=True)
    shutil.rmtree(servers.folder)
    places.private_folder(servers.folder)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/demo", description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="throw the demo's data away and start over")
    parser.add_argument("--port", type=int, help=f"the web server's port, else the first free from {FIRST_PORT}")
    parser.add_argument("--at", metavar='"YYYY-MM-DD HH:MM"', help="what the demo's clock says as it starts")
    return parser.parse_args(arguments)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _ignore_interrupts() -> None:
    """Let a second Ctrl-C not leave the stopping half done."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _serve(servers: ServerSet, product: Product, *, at: str | None) -> None:
    env = {**os.environ, **variables.for_processes(servers)}
    clock = servers.folder / "clock"
    env["DEMO_LOGINS"] = "yes"  # the log-in page lists everybody; it does so in a demonstration's clock only
    env["DEMO_CLOCK"] = str(demo_clock.shift(clock, at=at, now=dt.datetime.now(tz=dt.UTC)))
    preparation.bring_up_to_date(servers, env)
    loading = preparation.start_command(["load_demo"], env)
    product.start("web", env)
    preparation.finish_command(loading)
    log_ins = preparation.start_command(["demo_logins"], env, stdout=subprocess.PIPE)
    product.wait_until_ready()
    shown, _ = log_ins.communicate()
    preparation.finish_command(log_ins)
    sys.stdout.write(f"{product.address}\n{shown.decode()}")
    sys.stdout.flush()
    product.start("worker", env)
    product.start("opener", {**env, "DATABASE_ROLE": "owner"})
    product.start("beat", env)
    say("Ctrl-C stops everything.")
    product.watch()


def _leave(servers: ServerSet) -> None:
    """Give up our place among the servers' users, and see them stopped unless others are there."""
    servers.release()
    if servers.stay.exists() or servers.is_used():
        say("PostgreSQL and Valkey stay, for others use them (script/manage --stop).")
    else:
        servers.wait_until_stopped(seconds=STOP_SECONDS)
