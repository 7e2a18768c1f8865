"""Names taken at the gate, one after another, each perhaps with the time (HCC-2.6.05, JTM-8.12)."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

WITH_TIME: Final = re.compile(r"^(?P<clock>\d{1,2}[:.]\d{2})\s+(?P<name>.*)$")
AT_MOST: Final = 40  # lines of one list


class GateLine(NamedTuple):
    """One line as it was written: who, and when, where that was written too. `wrong` says why it is not taken."""

    written: str
    name: str
    clock: dt.time | None = None
    wrong: str = ""


def lines_of(text: str) -> Iterator[GateLine]:
    """Return the lines of a gate list that hold something, each with its time apart from its name."""
    for written in (" ".join(line.split()) for line in text.splitlines()):
        if written:
            yield _read(written)


def _read(written: str) -> GateLine:
    found = WITH_TIME.match(written)
    if found is None:
        return GateLine(written, written)
    clock = found["clock"].replace(".", ":").zfill(len("00:00"))
    try:
        return GateLine(written, found["name"], dt.time.fromisoformat(clock))
    except ValueError:
        return GateLine(written, found["name"], wrong=f"{found['clock']} is not a time. Write it as 08:52.")
