"""The launcher behind script/demo, test, check, manage and bench: `python FOLDER COMMAND ...`."""

import sys
from pathlib import Path

# Python put this folder first on the path; the package is found from the checkout instead.
sys.path[0] = str(Path(__file__).resolve().parents[2])

from attendance_mat.embedded import benchmarks, checking, demo, keeper, managing, testing  # noqa: E402 - its folder must be on the path first
from attendance_mat.embedded.messages import RefusedError, say  # noqa: E402 - its folder must be on the path first

COMMANDS = {
    "demo": demo.run,
    "test": testing.run,
    "check": checking.run,
    "manage": managing.run,
    "bench": benchmarks.run,
    "keep": keeper.run,  # for the launcher itself: runs a set of servers while it is used
}
INTERRUPTED = 130  # as a shell says it


def main(command: str, *arguments: str) -> int:
    """Run one of the scripts and return its exit status."""
    try:
        return COMMANDS[command](arguments)
    except RefusedError as refusal:
        say(str(refusal))
    except KeyboardInterrupt:
        return INTERRUPTED
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
