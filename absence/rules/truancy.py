"""When a pupil who was in school is looked for, which search it belongs to, and when the search is over."""

import datetime as dt
from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Final, NamedTuple

from registers.rules.calendar import Half
from registers.rules.lessons import IN_SCHOOL, LessonCode

NO_REASON: Final = frozenset({"", "N"})  # codes of a session whose absence nobody has explained
CAME_LATE: Final = frozenset({"L", "U"})


class Answer(StrEnum):
    """What became of one thing that a pupil was looked for."""

    FOUND = "found"
    LATE = "late"
    EXPLAINED = "explained"
    WITHDRAWN = "withdrawn"


NOT_SEEN: Final = frozenset({"home contacted", Answer.EXPLAINED.value})  # endings by which nobody saw the pupil


def is_looked_for(lesson_code: str, *, on_site: bool, elsewhere: bool) -> bool:
    """Say whether a lesson's mark raises an alert.

    The pupil is missing from the lesson, the registers have them on the premises, and nobody said they are somewhere
    else there. Sources: WAT-3.05, JTM-8.10.
    """
    return lesson_code == LessonCode.ABSENT and on_site and not elsewhere


class Came(NamedTuple):
    """Since when something has a pupil in school; `in_time` where a register has them there as its session began."""

    at: dt.datetime
    in_time: bool = False


def came_at(
    code: str, *, arrived_at: dt.datetime | None, made_at: dt.datetime, session_starts: dt.datetime
) -> Came | None:
    """Return since when a statutory mark has the pupil in school, or None where it does not.

    From the beginning of the session where they were present, since they arrived where they came late, and since it was
    said where a late mark says no time.
    """
    if code not in IN_SCHOOL:
        return None
    if code in CAME_LATE:
        return Came(arrived_at or made_at)
    return Came(session_starts, in_time=True)


def is_missed_after_coming(
    starts_at: dt.datetime, ends_at: dt.datetime, *, came: Iterable[Came], seen: Iterable[dt.datetime]
) -> bool:
    """Say whether a lesson that had a pupil absent before they were known to be in school counts as missed after all.

    It does where it begins when they came or later, or was on as the session began for which they were in time. A
    lesson under way when a late pupil arrives was missed by arriving late. None counts where they were seen since, in a
    later lesson or register. Sources: WAT-3.05, JTM-8.10.
    """
    was_there = any(starts_at >= each.at or (each.in_time and ends_at > each.at) for each in came)
    return was_there and not any(moment > starts_at for moment in seen)


def due_back(
    until_at: dt.datetime | None, *, said_at: dt.datetime, starts_at: dt.datetime, ends_at: dt.datetime,
    minutes: int | None,
) -> dt.datetime:  # fmt: skip
    """Return when a pupil elsewhere on site should be back: when that was said, else so many minutes after it was said
    that they are there, and at the latest when the lesson ends. What is said before the lesson counts from its start.
    """
    if until_at or minutes is None:
        return until_at or ends_at
    return min(max(said_at, starts_at) + dt.timedelta(minutes=minutes), ends_at)


def left_at_midday(morning: str, afternoon: str) -> bool:
    """Say whether a pupil came in the morning and is absent in the afternoon with no cause given. Source: AET-10.01."""
    return morning in IN_SCHOOL and afternoon in NO_REASON


def is_seen(lesson_code: str) -> bool:
    """Say whether a lesson's mark says that the pupil is in school."""
    return lesson_code in {LessonCode.PRESENT, LessonCode.LATE, LessonCode.ELSEWHERE}


def seen_at(half: Half, code: str, *, arrived_at: dt.datetime | None, made_at: dt.datetime) -> dt.datetime | None:
    """Return when a statutory mark saw the pupil, as far as it tells: on arriving late, or in the afternoon's register.

    The morning's, without an arrival, tells of the start of the day, however late it is made.
    """
    if code not in IN_SCHOOL:
        return None
    return arrived_at or (made_at if half == Half.PM else None)


def answered_by_lesson(lesson_code: str, *, is_own: bool, is_later: bool, is_same_news: bool) -> Answer | None:
    """Return what a lesson's mark says of something a pupil is looked for, or None where it leaves it open.

    `is_own` is a mark of the very lesson that was missed; `is_later`, one of no earlier lesson; `is_same_news`, that
    they are elsewhere still, of whom that was said.
    """
    if is_own:
        return Answer.LATE if lesson_code == LessonCode.LATE else Answer.WITHDRAWN
    return Answer.FOUND if is_seen(lesson_code) and is_later and not is_same_news else None


def ending_of(answers: Collection[str]) -> Answer:
    """Return how a search is over once everything it was for is answered: a pupil seen is found, whatever else."""
    order = (Answer.FOUND, Answer.LATE, Answer.EXPLAINED)
    return next((each for each in order if each in answers), Answer.WITHDRAWN)


def goes_on(ending: str, *, ended_at: dt.datetime | None, last_seen_at: dt.datetime | None) -> bool:
    """Say whether what is found now belongs to a search of that day: it is open, or it ended with nobody seeing the
    pupil and nobody has since. A new one begins only after the child was found."""
    if ended_at is None:
        return True
    return ending in NOT_SEEN and (last_seen_at is None or last_seen_at <= ended_at)
