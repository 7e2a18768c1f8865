"""Where a policy contradicts itself, and where the law does not let it have its way."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

CLAUSE: Final = re.compile(r"[A-Z]{3}-[A-Z]?\d*(\.\d+)+")  # as AET-6.07, ALP-L2.1, HCC-2.4.01, HCC-A.04
RULE: Final = re.compile(r"R[1-9]\d?")  # a rule of law as the product numbers them


class Outcome(StrEnum):
    """How far a policy's clause is carried out."""

    OVERRIDDEN = "overridden"  # the law holds instead
    ADVISORY = "advisory"  # warned of; a person decides


@dataclass(frozen=True)
class LawWins:
    """A clause the law overrides, or that only advises: what the policy says and what is done instead, in plain words.

    `rule` is the product's rule of law. `law_from` is the first day the clause is wrong, null where it always was.
    `parameters` are the values that fall with the clause: from that day the national ones hold in their place. Where it
    only advises they stand, and are warned of.
    """

    clause: str
    kind: Outcome
    rule: str
    policy_says: str
    instead: str
    law_from: date | None = None
    parameters: tuple[str, ...] = ()

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        if not CLAUSE.fullmatch(self.clause):
            return f"“{self.clause}” is not a clause as AET-6.07."
        return None if RULE.fullmatch(self.rule) else f"“{self.rule}” is not a rule of law as R14."

    def takes(self, parameter: str, *, on: date) -> bool:
        """Say whether the law holds in place of the policy's value of a parameter on a day."""
        begun = self.law_from is None or self.law_from <= on
        return self.kind is Outcome.OVERRIDDEN and parameter in self.parameters and begun


@dataclass(frozen=True)
class Contradiction:
    """Clauses of one policy that do not agree or are not clear: what they say, what is done, and why."""

    between: tuple[str, ...]
    says: str
    decided: str
    because: str

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        unknown = next((clause for clause in self.between if not CLAUSE.fullmatch(clause)), None)
        if unknown:
            return f"“{unknown}” is not a clause as AET-6.07."
        return None if self.between else "A contradiction names the clauses it stands between."
