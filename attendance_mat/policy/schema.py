"""The names and types of everything a policy or law may set. The values live in packs/*.yaml.

Each class is one parameter: its name in a pack is the class's name in snake_case. A parameter that is
`nationally_fixed` may be stated by the national pack alone. A field marked AT_MOST or AT_LEAST may be set
by a trust or school only up to, or down to, the national value.
"""

import re
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, ClassVar, Final, NamedTuple

from attendance_mat.policy.kinds import Code
from attendance_mat.policy.session_times import SessionTimes

AT_MOST: Final = {"beside_national": "at most"}
AT_LEAST: Final = {"beside_national": "at least"}


class MonthDay(NamedTuple):
    """A day of any year, written "31 August" in a pack."""

    month: int
    day: int

    def of(self, year: int) -> date:
        """Return this day in a year."""
        return date(year, self.month, self.day)


class Parameter:
    """One thing a policy sets."""

    name: ClassVar[str]
    nationally_fixed: ClassVar[bool]
    every: ClassVar[dict[str, type["Parameter"]]] = {}

    def __init_subclass__(cls, *, nationally_fixed: bool = False, **rest: Any) -> None:
        super().__init_subclass__(**rest)
        cls.name = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        cls.nationally_fixed = nationally_fixed
        Parameter.every[cls.name] = cls


# Age and year -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StatisticalYear(Parameter, nationally_fixed=True):
    """The first day of the year that attendance is counted over."""

    starts: MonthDay


@dataclass(frozen=True)
class CompulsorySchoolAge(Parameter, nationally_fixed=True):
    """The birthday that brings compulsory school age, and the days of the year it can begin on."""

    birthday: int
    prescribed_days: tuple[MonthDay, ...]


@dataclass(frozen=True)
class SchoolLeavingDate(Parameter, nationally_fixed=True):
    """Compulsory school age ends with the last `weekday` of `month` in the school year of the birthday.

    `weekday` is 1 for Monday to 7 for Sunday; `next_year_begins` is the day the next school year begins.
    """

    birthday: int
    weekday: int
    month: int
    next_year_begins: MonthDay


@dataclass(frozen=True)
class HeadlineAges(Parameter, nationally_fixed=True):
    """The ages, in years on one day at the year's start, that published rates are of."""

    youngest: int
    oldest: int
    aged_on: MonthDay


# Absence that is too much -------------------------------------------------------------------------


@dataclass(frozen=True)
class PersistentAbsence(Parameter, nationally_fixed=True):
    """The share of possible sessions missed, in percent, from which absence is persistent."""

    percent: int


@dataclass(frozen=True)
class SevereAbsence(Parameter, nationally_fixed=True):
    """The share of possible sessions missed, in percent, from which absence is severe."""

    percent: int


@dataclass(frozen=True)
class PercentageStages(Parameter):
    """How many sessions must have been possible before a percentage opens a stage."""

    minimum_possible_sessions: int


@dataclass(frozen=True)
class PenaltyNoticeThreshold(Parameter, nationally_fixed=True):
    """Sessions of these codes in this many adjacent school weeks call for a decision on a penalty notice.

    Sessions before `counts_from` are left out whenever the question is asked.
    """

    sessions: int
    school_weeks: int
    codes: tuple[Code, ...]
    counts_from: date


@dataclass(frozen=True)
class ContinuousAbsence(Parameter, nationally_fixed=True):
    """Consecutive school days, every session one of these codes, that may found removal from the roll."""

    school_days: int
    codes: tuple[Code, ...]


@dataclass(frozen=True)
class AttendanceReturn(Parameter, nationally_fixed=True):
    """Consecutive school days of these codes that are reported to the local authority."""

    school_days: int
    codes: tuple[Code, ...]


@dataclass(frozen=True)
class SicknessReturn(Parameter, nationally_fixed=True):
    """School days of expected sickness, running or in the school year, reported to the local authority."""

    school_days: int
    codes: tuple[Code, ...]


