"""Where an administrator's commands start from: one process that has read the product's programs, and forks for each.

Every command is a process of its own, with its own words, standard input and exit status, as from a shell. What they
share is the second that reading the programs takes.
"""

import json
import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

from manage import OWNER_COMMANDS

Done = subprocess.CompletedProcess[str]


class Office:
    """A process with the product's environment, from which commands are given."""

    def __init__(self, root: Path, environment: dict[str, str]) -> None:
        self.environment = dict(environment)
        self.process = subprocess.Popen(
            [sys.executable, "-m", __name__], cwd=root, env=self.environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def run(self, words: tuple[str, ...], told: str) -> Done:
        """Run one command, and return all there is to know of it."""
        assert words[0] not in OWNER_COMMANDS, "This process has the application's settings: start the owner's apart."
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder, name) for name in ("in", "out", "err")]
            files[0].write_text(told, encoding="utf-8")
            self.process.stdin.write(json.dumps([words, *map(str, files)]) + "\n")
            self.process.stdin.flush()
            status = int(self.process.stdout.readline())
            said, warned = (path.read_text(encoding="utf-8") for path in files[1:])
        return subprocess.CompletedProcess(words, status, said, warned)

    def close(self) -> None:
        """End the process, and wait until it has gone."""
        self.process.communicate()


def _open_for_commands() -> None:
    """Fork for each command that is asked for on standard input, and write its exit status when it has ended."""
    import django  # noqa: PLC0415 - in the office only, never where its words are asked for
    from django.core.checks import run_checks  # noqa: PLC0415 - the same

    django.setup()
    run_checks()  # as each command does, which reads every page's program
    for line in sys.stdin:
        words, *paths = json.loads(line)
        child = os.fork()
        if not child:
            _be(words, paths)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _be(words: list[str], paths: list[str]) -> None:
    """Be a command, from its first word to its exit status."""
    import manage  # noqa: PLC0415 - each command reads it anew

    for number, path in enumerate(paths):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND), number)
    sys.argv = ["manage.py", *words]
    status: int | str | None = 1
    try:
        manage.main()
        status = 0
    except SystemExit as end:
        status = end.code
    except BaseException:  # whatever would have ended the process
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status if isinstance(status, int) else int(status is not None))


if __name__ == "__main__":
    _open_for_commands()
