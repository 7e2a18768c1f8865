"""Child processes that never outlive their parent."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

Command = Sequence[str | Path]
PR_SET_PDEATHSIG = 1  # linux/prctl.h
STOP_SECONDS = 20  # how long a child may take to finish its work before it is killed


def die_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """Return what a child runs before it starts, so that the kernel stops it when we vanish.

    Even a killed launcher then leaves no orphan. Linux only; elsewhere there is nothing to run.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl  # found now: looking it up after the fork may deadlock
    parent = os.getpid()

    def before_start() -> None:
        prctl(PR_SET_PDEATHSIG, int(stop_signal))
        if os.getppid() != parent:  # the parent went before the request was in place
            os.kill(os.getpid(), stop_signal)

    return before_start


def start(
    command: Command,
    *,
    env: Mapping[str, str],
    output: IO[bytes] | None,
    stop_signal: signal.Signals = signal.SIGTERM,
    account: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a process group of its own, so that Ctrl-C reaches us alone."""
    return subprocess.Popen(
        command,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=output or sys.stderr,
        stderr=subprocess.STDOUT,
        process_group=0,
        user=account,
        extra_groups=[] if account else None,
        preexec_fn=die_with_parent(stop_signal),
    )


def stop(*children: subprocess.Popen[bytes], stop_signal: signal.Signals = signal.SIGTERM) -> None:
    """Ask children to finish, all at once; wait; then kill whatever is left of their groups."""
    for child in children:
        if child.poll() is None:
            child.send_signal(stop_signal)
    give_up = time.monotonic() + STOP_SECONDS
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, give_up - time.monotonic()))
        with contextlib.suppress(ProcessLookupError, PermissionError):  # the group is empty
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
