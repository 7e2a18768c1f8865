"""What a classroom sees of a mark: that a child is not expected or elsewhere, never why (decision 6)."""

import datetime as dt
from collections.abc import Collection
from typing import Final, NamedTuple

from registers.rules import codes
from registers.rules.codes import Physical, Statistical

AT_ANOTHER_SCHOOL: Final = "D"


class Shown(NamedTuple):
    """A mark as it may be shown. `code` is empty where only the words may be; `kind` is its statistical class."""

    code: str
    words: str
    kind: str


def may_see(code: str, visible: Collection[str] | None) -> bool:
    """Say whether a code itself may be shown to someone who may see these codes (None: any)."""
    return not code or visible is None or code in visible


def shown(code: str, *, on: dt.date, visible: Collection[str] | None) -> Shown:
    """Return a code as someone may see it who may see the `visible` codes (None: any)."""
    row = codes.find(code, on=on)
    if not code:
        return Shown("", "No mark", "")
    if may_see(code, visible):
        return Shown(code, row.title, row.statistical) if row else Shown(code, "Not in use that day", "")
    if row is None:
        return Shown("", "Not expected", "")
    if row.physical is Physical.APPROVED_EDUCATIONAL_ACTIVITY or code == AT_ANOTHER_SCHOOL:
        return Shown("", "Elsewhere", "")
    return Shown("", "Absent" if row.statistical is Statistical.UNAUTHORISED else "Not expected", "")
