"""Penalties, prosecution, the roll, and what the local authority is sent. Money is in whole pounds."""

from dataclasses import dataclass, field
from enum import StrEnum

from attendance_mat.policy.kinds import Code, Every, Letter, Role
from attendance_mat.policy.schema import AT_LEAST, AT_MOST, Parameter


class PenaltyWindow(StrEnum):
    """The time in which sessions count towards a penalty notice."""

    SCHOOL_WEEKS = "school_weeks"
    TWO_TERMS = "two_terms"
    SCHOOL_YEAR = "school_year"


@dataclass(frozen=True)
class PenaltyRequest(Parameter):
    """When a policy would have a penalty notice considered: so many sessions of these codes in a window, or a ground.

    `weeks` is the length of a window of school weeks. Null where the policy leaves the number to the authority's code.
    """

    sessions: int | None
    codes: tuple[Code, ...]
    window: PenaltyWindow | None
    weeks: int | None
    grounds: tuple[str, ...]

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        if (self.sessions is None) is not (self.window is None):
            return "“sessions” and “window” are given together or not at all."
        if (self.window is PenaltyWindow.SCHOOL_WEEKS) is not (self.weeks is not None):
            return "A window of school weeks needs “weeks”; no other takes it."
        return None


@dataclass(frozen=True)
class PenaltyAmounts(Parameter):
    """What a notice costs: pounds within the first days, pounds until the last day, days counted from receipt.

    `repeat_pounds` is a second notice's one price; null where there was none.
    """

    first_pounds: int
    first_days: int
    later_pounds: int
    last_day: int
    repeat_pounds: int | None

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        return "The later days end before the first ones." if self.last_day <= self.first_days else None


@dataclass(frozen=True)
class PenaltyLimit(Parameter):
    """The most notices to one parent for one child in so many years."""

    notices: int = field(metadata=AT_MOST)
    years: int = field(metadata=AT_LEAST)


@dataclass(frozen=True)
class PenaltyIssue(Parameter):
    """Who issues or asks for a notice, what must come first, and what is done beside it."""

    issued_by: tuple[Role, ...]
    asks_authority: bool  # the authority issues it at the school's request
    checks_with_authority: bool
    copy_to_authority: bool
    after_legal_steps: bool  # only once the earlier legal steps have failed


@dataclass(frozen=True)
class SupportFirst(Parameter):
    """Whether support is looked for before any punitive step, and the steps a case goes through in order."""

    before_punitive: bool
    steps: tuple[str, ...]


@dataclass(frozen=True)
class NoticeToImprove(Parameter):
    """Whether a notice to improve is used, and the weeks it gives; null where the policy does not say."""

    used: bool
    shortest_weeks: int | None
    longest_weeks: int | None


@dataclass(frozen=True)
class LargestFine:
    """The most a court may order for an offence, in pounds."""

    offence: str
    pounds: int
    months: int | None = None  # of imprisonment


@dataclass(frozen=True)
class LargestFines(Parameter):
    """The most a court may order."""

    fines: tuple[LargestFine, ...]


@dataclass(frozen=True)
class LegalRoute(Parameter):
    """What follows when support has no effect: after so many weeks or terms, the steps in order."""

    after_weeks: int | None
    after_terms: int | None
    steps: tuple[str, ...]

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        if self.after_weeks is not None and self.after_terms is not None:
            return "The wait is in weeks or in terms, not both."
        return None


@dataclass(frozen=True)
class RollRemoval(Parameter):
    """When removal from the roll may be considered for absence: school days after leave, or of unbroken absence.

    `codes` are those of which the unbroken absence consists.
    """

    after_leave_days: int
    unbroken_days: int
    codes: tuple[Code, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True)
class HealthReturn(Parameter):
    """School days of expected illness at which the authority is told: from so many, or only beyond them."""

    school_days: int
    only_beyond: bool
    tells: tuple[str, ...]


@dataclass(frozen=True)
class AuthorityReturn:
    """One thing the authority is sent. `within_days` is calendar days; null where the policy names none."""

    of: str
    every: Every | None = None
    school_days: int | None = None  # of absence that bring it
    sessions: int | None = None
    within_days: int | None = None


@dataclass(frozen=True)
class AuthorityReturns(Parameter):
    """What the local authority and the Department are sent beside the law's own returns."""

    returns: tuple[AuthorityReturn, ...]


@dataclass(frozen=True)
class CensusCodes(Parameter):
    """The codes of inability to attend that the census counts, each by itself."""

    codes: tuple[Code, ...]


@dataclass(frozen=True)
class NamedLetter:
    """A letter the policy names, when it goes, and what it states; `written_as` is the product's own for it."""

    title: str
    when: str
    states: tuple[str, ...]
    clause: str
    written_as: Letter | None = None


@dataclass(frozen=True)
class LettersNamed(Parameter):
    """The letters a policy names. `hours_lost_per_day` is how lost hours are reckoned in them."""

    letters: tuple[NamedLetter, ...]
    hours_lost_per_day: int | None = None


@dataclass(frozen=True)
class Neglect(Parameter):
    """When absence may be neglect: attendance at or below a percentage over so many terms, and signs beside it."""

    percent: int | None
    terms: int | None
    signs: tuple[str, ...]
