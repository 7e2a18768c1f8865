"""Whether the rows of a history may stand: the pupil, the day, the stage or letter, the parent."""

import datetime as dt
from functools import cached_property
from typing import Final, NamedTuple

from attendance_mat.policy.ladder import Ladders
from attendance_mat.trust.policy import policy_for
from escalation.gateways.history_csv import HistoryRow
from escalation.models import PastStep
from escalation.queries.history import StepKey, as_known, contacts_by_name, past_steps
from escalation.rules.history import END_OF_YEAR, oldest_kept
from letters.gateways.paper import TEMPLATES
from registers.actions.entering import OWN_FAMILY
from registers.actions.importing_job import ImportJob
from registers.models import FamilyTie
from registers.queries.identity import identities
from registers.queries.importing import roll
from registers.rules.roll import on_roll

PER_PARENT: Final = frozenset({PastStep.Kind.NOTICE_TO_IMPROVE, PastStep.Kind.PENALTY})
FUTURE: Final = "The date is in the future. A history holds what has been done."
OFF_ROLL: Final = "The pupil was off roll on that day."
NO_PARENT: Final = "The parent is empty. Notices and penalties are counted per parent and child: name the parent."
UNKNOWN_PARENT: Final = "Unknown parent: the pupil has no contact of this name. Add the contact, or write it as here."
TWO_PARENTS: Final = "Two contacts of the pupil have this name, so it does not say which is meant."
OTHER_OUTCOME: Final = "This is in already with the outcome “{}”. What has been imported is never changed."


class WantedStep(NamedTuple):
    """A step that a file asks for and that may stand; whether it is in already."""

    row: HistoryRow
    key: StepKey
    is_new: bool


class HistoryChecks:
    """Checks rows against the school's pupils, roll, contacts, policy and history. Eight queries."""

    def __init__(self, job: ImportJob) -> None:
        self.job, self.faults = job, job.faults
        self.identities, self.roll = identities(), roll()
        self.contacts, self.standing = contacts_by_name(), past_steps()
        self.family = set(FamilyTie.objects.filter(user=job.by.user_id).values_list("pupil_id", flat=True))
        self.oldest = oldest_kept(job.on)
        self.too_old: list[int] = []  # lines of rows that are left out for their age
        self._lines: dict[StepKey, int] = {}

    @property
    def policy_on(self) -> dt.date:
        """Return the day whose policy names the stages: today, or the day of going live if that is still to come."""
        return max(self.job.on, self.job.school.go_live_date)

    @cached_property
    def ladders(self) -> Ladders:
        """Return the stages of the school's policy."""
        return policy_for(self.job.school).terms(Ladders, on=self.policy_on)

    @cached_property
    def _stages(self) -> list[str]:
        stages = self.ladders.stages
        carried = [END_OF_YEAR] if any(stage.carries_over for stage in stages) else []
        return [stage.key for stage in stages] + carried

    def wanted(self, row: HistoryRow) -> WantedStep | None:
        """Return the step of a row that may stand. One that may not is a fault; one that is too old is left out."""
        if row.date < self.oldest:
            self.too_old.append(row.line)
            return None
        before = self.faults.count
        pupil_id = self._pupil(row)
        self._check_name(row)
        if pupil_id is None:
            return None
        self._check_day(row, pupil_id)
        key = StepKey(pupil_id, row.kind, row.name, row.date, self._contact(row, pupil_id))
        if self.faults.count > before or self._comes_again(row, key) or self._says_otherwise(row, key):
            return None
        return WantedStep(row, key, is_new=key not in self.standing)

    def _pupil(self, row: HistoryRow) -> int | None:
        column, number = ("upn", row.upn) if row.upn else ("local_id", row.local_id)
        found = self.identities.found(row.upn, row.local_id)
        if found is None:
            self._refuse(row, column, number, f"Unknown {'UPN' if row.upn else column}: no such pupil here.")
        elif found in self.family:
            self._refuse(row, column, number, OWN_FAMILY)
        return found

    def _check_name(self, row: HistoryRow) -> None:
        if row.kind in PER_PARENT:
            return
        names = self._stages if row.kind == PastStep.Kind.STAGE else TEMPLATES
        if row.name not in names:
            known = f"There are: {', '.join(names)}." if names else "The policy of the school has no stages."
            said = f"Unknown {row.kind.value}." if row.name else f"The name of the {row.kind.value} is empty."
            self._refuse(row, "name", row.name, f"{said} {known}")

    def _check_day(self, row: HistoryRow, pupil_id: int) -> None:
        if row.date > self.job.on:
            self._refuse(row, "date", row.date.isoformat(), FUTURE)
        elif not on_roll(self.roll.periods.get(pupil_id, ()), row.date):
            self._refuse(row, "date", row.date.isoformat(), OFF_ROLL)

    def _contact(self, row: HistoryRow, pupil_id: int) -> int | None:
        if not row.parent:
            if row.kind in PER_PARENT:
                self._refuse(row, "parent", "", NO_PARENT)
            return None
        found = self.contacts.get((pupil_id, as_known(row.parent)), [])
        if len(found) == 1:
            return found[0]
        self._refuse(row, "parent", row.parent, TWO_PARENTS if found else UNKNOWN_PARENT)
        return None

    def _comes_again(self, row: HistoryRow, key: StepKey) -> bool:
        earlier = self._lines.setdefault(key, row.line)
        if earlier != row.line:
            self._refuse(row, "date", row.date.isoformat(), f"Duplicate row: this step is already on line {earlier}.")
        return earlier != row.line

    def _says_otherwise(self, row: HistoryRow, key: StepKey) -> bool:
        standing = self.standing.get(key)
        differs = standing is not None and bool(row.outcome) and row.outcome != standing
        if differs:
            self._refuse(row, "outcome", row.outcome, OTHER_OUTCOME.format(standing))
        return differs

    def _refuse(self, row: HistoryRow, column: str, value: str, reason: str) -> None:
        self.faults.add(row.line, column, value, reason)
