"""Who may see which particular of a pupil: one table, asked by every page that shows one (decision 11)."""

from collections.abc import Callable, Mapping
from typing import Final

from attendance_mat.accounts.permissions import Permission

P = Permission  # the table below is read across

CARE_AND_PROTECTION: Final = frozenset({
    "looked_after", "previously_looked_after", "social_worker", "child_in_need", "child_protection",
    "youth_offending", "virtual_school", "hidden",
})  # fmt: skip
MEANS: Final = frozenset({"fsm", "pupil_premium"})
FORMER: Final = frozenset({"forename", "middle_names", "surname", "forename_in_use", "surname_in_use", "upn",
    "former_upn"})  # fmt: skip

NEEDED: Final[Mapping[str, P]] = {
    **dict.fromkeys(CARE_AND_PROTECTION, P.SEE_PROTECTION),  # the safeguarding lead and the head
    **dict.fromkeys(MEANS, P.CHANGE_PARTICULARS),  # the office and above
}
ENTRY: Final = P.SEE_CONTACTS  # whoever may open the entry sees what the table does not name
OWN_GROUPS: Final[Mapping[str, P]] = {  # a group of the school's own, by whom it was made for
    "pupils": P.SEE_PUPIL,
    "office": P.CHANGE_PARTICULARS,
}


def own_groups_seen_by(may: Callable[[P], bool]) -> list[str]:
    """Return whom a group of the school's own may have been made for, if someone is to see it."""
    return [seen_by for seen_by, needed in OWN_GROUPS.items() if may(needed)]


def may_see(what: str, *, may: Callable[[P], bool]) -> bool:
    """Say whether someone may see a group, a worker or a particular of a pupil, by its kind or its field's name."""
    return may(NEEDED.get(what, ENTRY))


def may_see_former(particular: str, *, may: Callable[[P], bool]) -> bool:
    """Say whether someone may see what a particular said before: a former name or number is for the lead and the head.

    Source: decision 11.
    """
    return may(P.SEE_FORMER_NAMES) if particular in FORMER else may_see(particular, may=may)
