"""How the reason of an absence came to the school: what was first entered, by whom, and what it was amended to."""

from dataclasses import dataclass
from random import Random
from typing import Final

from attendance_mat.accounts.roles import Role
from registers.models import Source

# Known before the register, in the name of whoever granted it: it stands as an expected mark first.
GRANTED_BY: Final = {
    "B": Role.ATTENDANCE_OFFICER, "C": Role.HEADTEACHER, "C2": Role.HEADTEACHER, "E": Role.HEADTEACHER,
    "P": Role.ATTENDANCE_OFFICER, "R": Role.HEADTEACHER, "V": Role.ATTENDANCE_OFFICER, "X": Role.HEADTEACHER,
}  # fmt: skip
NATURES: Final = {"B": "Alternative provision at Brook Farm Centre"}
CONFIRMED: Final = frozenset("BPV")  # counted only once the adult in charge there has said the child came

# Shares and delays in school days: assumed.
UNEXPLAINED_AT_FIRST: Final = {"I": 0.45, "M": 0.15, "G": 0.5, "O": 1.0, "U": 1.0}
SAME_DAY, NEXT_DAY = 0.6, 0.85
LONGEST: Final = 5
REASONS: Final = {
    "I": ("Parent rang: unwell.", "Parent's message: sickness.", "Mother rang back: a temperature."),
    "M": ("Appointment card seen.", "Parent rang: hospital appointment."),
    "G": ("Parent said on the telephone: a family holiday.", "Brother's class told us: abroad with the family."),
    "O": ("No reason given after calls and messages.", "Reason given is not one that can be authorised."),
    "U": ("Signed in at the office after the register had closed.",),
}


@dataclass(frozen=True)
class Telling:
    """A mark as first entered, and so many school days later what it became. No delay: it stood from the start."""

    code: str
    source: str
    role: Role | None = None  # None: whoever took the register
    becomes: str = ""
    delay: int = 0
    reason: str = ""


PRESENT: Final = {False: Telling("/", Source.TEACHER), True: Telling("\\", Source.TEACHER)}
TAKEN_LATE: Final = Telling("L", Source.TEACHER)
DESK_LATE: Final = Telling("L", Source.LATE_DESK, Role.OFFICE)


def tell(code: str, random: Random, *, begins: bool, afternoon: bool) -> Telling:
    """Return how a session's code came into the register; `begins` says that it is the first of its spell."""
    if code in GRANTED_BY:
        return Telling(code, Source.EXPECTED, GRANTED_BY[code])
    if code == "L":
        return random.choice((TAKEN_LATE, DESK_LATE))
    if code == "O" or (random.random() < UNEXPLAINED_AT_FIRST[code] and (begins or code == "U")):
        delay = 0 if code == "U" else _delay(code, random, afternoon=afternoon)
        return Telling("N", Source.TEACHER, becomes=code, delay=delay, reason=random.choice(REASONS[code]))
    return Telling(code, Source.OFFICE, Role.OFFICE)


def _delay(code: str, random: Random, *, afternoon: bool) -> int:
    """Return the school days until the reason was known, or was held to be none: within the law's five."""
    if code == "O":
        return random.randrange(2, LONGEST + 1)
    chance = random.random()
    if chance < SAME_DAY and not afternoon:
        return 0
    return 1 if chance < NEXT_DAY else random.randrange(2, LONGEST)
