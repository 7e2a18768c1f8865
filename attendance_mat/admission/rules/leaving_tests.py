"""Whether each test of a ground is met, with why in words; and so whether a name may come off, and from which day."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from attendance_mat.admission.rules.leaving_grounds import Ground, How, Test
from attendance_mat.admission.rules.leaving_runs import AfterLeave, Run, in_words
from registers.rules.age import compulsory_age_until

NOT_YET: Final = "Not recorded yet."


@dataclass(frozen=True)
class Recorded:
    """What a person last recorded of a test."""

    met: bool
    on: dt.date  # when it happened or was found; of a day named in a notice, that day
    evidence: str
    by: str


@dataclass(frozen=True)
class Effort:
    """An enquiry after the pupil: by the school, the authority or both ("joint"), and what came of it."""

    by: str
    outcome: str  # "nothing", "found" or "waiting"


@dataclass(frozen=True)
class Facts:
    """All that the tests read of one pupil on one day."""

    today: dt.date
    dob: dt.date
    run: Run
    unbroken_days: int  # how many the law asks for
    leave_days: int
    after_leave: AfterLeave | None = None  # nothing where no leave was given
    boarder: bool = False
    died_on: dt.date | None = None
    social_worker: bool = False
    next_open: dt.date | None = None  # the next day the school meets, if its calendar says
    recorded: Mapping[str, Recorded] = field(default_factory=dict)
    efforts: Sequence[Effort] = ()  # in the order they were entered

    def latest_efforts(self) -> list[Effort]:
        """Return the last word of each of those who enquired: an answer takes the place of waiting for it."""
        return list({effort.by: effort for effort in self.efforts}.values())


@dataclass(frozen=True)
class Standing:
    """A test as it stands: met or not, why, the day it bears, and whether the name waits for it."""

    test: Test
    met: bool
    why: str
    asked_for: bool = True
    day: dt.date | None = None  # the name comes off only after it
    warning: str = ""


Answer = tuple[bool, str, dt.date | None]


def standings(tests: Iterable[Test], facts: Facts) -> tuple[Standing, ...]:
    """Return how each test of a ground stands. Source: PR24 reg 9; statute.md R22 to R27."""
    return tuple(_standing(test, facts) for test in tests)


def missing(found: Iterable[Standing]) -> tuple[Standing, ...]:
    """Return the tests a name waits for that are not met."""
    return tuple(each for each in found if each.asked_for and not each.met)


def first_day_off(found: Iterable[Standing], *, today: dt.date) -> dt.date:
    """Return the earliest first day off the roll: today, or the day after the ground's own. Never earlier (R22)."""
    days = [each.day for each in found if each.met and each.day]
    return max([today, *(day + dt.timedelta(days=1) for day in days)])


def wrong_day(off_roll_on: dt.date, found: Iterable[Standing], *, facts: Facts, last_marked: dt.date | None) -> str:
    """Say why a name cannot come off from a day; empty where it can. A name comes off once its ground is met: on the
    next day the school meets at the latest. Source: statute.md R22."""
    earliest = first_day_off(found, today=facts.today)
    latest = max(earliest, facts.next_open or facts.today + dt.timedelta(days=7))
    if off_roll_on < facts.today:
        return f"A name cannot come off the roll in the past. Give {in_words(earliest)} or later."
    if off_roll_on < earliest:
        return f"The ground is met on {in_words(earliest - dt.timedelta(days=1))}: give the day after it or later."
    if last_marked and off_roll_on <= last_marked:
        return f"There is a mark on {in_words(last_marked)}: a name comes off after the last mark. Give a later day."
    if off_roll_on > latest:
        return f"The ground is met, so the name comes off now. Give {in_words(latest)} or earlier."
    return ""


def certificate(ground: Ground) -> str:
    """Return the words in which the head certifies that a ground is met."""
    return (
        f"I certify that the ground in {ground.paragraph} of the School Attendance (Pupil Registration) (England) "
        f"Regulations 2024 is met: {ground.title[0].lower()}{ground.title[1:]}."
    )


def _standing(test: Test, facts: Facts) -> Standing:
    met, why, day = ANSWERS[test.how](test, facts)
    asked_for = test.how is not How.ADVISED and test.is_asked_for(facts.today)
    return Standing(test, met, why, asked_for, day, _warning(test, facts, met=met))


def _warning(test: Test, facts: Facts, *, met: bool) -> str:
    """Say what a person should know though the name does not wait for it."""
    if test.how is How.ADVISED and not met:
        return "A talk about home education is not recorded."
    notice, told = facts.recorded.get("written_notice"), facts.recorded.get(test.key)
    if test.how in {How.TOLD_THAT_DAY, How.SOCIAL_WORKER} and met and notice and told and told.on != notice.on:
        return f"The notice came on {in_words(notice.on)}; they were told on {in_words(told.on)}, not that day."
    return ""


