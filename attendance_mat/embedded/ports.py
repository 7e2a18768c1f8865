"""Ports on the loopback address."""

import socket

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Say whether nothing listens on a port. A stale server once answered for the new one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    with socket.socket() as caller:  # a listener on another address of this port would still answer
        caller.settimeout(1)
        return caller.connect_ex((LOOPBACK, port)) != 0


def any_free() -> int:
    """Return a port the system says is free."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def choose(wanted: int | None) -> int:
    """Return the wanted port while it is free, otherwise another."""
    return wanted if wanted and is_free(wanted) else any_free()


def first_free_from(port: int) -> int:
    """Return the first free port at or after this one."""
    return next(number for number in range(port, 65536) if is_free(number))
