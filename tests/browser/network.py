"""A network between a browser and the server that can hang: it accepts, keeps what it is sent and passes nothing on."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any, cast


class Network(ThreadingTCPServer):
    """Passes bytes both ways between its own port and the server's, while it is awake."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, server: tuple[str, int]) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.server = server
        self.awake = threading.Event()
        self.awake.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def hang(self) -> None:
        """Go silent: whatever is on its way arrives once the network wakes up, if anybody still waits for it."""
        self.awake.clear()

    def wake(self) -> None:
        self.awake.set()


class Passing(BaseRequestHandler):
    """One connection of a browser's, and the one to the server that answers it."""

    def handle(self) -> None:
        network = cast(Network, self.server)
        with socket.create_connection(network.server) as there:
            back = threading.Thread(target=self._pass, args=(there, self.request), daemon=True)
            back.start()
            self._pass(self.request, there)
            back.join(timeout=5)

    def _pass(self, source: Any, target: Any) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                cast(Network, self.server).awake.wait()
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def network_to(url: str) -> Iterator[Network]:
    """Return a network that leads to a server."""
    host, port = url.removeprefix("http://").split(":")
    with Network((host, int(port))) as network:
        threading.Thread(target=network.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        yield network
        network.wake()
        network.shutdown()
