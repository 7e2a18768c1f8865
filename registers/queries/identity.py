"""Who a pupil of a file is: by UPN, a former UPN, else the school's own number (decision 12)."""

from collections import defaultdict
from dataclasses import dataclass, field

from registers.models import Pupil


@dataclass
class Identities:
    """Every pupil's numbers, held in memory. Names and birthdays are never asked: twins share them."""

    by_upn: dict[str, int] = field(default_factory=dict)
    by_local_id: dict[str, int] = field(default_factory=dict)
    by_former_upn: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    upn_of: dict[int, str] = field(default_factory=dict)

    def with_upn(self, upn: str) -> int | None:
        """Return the pupil who has a UPN, or the one pupil who had it before."""
        former = self.by_former_upn.get(upn, set())
        return self.by_upn.get(upn) or (next(iter(former)) if len(former) == 1 else None)

    def found(self, upn: str, local_id: str) -> int | None:
        """Return the pupil meant by a row that only refers to one; none where its two numbers disagree."""
        by_upn = self.with_upn(upn) if upn else None
        by_local_id = self.by_local_id.get(local_id) if local_id else None
        if upn and local_id:
            return by_upn if by_local_id in {None, by_upn} else None
        return by_upn or by_local_id


def identities() -> Identities:
    """Return every pupil's numbers. One query."""
    known = Identities()
    for pupil_id, upn, former_upn, local_id in Pupil.objects.values_list("pk", "upn", "former_upn", "local_id"):
        known.upn_of[pupil_id] = upn
        if upn:
            known.by_upn[upn] = pupil_id
        if former_upn:
            known.by_former_upn[former_upn].add(pupil_id)
        if local_id:
            known.by_local_id[local_id] = pupil_id
    return known
