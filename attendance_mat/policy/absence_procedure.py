"""What happens from the first morning of an absence: reports, calls, visits, evidence, truancy, a missing child.

Days are school days unless a docstring says otherwise; null is where a policy names no number.
"""

from dataclasses import dataclass, field
from datetime import time

from attendance_mat.policy.kinds import Channel, Code, Group, Phase, Role
from attendance_mat.policy.schema import AT_LEAST, Parameter


@dataclass(frozen=True)
class AbsenceReport(Parameter):
    """How parents tell the school: by when, how, on the first day alone or each day, and what they say."""

    by: time | None
    channels: tuple[Channel, ...]
    each_day: bool | None
    asks: tuple[str, ...]
    not_enough: tuple[str, ...] = ()


@dataclass(frozen=True)
class FirstDayCalls(Parameter):
    """How the first-day calls go: the time they start, who is rung first, and what is read beforehand."""

    start_at: time | None
    first: tuple[Group, ...]
    looks_at_record_first: bool
    tries_every_contact: bool


@dataclass(frozen=True)
class AbsenceOutcomes(Parameter):
    """What is settled about every absence that is followed up."""

    settles: tuple[str, ...]


@dataclass(frozen=True)
class ContactDay:
    """What is done by a day of an absence (1 is the first), or at an interval of calendar days while it lasts."""

    does: str
    where: str  # the absences it is for
    by_day: int | None = None
    every_days: int | None = None

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        if (self.by_day is None) is (self.every_days is None):
            return "Contact is by a day or at an interval: give one of “by_day” and “every_days”."
        return None


@dataclass(frozen=True)
class ContactCadence(Parameter):
    """How contact goes on after the first day."""

    steps: tuple[ContactDay, ...]


@dataclass(frozen=True)
class HomeVisits(Parameter):
    """When somebody goes to the home: by which day of absence, with and without a concern, and for illness.

    `after_days` is how many days of any absence bring a safe and well check on the day after.
    """

    with_concern_by_day: int | None
    without_concern_by_day: int | None
    illness_by_day: int | None
    after_days: int | None
    not_during_leave: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class LongAbsence(Parameter):
    """How a child away for long is seen: calendar days between sightings and check-ins, visits a half term."""

    seen_every_days: int | None
    remotely: bool
    section_19_check_in_days: int | None
    section_19_visits_a_half_term: int | None
    hospital: str | None = None


@dataclass(frozen=True)
class IllnessEvidence(Parameter):
    """When evidence of illness may be asked for. It informs a person's choice of code; illness in fact settles it.

    `from_day` is the day of one illness; `total_days` days of illness already; `until_percent` the attendance at which
    a request for all absences ends; `answered_within_days` school days to bring it.
    """

    from_day: int | None
    total_days: int | None
    beside_holiday: bool
    on_pattern: bool
    on_doubt: bool
    answered_within_days: int | None
    until_percent: int | None
    accepts: tuple[str, ...]


@dataclass(frozen=True)
class SignedLetter(Parameter):
    """When a parent is asked for a letter: more than so many days in a row or in a term, or after every absence."""

    more_than_days_in_a_row: int | None
    more_than_days_in_a_term: int | None
    after_every_absence: bool

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        if self.after_every_absence and (self.more_than_days_in_a_row or self.more_than_days_in_a_term):
            return "A letter after every absence needs no number of days."
        return None


@dataclass(frozen=True)
class AppointmentEvidence(Parameter):
    """What shows an appointment; whether the part of the day the pupil could have come is unauthorised."""

    accepts: tuple[str, ...]
    part_day_unauthorised: bool


@dataclass(frozen=True)
class SignOut(Parameter):
    """How a pupil leaves and comes back during the day."""

    at: str
    records: tuple[str, ...]
    primary_collected: bool


@dataclass(frozen=True)
class LateDesk(Parameter):
    """How a pupil who comes late is signed in: from when by the office alone, and the reasons there are to choose from.

    Null where whoever takes the register enters late arrivals until it closes.
    """

    office_only_after: time | None
    reason_required: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Collection(Parameter):
    """Who may collect a pupil."""

    agreed_contact: bool
    password: bool
    walking_home_counts: bool  # permission to walk home holds for appointments and illness too


@dataclass(frozen=True)
class PartTimeTimetable(Parameter):
    """Part-time timetables: their forms, what each must have, and the calendar days in which the authority is told."""

    forms: tuple[str, ...]
    needs: tuple[str, ...]
    authority_told_within_days: int | None


@dataclass(frozen=True)
class TruancyStep:
    """What a truancy leads to, counted from the first; `phase` null where it is for every school."""

    time: int
    does: str
    phase: Phase | None = None


@dataclass(frozen=True)
class Truancy(Parameter):
    """What a policy calls truancy, whom it tells at once, and what each leads to.

    `tells` is in the policy's words; `alerts` are the roles that are told here, of whom `calls_home` rings the parents.
    Who takes over where they are not reached is `unreached`; `work_set` asks the lesson's teacher for work before the
    detention that follows.
    """

    means: str
    tells: tuple[str, ...]
    alerts: tuple[Role, ...]
    calls_home: Role
    unreached: Role
    work_set: bool
    steps: tuple[TruancyStep, ...]


@dataclass(frozen=True)
class ElsewhereOnSite(Parameter):
    """After how many minutes a pupil who is elsewhere on site is looked for, where no time to be back was said.

    At the latest they are looked for once the lesson is over; null where that alone says when.
    """

    minutes: int | None

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        return "A pupil is given a minute or more." if self.minutes is not None and self.minutes < 1 else None


@dataclass(frozen=True)
class SearchStep:
    """A step of a search; `minutes` is when it is due, counted from the report, null where only the order is given."""

    does: str
    minutes: int | None = None


@dataclass(frozen=True)
class MissingChild(Parameter):
    """What is done when a child is missing, in order."""

    steps: tuple[SearchStep, ...]

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        due = [step.minutes for step in self.steps if step.minutes is not None]
        return "The steps of a search are told in the order they are due." if due != sorted(due) else None


@dataclass(frozen=True)
class SchoolRefusal(Parameter):
    """How a pupil who refuses school is brought back: signs, steps, and the weeks a return is given."""

    signs: tuple[str, ...]
    steps: tuple[str, ...]
    shortest_weeks: int | None
    longest_weeks: int | None


@dataclass(frozen=True)
class EngagementPlan(Parameter):
    """The parts of a plan for one pupil's day."""

    parts: tuple[str, ...]


@dataclass(frozen=True)
class NotReturned(Parameter):
    """The code of a pupil who does not come back when leave ends; null where a person settles it as any other."""

    code: Code | None


@dataclass(frozen=True)
class EmergencyContacts(Parameter):
    """The least numbers and sets of contact details held for a pupil, wherever possible."""

    numbers: int = field(metadata=AT_LEAST)
    sets: int
    each_liable_adult: bool = False
