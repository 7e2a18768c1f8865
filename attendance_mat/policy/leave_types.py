"""Leave of absence as a policy lays it out. Every ground for refusing advises: the headteacher decides (R33)."""

from dataclasses import dataclass
from enum import StrEnum

from attendance_mat.policy.kinds import Code, Role
from attendance_mat.policy.schema import Parameter


class LeaveKind(StrEnum):
    """What leave is asked for."""

    EXCEPTIONAL = "exceptional"
    HOLIDAY = "holiday"
    MEDICAL = "medical"
    PERFORMANCE = "performance"
    RELIGIOUS = "religious"
    TRAVELLER = "traveller"
    ELITE_SPORT = "elite_sport"


@dataclass(frozen=True)
class LeaveType:
    """One kind of leave.

    `notice_days` and `notice_hours` are before its first day, null where the policy names no time; `most_days` is the
    most in a school year; `floor_percent` the projected attendance below which the policy would refuse;
    `least_attended` the sessions attended in twelve months that it looks for, from the age of `attended_from_age`.
    """

    kind: LeaveKind
    needs: tuple[str, ...]
    against: tuple[str, ...]
    decided_by: tuple[Role, ...] = ("headteacher",)
    notice_days: int | None = None
    notice_hours: int | None = None
    in_writing: bool = False
    most_days: int | None = None
    floor_percent: int | None = None
    least_attended: int | None = None
    attended_from_age: int | None = None

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        if self.notice_days is not None and self.notice_hours is not None:
            return "Notice is in days or in hours, not both."
        if (self.least_attended is None) is not (self.attended_from_age is None):
            return "Sessions to have attended go with the age from which they count."
        return None


@dataclass(frozen=True)
class LeaveTypes(Parameter):
    """The kinds of leave a policy tells apart."""

    types: tuple[LeaveType, ...]

    def of(self, kind: str) -> LeaveType | None:
        """Return one kind of leave, or nothing where the policy does not speak of it."""
        return next((each for each in self.types if each.kind == kind), None)

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        kinds = [each.kind for each in self.types]
        return "A kind of leave is told once." if len(set(kinds)) < len(kinds) else None


@dataclass(frozen=True)
class LeaveTypeCode:
    """The code of one kind of leave when it is granted, and when it is taken although refused."""

    kind: LeaveKind
    if_granted: Code | None
    if_taken_anyway: Code | None


@dataclass(frozen=True)
class LeaveTypeCodes(Parameter):
    """The codes a policy gives to kinds of leave. What may be granted is LeaveCodes, the law's."""

    types: tuple[LeaveTypeCode, ...]


@dataclass(frozen=True)
class LeaveDecision(Parameter):
    """How leave is decided: by whom, with an appeal or not, after the event or not, and what the answer says."""

    decided_by: tuple[Role, ...]
    appeal: bool
    afterwards: bool
    reasons_given: bool
    weighs: tuple[str, ...]


@dataclass(frozen=True)
class PerformanceLicence(Parameter):
    """The education a licence to perform asks for, in hours; null where the policy does not say.

    `day_hours` and `week_hours` are the least, `longest_day_hours` the most, over `period_weeks` weeks.
    """

    day_hours: int | None
    week_hours: int | None
    longest_day_hours: int | None
    period_weeks: int | None
    exemption_accepted: bool  # by a body of persons approved

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        if self.day_hours and self.longest_day_hours and self.longest_day_hours < self.day_hours:
            return "The most hours in a day are fewer than the least."
        return None


@dataclass(frozen=True)
class LicenceDates(Parameter):
    """Whether the days a licence names need no grant by the school."""

    need_no_grant: bool


@dataclass(frozen=True)
class UnauthorisedReasons(Parameter):
    """Reasons that a policy says are never authorised. They warn; what is established settles the code."""

    reasons: tuple[str, ...]


@dataclass(frozen=True)
class LunchLeave(Parameter):
    """Leave at lunch time: calendar days to answer in, how often it is renewed, and whether it can be appealed."""

    offered: bool
    answered_within_days: int | None
    renewed_each_term: bool
    appeal: bool
