"""Commands that take a while: said when begun, counted while they run, explained when they fail."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping

from attendance_mat.embedded import places, processes
from attendance_mat.embedded.messages import RefusedError, say

TELL_SECONDS = 5  # between two words of progress
LAST_LINES = 12  # of the output, shown when a step fails


def run(label: str, command: processes.Command, *, mend: str, env: Mapping[str, str] | None = None) -> None:
    """Run a command with its output kept in a log; refuse to go on when it fails."""
    say(f"{label}.")
    log = places.state_folder() / "steps.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            command,
            env=dict(os.environ) | dict(env or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=processes.die_with_parent(signal.SIGTERM),
        )
        _wait(child)
    if child.returncode:
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:]:
            say(f"    {line}")
        raise RefusedError(f"{label}: failed with status {child.returncode}.", mend)


def _wait(child: subprocess.Popen[bytes]) -> None:
    begun = time.monotonic()
    try:
        while True:
            try:
                child.wait(TELL_SECONDS)
            except subprocess.TimeoutExpired:
                say(f"    {time.monotonic() - begun:.0f} s ...")
            else:
                return
    except BaseException:
        child.kill()
        raise
