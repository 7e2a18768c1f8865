"""Targets, support, watching and reporting, and the people who do it. Percentages are of possible sessions."""

from dataclasses import dataclass
from typing import Final

from attendance_mat.policy.kinds import Against, Every, Group, Phase, Recipient, Role
from attendance_mat.policy.schema import Parameter
from attendance_mat.policy.triggers import WHOLE

ALL_THROUGH: Final = "all-through"


@dataclass(frozen=True)
class AttendanceAim(Parameter):
    """The attendance a policy aims at, in percent, the share it calls good, and the most days away in a year."""

    percent: int | None
    strictly_above: bool
    good_percent: int | None
    most_days_absent: int | None
    set_for: tuple[str, ...] = ()

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        asked = (self.percent or 0, self.good_percent or 0)
        return "A percentage is at most 100." if max(asked) > WHOLE else None


@dataclass(frozen=True)
class Rewards(Parameter):
    """How good and better attendance is marked; the percentages that earn a certificate or put a trip in question."""

    kinds: tuple[str, ...]
    certificate_percent: int | None
    trips_below_percent: int | None
    individual_targets: bool


@dataclass(frozen=True)
class WatchedGroups(Parameter):
    """The pupils watched more closely."""

    groups: tuple[Group, ...]


@dataclass(frozen=True)
class SupportOffered(Parameter):
    """What is offered to a pupil at risk, and the calendar days between check-ins; null where none are named."""

    offers: tuple[str, ...]
    check_in_days: int | None


@dataclass(frozen=True)
class HealthPlan(Parameter):
    """A plan for health or special needs: what ends it, and how often adjustments are looked at."""

    kinds: tuple[str, ...]
    ends_when: str
    adjustments_every: Every | None


@dataclass(frozen=True)
class PatternMeeting(Parameter):
    """The weeks over which a pattern is looked for, and the longest a plan from the meeting runs, in weeks."""

    shortest_weeks: int | None
    longest_weeks: int | None
    plan_weeks: int | None

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        if self.shortest_weeks and self.longest_weeks and self.longest_weeks < self.shortest_weeks:
            return "The longest time is shorter than the shortest."
        return None


@dataclass(frozen=True)
class Routine:
    """A meeting or a look at the figures inside the school, who holds it and how often (null: no interval named)."""

    of: str
    by: tuple[str, ...]
    every: Every | None


@dataclass(frozen=True)
class Monitoring(Parameter):
    """How often the figures are looked at, and the meetings about them."""

    how_often: Every | None
    routines: tuple[Routine, ...] = ()


@dataclass(frozen=True)
class Analysis(Parameter):
    """How often the whole is analysed, by what, and for which pupils."""

    how_often: tuple[Every, ...]
    by: tuple[str, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class ReportTo:
    """A report: who gets it, how often (null: no interval named), and what is in it."""

    to: Recipient
    every: Every | None
    says: str


@dataclass(frozen=True)
class Reports(Parameter):
    """Who is told the figures."""

    reports: tuple[ReportTo, ...]


@dataclass(frozen=True)
class Benchmark(Parameter):
    """What the figures are set beside."""

    against: tuple[Against, ...]


@dataclass(frozen=True)
class StaffTraining(Parameter):
    """Who is trained, when, and in what."""

    who: tuple[str, ...]
    when: tuple[str, ...]
    topics: tuple[str, ...]


@dataclass(frozen=True)
class LeadBy:
    """Who may hold a post, in schools of a phase (null: in all).

    `role` is the role that fills it; null where the policy names a lead in words: then it is filled by whoever is a
    senior leader with duties written down. `senior_leader` says that the holder must be one.
    """

    post: str
    held_by: str
    phase: Phase | None = None
    role: Role | None = None
    senior_leader: bool = False


@dataclass(frozen=True)
class AttendanceLead(Parameter):
    """Who leads on attendance."""

    posts: tuple[LeadBy, ...]

    def in_phase(self, phase: str) -> tuple[LeadBy, ...]:
        """Return the posts of a school of a phase; an all-through school has those of a secondary school."""
        asked = Phase.SECONDARY if phase == ALL_THROUGH else phase
        return tuple(post for post in self.posts if post.phase in {None, asked})


@dataclass(frozen=True)
class InformationSharing(Parameter):
    """With whom register data is shared, who keeps what is sensitive, and what is restricted."""

    shared_with: tuple[Recipient, ...]
    sensitive_kept_by: tuple[Role, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True)
class NewJoiners(Parameter):
    """For which joiners the absence history is asked of the school before."""

    history_for: tuple[str, ...]


@dataclass(frozen=True)
class HomeEducation(Parameter):
    """What is done before a parent takes a child out to be educated at home."""

    steps: tuple[str, ...]


@dataclass(frozen=True)
class ParentCommunication(Parameter):
    """How parents are kept informed: by what, how often (null: no interval named), and in which way for each family."""

    by: tuple[str, ...]
    how_often: Every | None
    preferred_channel_kept: bool
