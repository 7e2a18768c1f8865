"""Invented names, addresses and telephone numbers, plainly of no real family.

Names are of birds, trees and plants. Telephone numbers are from the ranges Ofcom keeps for drama;
there is no postcode area KV; e-mail addresses end in .invalid, which no mail reaches.
"""

from pathlib import Path
from random import Random
from typing import Final


def _lists() -> dict[str, list[str]]:
    lines = Path(__file__).with_name("names.txt").read_text(encoding="utf-8").splitlines()
    return {name: words.split(", ") for name, words in (line.split(": ") for line in lines)}


NAMES: Final = _lists()


def forename(random: Random, sex: str) -> str:
    """Return a forename."""
    return random.choice(NAMES["girls" if sex == "F" else "boys"])


def surname(random: Random) -> str:
    """Return a surname."""
    return random.choice(NAMES["surnames"])


def address(random: Random, *, town: str, district: str) -> str:
    """Return an address in a town; `district` is the first half of its postcode."""
    inward = f"{random.randrange(1, 9)}{random.choice('ABDEFGHJLN')}{random.choice('PQRSTUWXYZ')}"
    return f"{random.randrange(1, 140)} {random.choice(NAMES['streets'])}\n{town}\nKestrelshire\n{district} {inward}"


def telephone(random: Random) -> str:
    """Return a mobile number, or now and then one of a house."""
    if random.random() < 0.8:
        return f"07700 900{random.randrange(1000):03d}"
    return f"01632 960{random.randrange(1000):03d}"


UPN_LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"


def upn(*, school: int, entry_year: int, serial: int) -> str:
    """Return a unique pupil number with its right check letter, of a local authority (999) that is not."""
    digits = f"999{school:04d}{entry_year % 100:02d}{serial:03d}"
    return UPN_LETTERS[sum(int(digit) * weight for weight, digit in enumerate(digits, 2)) % 23] + digits
