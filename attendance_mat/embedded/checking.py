"""`script/check`: everything that can be told without running a test."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence

from attendance_mat.embedded import environment, places, variables
from attendance_mat.embedded.messages import RefusedError, say
from attendance_mat.embedded.servers import ServerSet

CHECKS: dict[str, Sequence[str]] = {
    "format": ("ruff", "format", "--check", "."),
    "lint": ("ruff", "check", "."),
    "types": ("mypy", "."),
    "import contracts": ("lint-imports",),
    "templates": ("djlint", "--lint", "--quiet", "templates"),
    "deploy": ("python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
    "missing migrations": ("python", "manage.py", "makemigrations", "--check", "--dry-run"),
}
# What a real server sets, so that `deploy` judges that and not the demo; as the owner, since the
# application's log-in may not have been made yet.
PRODUCTION = {
    "DATABASE_ROLE": "owner",
    "DEBUG": "no",
    "HTTPS": "yes",
    "BEHIND_PROXY": "yes",
    "ALLOWED_HOSTS": "attendance.example.org",
}


def run(arguments: Sequence[str]) -> int:
    """Run every check, or those named, even after one failed; return 1 if any did."""
    unknown = [name for name in arguments if name not in CHECKS]
    if unknown:
        say(f"usage: script/check [NAME ...], of: {', '.join(CHECKS)}. Unknown: {', '.join(unknown)}.")
        return 2
    environment.prepare(*environment.runtime_files(), environment.TEST, environment.BROWSER, environment.CHECK)
    env = {**os.environ, **variables.for_processes(ServerSet("test"))}
    env |= PRODUCTION
    failed = [name for name in arguments or CHECKS if not _passes(name, env)]
    if failed:
        raise RefusedError(f"Failed: {', '.join(failed)}.", "The reasons are above.")
    say("Every check passed.")
    return 0


def _passes(name: str, env: dict[str, str]) -> bool:
    program, *rest = CHECKS[name]
    say(f"== {name}: {' '.join(CHECKS[name])}")
    begun = time.monotonic()
    command = [str(places.ENVIRONMENT / "bin" / program), *rest]
    status = subprocess.run(command, check=False, env=env, cwd=places.CHECKOUT, stdout=sys.stderr).returncode
    say(f"== {name}: {'failed' if status else 'passed'} in {time.monotonic() - begun:.1f} s")
    return not status
