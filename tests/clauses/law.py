"""What the tests of clauses ask of a policy: whether the law wins where a clause breaks it, and on which days."""

import datetime as dt
from typing import Any, Final

from attendance_mat.policy.adopted import Adoption, Policy, assemble, national
from attendance_mat.policy.disputes import LawWins
from attendance_mat.policy.loader import pack
from attendance_mat.policy.schema import Parameter
from registers.rules import codes
from registers.rules.calendar import Half
from registers.rules.codes import Code, Refusal
from tests.clauses import clauses

SINCE: Final = dt.date(2006, 9, 1)
NEW: Final = dt.date(2024, 8, 19)  # the Regulations of 2024 come into force
OLD: Final = dt.date(2024, 6, 3)  # a school day before it
TODAY: Final = dt.date(2026, 11, 23)
A_DAY: Final = dt.timedelta(days=1)
AGED_TEN: Final = dt.date(2015, 10, 1)


def policy_of(name: str) -> Policy:
    """Return the policy of a school that has always followed a pack."""
    return assemble([Adoption(SINCE, name)])


def beaten(clause: str) -> LawWins:
    """Return what a pack says of its clause that the law overrides or that only advises, as it must be said."""
    known = clauses()[clause]
    said = next(each for each in pack(known.policy).law_wins if each.clause == clause)
    assert (said.kind, said.rule) == (known.resolution, known.rule)
    return said


def gives_way(clause: str, kind: type[Parameter]) -> tuple[Any, Any]:
    """Return a policy's own value and the law's, having seen that the law's holds now and the policy's did before."""
    said, policy = beaten(clause), policy_of(clauses()[clause].policy)
    now, law = policy.cited(kind, on=TODAY), national().terms(kind, on=TODAY)
    own = pack(clauses()[clause].policy).values[kind.name][-1].value
    assert kind.name in said.parameters
    assert now.value == law != own
    assert now.overruled is not None
    assert now.overruled.value == own
    if said.law_from:
        assert policy.terms(kind, on=said.law_from) == law
        assert policy.terms(kind, on=said.law_from - A_DAY) == own
    return own, law


def in_force(on: dt.date) -> dict[str, Code]:
    """Return the codes in force on a day."""
    return {row.code: row for row in codes.in_force(on)}


def refused(code: str, *, on: dt.date, dob: dt.date = AGED_TEN, nature: str = "") -> Refusal | None:
    """Return why a code may not be entered for a morning, for a reason of law and not of anybody's role."""
    return codes.refusal(code, on=on, half=Half.PM if code == "\\" else Half.AM, dob=dob, allowed=None, nature=nature)
