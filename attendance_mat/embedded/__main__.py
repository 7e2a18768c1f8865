"""The launcher behind script/demo, test, check, manage and bench: `python FOLDER COMMAND ...`."""

import sys
from pathlib import Path

# Python put this folder first on the path; the package is found from the checkout instead.
sys.path[0] = str(Path(__file__).resolve().parents[2])

from attendance_mat.embedded.messages import RefusedError, say


def main(command: str, arguments: list[str]) -> int:
    """Run one of the scripts and return its exit status."""
    if command == "keep":
        from attendance_mat.embedded import keeper

        keeper.keep(arguments[0])
        return 0
    from attendance_mat.embedded import managing

    return managing.run(arguments)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], sys.argv[2:]))
    except RefusedError as refusal:
        say(str(refusal))
        sys.exit(1)
