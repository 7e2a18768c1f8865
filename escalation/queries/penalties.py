"""The penalty notices that a pupil's parents have had, and what another would be."""

import datetime as dt
from collections import defaultdict
from typing import Final, NamedTuple

from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.dated import Cited
from attendance_mat.policy.legal_route import PenaltyIssue
from escalation.models import PastStep
from escalation.rules.penalties import Notice, words_today
from registers.models import Contact

WITHDRAWN: Final = "withdrawn"  # as a history says that a notice was taken back
ACQUITTED: Final = "acquitted"


class ParentsNotices(NamedTuple):
    """The notices one parent has had for one child, and in sentences what another one today would be."""

    parent: str
    notices: list[PastStep]
    words: tuple[str, ...]


class Penalties(NamedTuple):
    """What would be asked of each parent today, and who considers a notice, with the rule that says so."""

    parents: list[ParentsNotices]
    issue: Cited[PenaltyIssue] | None


def penalties_of(pupil_id: int, *, policy: Policy, on: dt.date) -> Penalties:
    """Return, for each parent on record for a pupil, the notices they have had and what one today would be.

    Source: PN07 regs 4, 12A: notices count for each parent and each child by themselves. Two queries.
    """
    rows = PastStep.objects.filter(pupil=pupil_id, kind=PastStep.Kind.PENALTY).select_related("contact")
    kept: dict[str, list[PastStep]] = defaultdict(list)
    for row in rows:
        kept[row.contact.name if row.contact else row.parent_name].append(row)
    names = dict.fromkeys([*Contact.objects.filter(pupil=pupil_id).values_list("name", flat=True), *kept])
    parents = [
        ParentsNotices(name, kept[name], words_today([_notice(row) for row in kept[name]], on=on)) for name in names
    ]
    return Penalties(parents, policy.find(PenaltyIssue, on=on))


def _notice(row: PastStep) -> Notice:
    """Return a notice as the school's history has it: the day a court or the authority ended it is not in it."""
    outcome = row.outcome.casefold().strip()
    return Notice(
        row.on_date,
        withdrawn_on=row.on_date if outcome == WITHDRAWN else None,
        acquitted_on=row.on_date if outcome == ACQUITTED else None,
    )
