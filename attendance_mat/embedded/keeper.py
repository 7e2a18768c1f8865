"""The process that starts a set of servers and stops them once nobody uses them."""

import contextlib
import fcntl
import json
import os
import secrets
import signal
import sys
import time
from collections.abc import Sequence
from typing import Any

from attendance_mat.embedded import places, ports
from attendance_mat.embedded.locks import locked, open_lock
from attendance_mat.embedded.postgres import OWNER, SUPERUSER, Passwords, Postgres
from attendance_mat.embedded.servers import READY, ServerSet
from attendance_mat.embedded.valkey import Valkey

LOOK_SECONDS = 0.3  # between two looks at whether anyone still uses the servers
CARELESS = "test"  # a set whose name ends so never waits for the disk


def run(arguments: Sequence[str]) -> int:
    """Run a set of servers until nobody uses it; write one word when they are ready."""
    servers = ServerSet(arguments[0])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with locked(servers.keeper_lock), contextlib.ExitStack() as running:
        servers.stay.unlink(missing_ok=True)  # was meant for a keeper that has gone
        started = _start_servers(servers, running)
        sys.stdout.write(f"{READY}\n")
        sys.stdout.close()
        alone = open_lock(servers.users_lock)  # held to the end: a new user waits for our stop
        while servers.stay.exists() or not _nobody_else(alone):
            if not all(server.is_alive() for server in started):
                sys.exit("A server has ended by itself; its log says why.")
            time.sleep(LOOK_SECONDS)
    return 0


def _nobody_else(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _start_servers(servers: ServerSet, running: contextlib.ExitStack) -> list[Postgres | Valkey]:
    """Start what the environment does not already name; PostgreSQL first, so that it stops last."""
    started: list[Postgres | Valkey] = []
    kept = servers.read_description()
    description: dict[str, Any] = {
        "passwords": kept.get("passwords") or _new_passwords(),
        "keeper": os.getpid(),
        "ports": kept.get("ports", {}),
        "variables": {},
    }
    places.write_private(servers.description, json.dumps(description))  # before data they open
    if not os.environ.get("DATABASE_URL"):
        started.append(postgres := _postgres(servers, description))
        postgres.start()
        running.callback(postgres.stop)
    if not os.environ.get("REDIS_URL"):
        started.append(valkey := _valkey(servers, description))
        valkey.start()
        running.callback(valkey.stop)
    places.write_private(servers.description, json.dumps(description, indent=1))
    return started


def _new_passwords() -> dict[str, str]:
    return {user: secrets.token_urlsafe(24) for user in ("superuser", "owner", "valkey")}


def _postgres(servers: ServerSet, description: dict[str, Any]) -> Postgres:
    port = description["ports"]["postgres"] = ports.choose(description["ports"].get("postgres"))
    passwords = Passwords(description["passwords"]["superuser"], description["passwords"]["owner"])
    home = places.postgres_home(servers.folder)
    server = Postgres(home, port=port, passwords=passwords, careless=servers.name.endswith(CARELESS))
    description["variables"]["DATABASE_URL"] = server.url(OWNER)
    description["variables"]["SUPERUSER_DATABASE_URL"] = server.url(SUPERUSER)
    return server


def _valkey(servers: ServerSet, description: dict[str, Any]) -> Valkey:
    port = description["ports"]["valkey"] = ports.choose(description["ports"].get("valkey"))
    server = Valkey(servers.folder / "valkey", port=port, password=description["passwords"]["valkey"])
    description["variables"]["REDIS_URL"] = server.url()
    return server