def _recorded(test: Test, facts: Facts) -> Answer:
    found = facts.recorded.get(test.key)
    if found is None:
        return False, NOT_YET, None
    if not found.met:
        return False, f"Recorded as not met on {in_words(found.on)} by {found.by}: {found.evidence}", None
    return True, f"{in_words(found.on)}, recorded by {found.by}: {found.evidence}", None


def _day_passed(test: Test, facts: Facts) -> Answer:
    met, why, _ = _recorded(test, facts)
    if not met:
        return met, why, None
    named = facts.recorded[test.key].on
    if named >= facts.today:
        return False, f"Attendance ends after {in_words(named)}, which has not passed.", None
    return True, f"Attendance ended after {in_words(named)}, which has passed.", named


def _social_worker(test: Test, facts: Facts) -> Answer:
    if not facts.social_worker and test.key not in facts.recorded:
        return True, "No social worker is recorded for the pupil.", None
    return _recorded(test, facts)


def _unbroken_days(test: Test, facts: Facts) -> Answer:
    reached = facts.run.day_reached(facts.unbroken_days)
    return reached is not None, facts.run.in_words(facts.unbroken_days), reached


def _days_after_leave(test: Test, facts: Facts) -> Answer:
    if facts.after_leave is None:
        return (
            False,
            "No leave that was given has ended this school year. Leave that was refused opens no ground.",
            None,
        )
    reached = facts.after_leave.day_reached(facts.leave_days)
    return reached is not None, facts.after_leave.in_words(facts.leave_days), reached


def _joint_efforts(test: Test, facts: Facts) -> Answer:
    return _efforts(facts, wanted=("school", "authority"))


def _school_efforts(test: Test, facts: Facts) -> Answer:
    return _efforts(facts, wanted=("school",))


def _efforts(facts: Facts, *, wanted: tuple[str, ...]) -> Answer:
    """Say whether enquiries with an answer are recorded by each of those asked for, or by both together."""
    answered = {effort.by for effort in facts.latest_efforts() if effort.outcome != "waiting"}
    lacking = [by for by in wanted if "joint" not in answered and by not in answered]
    if lacking:
        names = " and ".join({"school": "the school", "authority": "the authority"}[by] for by in lacking)
        return False, f"No enquiry with an answer is recorded by {names}.", None
    return True, f"{len(facts.efforts)} recorded below.", None


def _not_found_or_agreed(test: Test, facts: Facts) -> Answer:
    """Say whether the efforts failed, or found the pupil and both agree. Source: PR24 reg 9(1)(h), (i); R23."""
    outcomes = [effort.outcome for effort in facts.latest_efforts()]
    if "found" in outcomes:
        met, why, _ = _recorded(test, facts)
        return met, why if met else f"The pupil was found, so the agreement of both is needed. {why}", None
    if not outcomes or "waiting" in outcomes:
        return False, "No answer to every enquiry yet.", None
    return True, "The pupil was not found.", None


def _not_a_boarder(test: Test, facts: Facts) -> Answer:
    return not facts.boarder, f"The register says {'a boarder' if facts.boarder else 'a day pupil'}.", None


def _a_boarder(test: Test, facts: Facts) -> Answer:
    _, why, _ = _not_a_boarder(test, facts)
    return facts.boarder, why, None


def _died(test: Test, facts: Facts) -> Answer:
    if facts.died_on is None:
        return False, "The register does not say so. Record the day among the pupil's particulars.", None
    return True, f"Recorded as {in_words(facts.died_on)}.", None


def _over_age(test: Test, facts: Facts) -> Answer:
    """Say whether the pupil is over compulsory school age the next time the school meets. Source: reg 9(1)(l)."""
    from_day = compulsory_age_until(facts.dob)
    if facts.next_open is None:
        return False, "The calendar does not say when the school next meets. Enter its next session.", None
    why = f"Compulsory school age ends on {in_words(from_day - dt.timedelta(days=1))}; "
    return from_day <= facts.next_open, f"{why}the school next meets on {in_words(facts.next_open)}.", None


ANSWERS: Final[Mapping[How, Callable[[Test, Facts], Answer]]] = {
    How.RECORDED: _recorded,
    How.DAY_PASSED: _day_passed,
    How.TOLD_THAT_DAY: _recorded,
    How.SOCIAL_WORKER: _social_worker,
    How.ADVISED: _recorded,
    How.JOINT_EFFORTS: _joint_efforts,
    How.SCHOOL_EFFORTS: _school_efforts,
    How.NOT_FOUND_OR_AGREED: _not_found_or_agreed,
    How.UNBROKEN_DAYS: _unbroken_days,
    How.DAYS_AFTER_LEAVE: _days_after_leave,
    How.NOT_A_BOARDER: _not_a_boarder,
    How.A_BOARDER: _a_boarder,
    How.DIED: _died,
    How.OVER_AGE_WHEN_NEXT_OPEN: _over_age,
}
