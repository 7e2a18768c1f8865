"""What a policy says of lateness: its marks, what repeated lateness leads to, and what follows a missed detention."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from attendance_mat.policy.kinds import Code, Every, Letter, Role
from attendance_mat.policy.schema import Parameter


class LateAction(StrEnum):
    """What is done once a pupil has been late so often."""

    DETENTION = "detention"
    LETTER = "letter"
    CONTACT = "contact"
    MEETING = "meeting"
    SUPPORT = "support"
    AUTHORITY = "authority"


SPANS: Final = frozenset({Every.WEEK, Every.HALF_TERM, Every.TERM, Every.YEAR})


@dataclass(frozen=True)
class LateMarks(Parameter):
    """The code of an arrival before the register closes and after, and the reasons that excuse no lateness."""

    before_close: Code
    after_close: Code
    not_accepted: tuple[str, ...] = ()


@dataclass(frozen=True)
class LatenessStep:
    """What is done once marks of these codes have reached a number within a span.

    `lates` is null where the policy names no number: nothing is proposed until the school sets one. `each_further`
    asks for the step again at every later one of the span; `mornings_only` counts arrivals at the start of the day
    alone. Of several detentions at one late, the one of the highest number is offered. `after_school_days` is 0 for
    the day of the late itself.
    """

    does: LateAction
    words: str
    lates: int | None
    per: Every
    codes: tuple[Code, ...]
    minutes: int | None = None
    each_further: bool = False
    mornings_only: bool = False
    after_school_days: int = 1
    role: Role = "attendance_officer"
    letter: Letter | None = None

    @property
    def span(self) -> str:
        """Return what the lates are counted over, in words."""
        return self.per.value.replace("_", " ")

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        if (self.minutes is not None) is not (self.does is LateAction.DETENTION):
            return "A detention lasts so many “minutes”; no other step does."
        if (self.letter is not None) is not (self.does is LateAction.LETTER):
            return "A step that is a letter names its “letter”; no other step does."
        if self.per not in SPANS:
            return "Lates are counted over a week, a half_term, a term or a year."
        return "A step comes at the first late or a later one." if self.lates is not None and self.lates < 1 else None


@dataclass(frozen=True)
class MissedDetention:
    """What a pupil who did not attend is given next. `minutes` is null where it lasts as long as the one missed."""

    words: str
    minutes: int | None = None
    after_school_days: int = 1


@dataclass(frozen=True)
class LatenessSteps(Parameter):
    """What repeated lateness leads to, and, in order, what follows each detention that a pupil stays away from.

    When the last of these is missed too, the head of year is asked to decide.
    """

    steps: tuple[LatenessStep, ...]
    if_missed: tuple[MissedDetention, ...] = ()

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        keys = [(step.does, step.words) for step in self.steps]
        return "A step is told once." if len(set(keys)) < len(keys) else None

    @property
    def has_detentions(self) -> bool:
        """Say whether the policy gives detentions at all."""
        return bool(self.if_missed) or any(step.does is LateAction.DETENTION for step in self.steps)
