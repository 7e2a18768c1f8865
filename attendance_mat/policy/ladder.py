"""A policy's stages: when a pupil comes to each, and what is then done. Triggers are read by triggers.py."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from attendance_mat.policy.kinds import Letter, Role
from attendance_mat.policy.schema import MonthDay, Parameter
from attendance_mat.policy.triggers import Condition, Period


class Does(StrEnum):
    """The kinds of step a stage asks for."""

    CALL = "call"
    LETTER = "letter"
    MESSAGE = "message"  # a short letter home, sent at a review
    MEETING = "meeting"
    CLINIC = "clinic"
    HOME_VISIT = "home_visit"
    PLAN = "plan"
    REFERRAL = "referral"
    EVIDENCE = "evidence"  # asked for, with a day by which
    DECISION = "decision"  # one of `options`, chosen and recorded by a person
    TASK = "task"
    TELL = "tell"  # somebody is informed


@dataclass(frozen=True)
class StageAction:
    """One step of a stage: what is done, who does it, within how many school days of entering the stage."""

    does: Does
    words: str
    role: Role
    within_school_days: int
    letter: Letter | None = None
    options: tuple[str, ...] = ()
    each_review: bool = False  # again at each weekly review while the pupil is at the stage

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        if (self.letter is not None) is not (self.does in {Does.LETTER, Does.MESSAGE}):
            return "A letter or message names its “letter”; no other step does."
        return "Only a decision has “options”." if self.options and self.does is not Does.DECISION else None


@dataclass(frozen=True)
class Review:
    """How long after entering a stage it is looked at again; until then it does not fire a second time."""

    after: int
    unit: Period


@dataclass(frozen=True)
class Stage:
    """One rung. `when` is null where a person decides, or where the policy's own text is lost (`configured` false)."""

    key: str
    label: str
    clause: str
    says: str
    when: Condition | None
    actions: tuple[StageAction, ...] = ()
    configured: bool = True
    not_after: tuple[str, ...] = ()  # stages that make this one pointless
    approvals: tuple[Role, ...] = ()  # roles that all agree before the pupil enters it
    review: Review | None = None
    leaves: Condition | None = None  # what ends it
    on_leaving: tuple[StageAction, ...] = ()
    needs_support_first: bool = False  # warns where no support is recorded; a person may go on (R50)
    warns_parents_first: bool = False  # warns where no warning to the parents is recorded
    carries_over: bool = False  # who is persistently absent at the year's end begins next year here

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        if not self.configured and (self.when or self.actions):
            return f"“{self.key}” is not configured, so it has no “when” and no “actions”."
        return None


@dataclass(frozen=True)
class Ladder:
    """Stages for the pupils that `holds_for` describes (all, where it is null), in order."""

    key: str
    label: str
    stages: tuple[Stage, ...]
    holds_for: Condition | None = None
    clause: str = ""

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        keys = [stage.key for stage in self.stages]
        if len(set(keys)) < len(keys):
            return "Two stages of the ladder have the same key."
        return None


@dataclass(frozen=True)
class Ladders(Parameter):
    """A policy's stages, each with its trigger and its steps. A policy that states them states all of them."""

    ladders: tuple[Ladder, ...]

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Return every stage of every ladder, in order."""
        return tuple(stage for ladder in self.ladders for stage in ladder.stages)

    def ladder_of(self, key: str) -> Ladder:
        """Return the ladder a stage stands in; KeyError where there is no such stage."""
        for ladder in self.ladders:
            if any(stage.key == key for stage in ladder.stages):
                return ladder
        raise KeyError(key)

    def stage(self, key: str) -> Stage:
        """Return a stage by its key; KeyError where there is none."""
        return next(stage for stage in self.ladder_of(key).stages if stage.key == key)

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        keys = [stage.key for stage in self.stages]
        if len(set(keys)) < len(keys):
            return "Two stages have the same key."
        for stage in self.stages:
            named = {*stage.not_after, *_named(stage.when), *_named(stage.leaves)}
            for key in sorted(named - set(keys)):
                return f"“{stage.key}” names a stage “{key}” that is not there."
        return None


@dataclass(frozen=True)
class WeeklyReview(Parameter):
    """The day of the week, 1 for Monday, at whose end the week's attendance is looked at and messages are drafted."""

    weekday: int


@dataclass(frozen=True)
class OpenedCase(Parameter):
    """School days given to a case that opens with no step of its own, to agree to its stage or decline it."""

    due_school_days: int


@dataclass(frozen=True)
class WeeklyWriting(Parameter):
    """Calendar days after a week's last school day within which it is still written home about."""

    within_days: int


@dataclass(frozen=True)
class YearTurn(Parameter):
    """The first school days of a year, in which last year's stages end and its list is made up, and the school days
    given to send the letter about the year that has ended."""

    first_school_days: int
    letter_within_school_days: int


@dataclass(frozen=True)
class StepImpact(Parameter):
    """The most school days compared on either side of a letter or stage, and the calendar days read to find them."""

    most_school_days: int
    read_days: int


@dataclass(frozen=True)
class EarlyWarning(Parameter):
    """How many school weeks, this one included, a pupil's present rate is taken over."""

    school_weeks: int


@dataclass(frozen=True)
class SchoolTerms(Parameter):
    """How terms are told from a calendar of school days.

    A gap of `half_term_weekdays` weekdays or more with no session parts two half terms. The longest gap that begins in
    the winter or the spring range parts two terms.
    """

    half_term_weekdays: int
    winter_gap_from: MonthDay
    winter_gap_to: MonthDay
    spring_gap_from: MonthDay
    spring_gap_to: MonthDay


def _named(condition: Condition | None) -> Iterator[str]:
    for part in condition.parts() if condition else ():
        if part.reached:
            yield part.reached.stage
        if part.window and part.window.stage:
            yield part.window.stage
