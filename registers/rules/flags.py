"""What a register says beside a child's name to whoever teaches them: learning and medical needs, and nothing else.

Protection, care and court facts never stand on a register, whoever looks (decision 6).
"""

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple


class Flag(NamedTuple):
    """A need in three letters, and in words."""

    letters: str
    words: str


FLAGS: Final[Mapping[str, Flag]] = {  # kinds of characteristic, in the order in which they are drawn
    "medical": Flag("Med", "medical condition"),
    "ehc_plan": Flag("EHC", "education, health and care plan"),
    "sen": Flag("SEN", "special educational needs"),
}


def flags_of(kinds: Collection[str]) -> list[Flag]:
    """Return the flags of a child of whom these characteristics are known; a plan says that there are needs."""
    found = {kind: flag for kind, flag in FLAGS.items() if kind in kinds}
    if "ehc_plan" in found:
        found.pop("sen", None)
    return list(found.values())
