"""What the launcher says: standard error for people, one line for a refusal."""

import sys


class RefusedError(Exception):
    """The launcher cannot go on: the cause in one line, and what mends it."""

    def __init__(self, cause: str, mend: str) -> None:
        super().__init__(f"{cause} {mend}")


def say(text: str) -> None:
    """Tell the person at the terminal what is being done."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
