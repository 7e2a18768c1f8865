"""What a policy says of itself, the school's day and its register. Times are local; minutes and days are whole."""

from dataclasses import dataclass, field
from datetime import time

from attendance_mat.policy.kinds import Code, Phase, Role
from attendance_mat.policy.schema import AT_LEAST, Parameter


@dataclass(frozen=True)
class Identity(Parameter):
    """Whose policy it is: what the head is called, the authorities it names and the schools it lists."""

    head_title: str
    local_authorities: tuple[str, ...]
    schools: tuple[str, ...] = ()


@dataclass(frozen=True)
class PolicyReview(Parameter):
    """How often the policy itself is looked at again, in months; null where it names no interval."""

    every_months: int | None
    words: str


@dataclass(frozen=True)
class PupilScope(Parameter):
    """Whom the policy is for. `from_age` is in years, null for everybody on roll.

    `legal_steps_at_compulsory_age_only` says that enforcement is for pupils of compulsory school age.
    """

    from_age: int | None
    nursery: str
    legal_steps_at_compulsory_age_only: bool


@dataclass(frozen=True)
class NurseryPlace(Parameter):
    """Whether a nursery place may be withdrawn for absence alone. The law's grounds are other (reg 9(3))."""

    withdrawn_for_absence: bool


@dataclass(frozen=True)
class RegisterSystem(Parameter):
    """The system the register is kept in, and the one for concerns."""

    register: str
    concerns: str | None = None


@dataclass(frozen=True)
class Gates(Parameter):
    """When the site opens and shuts to arrivals; minutes before the start that pupils come. Null where not said."""

    open_at: time | None
    close_at: time | None
    names_taken_after: time | None
    earliest_minutes_before: int | None
    latest_minutes_before: int | None

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        if self.open_at and self.close_at and self.close_at <= self.open_at:
            return "The gates close before they open."
        return None


@dataclass(frozen=True)
class RegisterClose(Parameter):
    """When the policy itself says registers close: a time of day, or minutes by phase.

    The register runs by RegisterOpen; a school whose phase differs from its pack's sets that as its own.
    """

    morning: time | None
    afternoon: time | None
    primary_minutes: int | None
    secondary_minutes: int | None
    or_form_time: bool


@dataclass(frozen=True)
class RegisterTaking(Parameter):
    """How and by whom the two daily registers are taken, and who settles the codes.

    A period named is one of the timetable: the registers of its lessons supply that session's statutory marks. Null
    where registration groups have registers of their own.
    """

    electronic: bool
    takers: tuple[Role, ...]
    coded_by: tuple[Role, ...]
    morning_in: str
    afternoon_in: str
    read_aloud: bool
    morning_period: str | None
    afternoon_period: str | None


@dataclass(frozen=True)
class InspectionHours(Parameter):
    """Between which times of a school day the registers may be inspected. The law says during school hours."""

    opens: time
    closes: time

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        return "The registers close to inspection before they open." if self.closes <= self.opens else None


@dataclass(frozen=True)
class RecordRetention(Parameter):
    """Years for which each kind of record beside the registers is kept, from its end. The product's six are a floor."""

    letters: int = field(metadata=AT_LEAST)
    decisions: int = field(metadata=AT_LEAST)
    evidence: int = field(metadata=AT_LEAST)
    cases: int = field(metadata=AT_LEAST)
    access_log: int = field(metadata=AT_LEAST)
    event_log: int = field(metadata=AT_LEAST)
    archives: int = field(metadata=AT_LEAST)


@dataclass(frozen=True)
class LessonRegisters(Parameter):
    """Registers of single lessons: in which phases, whether in every lesson, and the code of one who is missing.

    A lesson's register may be opened so many minutes before its lesson, as the class comes in.
    """

    phases: tuple[Phase, ...]
    every_lesson: bool
    absent_code: Code | None
    minutes_late_recorded: bool
    analysed: bool
    opens_minutes_before: int


@dataclass(frozen=True)
class RegisterStatuses(Parameter):
    """What a register says of a pupil, in the policy's own kinds."""

    statuses: tuple[str, ...]


@dataclass(frozen=True)
class ClassRecorded(Parameter):
    """Whether authorised or not is recorded for pupils of compulsory school age alone."""

    compulsory_age_only: bool


@dataclass(frozen=True)
class NatureRecorded(Parameter):
    """The codes beside which the nature of the activity or cause is written."""

    codes: tuple[Code, ...]


@dataclass(frozen=True)
class CodeSet(Parameter):
    """The codes a policy lists, and how it classes them where it prints a class."""

    codes: tuple[Code, ...]
    present: tuple[Code, ...]
    activity: tuple[Code, ...]
    authorised: tuple[Code, ...]
    unauthorised: tuple[Code, ...]
    not_possible: tuple[Code, ...]

    def wrong(self) -> str | None:
        """Say what is contradictory here, or nothing."""
        classes = (self.present, self.activity, self.authorised, self.unauthorised, self.not_possible)
        classed = [code for each in classes for code in each]
        for code in classed:
            if code not in self.codes:
                return f"“{code}” is classed and not listed."
            if classed.count(code) > 1:
                return f"“{code}” stands in two classes."
        return None


@dataclass(frozen=True)
class SessionsInYear(Parameter, nationally_fixed=True):
    """The fewest sessions a maintained school meets for in a school year. It warns; no figure is divided by it."""

    at_least: int


@dataclass(frozen=True)
class ClosureCodes(Parameter, nationally_fixed=True):
    """The code of each kind of unplanned closure.

    `keeps` are marks that a closure of the whole school leaves as they are: the child was here, or taught elsewhere.
    A closure of a part of it changes only those in `replaces`, which say that no reason is established.
    """

    whole_school: Code
    part_of_premises: Code
    staffing: Code
    staggered_start: Code
    keeps: tuple[Code, ...]
    replaces: tuple[Code, ...]


@dataclass(frozen=True)
class RegistersTakenLate(Parameter):
    """How many minutes after its session starts a register may first be taken before it is reported."""

    minutes: int


@dataclass(frozen=True)
class PlannedClosure(Parameter):
    """The parts of a school for which a closure planned ahead is recorded as #, and the days it is for."""

    whole_school: bool
    part_of_school: bool
    year_groups: bool
    days: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExceptionalCauses(Parameter):
    """The codes for a pupil unable to attend, what they cover, and the months of custody below which one does."""

    codes: tuple[Code, ...]
    causes: tuple[str, ...]
    custody_under_months: int | None


@dataclass(frozen=True)
class AmendmentReasons(Parameter):
    """What a register may be amended for; empty where any true reason will do. Particulars are the law's."""

    only_for: tuple[str, ...]
    tells_apart: bool  # the first entry and the correction can both be read


@dataclass(frozen=True)
class DefaultMark(Parameter):
    """The code set against a pupil not accounted for at close; null where a person always enters it."""

    code: Code | None


@dataclass(frozen=True)
class MissingMarks(Parameter):
    """What is done about marks not made in time."""

    steps: tuple[str, ...]
    repeated_followed_up: bool


@dataclass(frozen=True)
class OffSiteChecks(Parameter):
    """Whether a pupil's attendance off site is confirmed each day before the code is entered."""

    daily: bool