@dataclass(frozen=True)
class SuspensionProvision(Parameter, nationally_fixed=True):
    """From which consecutive school day of a suspension education is due."""

    from_school_day: int


@dataclass(frozen=True)
class FollowUp:
    """What a finding leads to: whether a case is opened, its next step, and the school days given for it."""

    rule: str
    opens_case: bool
    next_step: str
    due_school_days: int | None


@dataclass(frozen=True)
class FollowUps(Parameter):
    """What each national finding leads to."""

    rules: tuple[FollowUp, ...]

    def of(self, rule: str) -> FollowUp | None:
        """Return what a rule's finding leads to, or nothing where the policy names no step."""
        return next((follow_up for follow_up in self.rules if follow_up.rule == rule), None)


# The register -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MorningSession(SessionTimes, Parameter):
    """When the morning session starts, local time, and for which year groups at another time."""


@dataclass(frozen=True)
class AfternoonSession(SessionTimes, Parameter):
    """When the afternoon session starts, local time, and for which year groups at another time."""


@dataclass(frozen=True)
class RegisterOpen(Parameter):
    """Minutes from a session's start until its register closes."""

    minutes: int = field(metadata=AT_MOST)


@dataclass(frozen=True)
class UnexplainedAbsence(Parameter, nationally_fixed=True):
    """How long an absence may stand unexplained, and the code it becomes.

    `code` stands while the reason is unknown; within `school_days` after the session it is replaced:
    by `if_attended_later` where the pupil came in, otherwise by `fallback`.
    """

    code: Code
    school_days: int
    fallback: Code
    if_attended_later: Code


@dataclass(frozen=True)
class UnexplainedReminder(Parameter):
    """School days after which an unexplained absence is put before the attendance officer."""

    school_days: int


@dataclass(frozen=True)
class AmendmentParticulars(Parameter, nationally_fixed=True):
    """What is kept about each amendment of a register."""

    keeps: tuple[str, ...]


@dataclass(frozen=True)
class RegisterRetention(Parameter):
    """Years for which an entry is kept, beginning with the day it was made. The law's figure is a floor."""

    years: int = field(metadata=AT_LEAST)


@dataclass(frozen=True)
class CodesByRole(Parameter):
    """The codes each role in a school may enter. A role not named here enters none."""

    teacher: tuple[Code, ...]
    tutor: tuple[Code, ...]
    head_of_year: tuple[Code, ...]
    office: tuple[Code, ...]
    attendance_officer: tuple[Code, ...]
    safeguarding_lead: tuple[Code, ...]
    headteacher: tuple[Code, ...]

    def of(self, role: str) -> frozenset[str]:
        """Return the codes a role may enter."""
        return frozenset(vars(self).get(role, ()))


# Following up -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FirstDayContact(Parameter):
    """Minutes after the register closes by which the family of a child not accounted for is contacted."""

    minutes_after_close: int


@dataclass(frozen=True)
class LeaveChecks(Parameter):
    """What a policy looks at when leave is asked for. Each advises; none decides.

    `notice_days` are calendar days between the request and the first day of leave.
    `unauthorised_sessions` and `authorised_percent` (of possible sessions, this school year) are the most
    that count as met; null where the policy does not look.
    """

    notice_days: int
    unauthorised_sessions: int | None
    authorised_percent: int | None


@dataclass(frozen=True)
class LeaveCodes(Parameter, nationally_fixed=True):
    """The codes leave may be granted under, the usual one, the code of leave taken without a grant,
    and those codes that rest on facts and need no grant."""

    grantable: tuple[Code, ...]
    usual: Code
    if_taken_without: Code
    rest_on_facts: tuple[Code, ...]


@dataclass(frozen=True)
class NightlyCheck(Parameter):
    """The time of day, local, from which the night's check may run."""

    at: time
