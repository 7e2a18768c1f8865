"""What a pack may name that stands outside it: attendance codes, people's roles, letters, and what is known of pupils.

All but the codes live in higher rooms, which the policy may not read; tests/policy/test_names.py holds the lists equal.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from attendance_mat.policy.entries import read

CODES: Final = Path(__file__).parents[2] / "registers" / "policy" / "attendance_codes.yaml"
ROLES: Final = frozenset({
    "trust_attendance_manager", "trustee", "headteacher", "safeguarding_lead", "attendance_officer",
    "data_protection_lead", "office", "head_of_year", "tutor", "teacher",
})  # fmt: skip
LETTERS: Final = frozenset({
    "attendance-concern", "leave-granted", "leave-refused",
    "concern-letter-1", "concern-letter-2", "weekly-message", "postcard", "end-of-year-letter", "medical-evidence",
    "attendance-notice", "medical-evidence-required", "persistent-absence-notice", "planning-meeting",
    "signed-letter-request", "meeting-invitation", "reason-request", "suspected-leave", "no-contact", "letter-home",
    "lateness",
})  # fmt: skip
CHARACTERISTICS: Final = frozenset({
    "fsm", "pupil_premium", "sen", "eal", "looked_after", "social_worker", "young_carer", "previously_looked_after",
    "child_in_need", "child_protection", "youth_offending", "service_child", "ehc_plan", "medical",
})  # fmt: skip
PHASES: Final = frozenset({"primary", "secondary", "special", "all-through"})
YEARS: Final = frozenset(range(-2, 14))  # nursery, reception and the years
NAMES: Final[Mapping[str, frozenset[str] | frozenset[int]]] = {
    "role": ROLES, "letter": LETTERS, "characteristic": CHARACTERISTICS, "phase": PHASES, "year": YEARS,
}  # fmt: skip


class Held(NamedTuple):
    """The days a code was in force: from one, until the first on which it no longer was."""

    code: str
    from_date: date
    until_date: date


@lru_cache(maxsize=1)
def codes_held() -> tuple[Held, ...]:
    """Return when each attendance code was in force, from the codes' own file."""
    return tuple(
        Held(str(row.mapping["code"].value), _day(row.mapping["from_date"].value),
             _day(row.mapping["until_date"].value) if "until_date" in row.mapping else date.max)
        for row in read(CODES).mapping["codes"].items
    )  # fmt: skip


def in_force_some_day(code: str, *, from_date: date, until_date: date = date.max) -> bool:
    """Say whether a code was in force on any day from one until another."""
    return any(
        held.code == code and held.from_date < until_date and held.until_date > from_date for held in codes_held()
    )


def wrong_name(sort: str, name: str | int) -> str | None:
    """Say that there is no thing of a sort by that name, or nothing. Codes wait until their dates are known."""
    known = NAMES.get(sort)
    return None if known is None or name in known else f"There is no {sort} named “{name}”."


def _day(value: object) -> date:
    return date.fromisoformat(str(value))
