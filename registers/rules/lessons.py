"""A lesson's marks and its place in the day: four codes of its own, apart from the statutory ones."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

from registers.rules.calendar import Half
from registers.rules.codes import present_code


class LessonCode(StrEnum):
    """What a lesson register says of a pupil. JTM-8.09: who is absent from a lesson is N."""

    PRESENT = "/"
    ABSENT = "N"
    LATE = "L"
    ELSEWHERE = "ES"  # elsewhere on site: with the nurse, at music, in isolation, in an exam


WORDS: Final = {
    LessonCode.PRESENT: "Present",
    LessonCode.ABSENT: "Absent",
    LessonCode.LATE: "Late",
    LessonCode.ELSEWHERE: "Elsewhere on site",
}
IN_SCHOOL: Final = ("/", "\\", "L", "U")  # statutory codes of a pupil who came in that session
CODES: Final = tuple(code.value for code in LessonCode)


class LessonMissed(NamedTuple):
    """A lesson from which a pupil was absent, by its day, its period and what was taught."""

    date: dt.date
    period: str
    subject: str


class LessonState(StrEnum):
    """How far a lesson's register is."""

    LATER = "later"  # its lesson has not begun
    NOT_TAKEN = "not taken"
    IN_PROGRESS = "in progress"
    FINISHED = "finished"
    MISSING = "missing"  # the lesson is over and its register is not finished
    CANCELLED = "cancelled"


def state_of(
    *, starts_at: dt.datetime, ends_at: dt.datetime, at: dt.datetime, is_taken: bool, is_finished: bool,
    is_cancelled: bool = False,
) -> LessonState:  # fmt: skip
    """Return how far a lesson's register is at a moment. Sources: WAT-3.04, JTM-8.08: every lesson has one."""
    if is_cancelled:
        return LessonState.CANCELLED
    if is_finished:
        return LessonState.FINISHED
    if at < starts_at:
        return LessonState.LATER
    if at > ends_at:
        return LessonState.MISSING
    return LessonState.IN_PROGRESS if is_taken else LessonState.NOT_TAKEN


def supplied_half(period: str, *, morning: str | None, afternoon: str | None) -> Half | None:
    """Return the session whose statutory marks the lessons of a period supply, or None where they supply none.

    `morning` and `afternoon` are the periods that the policy names. Sources: JTM-8.06, JTM-8.07.
    """
    named = {_plain(morning): Half.AM, _plain(afternoon): Half.PM}
    return named.get(_plain(period)) if _plain(period) else None


def _plain(period: str | None) -> str:
    """Return a period's name as people mean it: "1", "P1" and "Period 1" are one."""
    words = (period or "").casefold().split()
    words = words[1:] if words[:1] == ["period"] else words
    name = "".join(words)
    return name[1:] if name[:1] == "p" and name[1:].isdecimal() else name


def supplied_codes(code: str, half: Half) -> frozenset[str]:
    """Return the statutory codes that agree with a lesson's: who is elsewhere on site is present (R5)."""
    return {
        LessonCode.PRESENT.value: frozenset({present_code(half)}),
        LessonCode.ELSEWHERE.value: frozenset({present_code(half)}),
        LessonCode.LATE.value: frozenset({"L", "U"}),
        LessonCode.ABSENT.value: frozenset({"N"}),
    }.get(code, frozenset({""}))


def is_contradicted(code: str, registered: str) -> bool:
    """Say whether a lesson and a statutory mark disagree on whether a child is here; a missing one says neither."""
    return bool(code and registered) and (code == LessonCode.ABSENT) is (registered in {"/", "\\", "L", "U"})


def carried_over(code: str, *, until_at: dt.datetime | None, starts_at: dt.datetime) -> str:
    """Return what the first lesson of a double proposes for the second; "" where it proposes nothing.

    Who came late to the first is there for the second; who was due back from elsewhere by now is looked for.
    """
    if code == LessonCode.LATE:
        return LessonCode.PRESENT
    if code == LessonCode.ELSEWHERE and (until_at is None or until_at <= starts_at):
        return ""
    return code


def said_in_words(code: str, *, minutes_late: int | None, place: str) -> str:
    """Return what a lesson's mark says: "Late, 8 minutes", "Elsewhere on site: Music"; "No mark" of a cleared one."""
    if not code:
        return "No mark"
    detail = f", {minutes_late} minutes" if minutes_late is not None else ""
    return f"{WORDS[LessonCode(code)]}{detail}{f': {place}' if place else ''}"


def tally_words(marked: Iterable[str]) -> str:
    """Return a finished register's counts in words, "27 present, 1 late, 1 elsewhere on site, 1 not expected"."""
    counts = Counter(marked)
    counted = [(counts[code], words.lower()) for code, words in WORDS.items()] + [(counts[""], "not expected")]
    return ", ".join(f"{count} {words}" for count, words in counted if count)


def nonsense(  # noqa: PLR0911 - each way a mark can be wrong is one sentence for the teacher
    code: str, *, minutes_late: int | None, place: str, until_at: dt.datetime | None,
    starts_at: dt.datetime, ends_at: dt.datetime, is_away: bool,
) -> str:  # fmt: skip
    """Say what is wrong with a lesson mark as entered, in a sentence for whoever entered it; "" where nothing is.

    Minutes late are asked for: JTM-8.11. Who is not expected is not absent: decision 6.
    """
    if code and code not in CODES:
        return "Choose present, absent, late or elsewhere on site."
    if code == LessonCode.ABSENT and is_away:
        return "This child is not expected: leave the mark empty, or say that they are here."
    if code == LessonCode.LATE and minutes_late is None:
        return "Say how many minutes late."
    if code == LessonCode.LATE and not 0 < (minutes_late or 0) <= (ends_at - starts_at) // dt.timedelta(minutes=1):
        return "The minutes late are more than none and no more than the lesson has."
    if code == LessonCode.ELSEWHERE and not place.strip():
        return "Say where the child is."
    if code == LessonCode.ELSEWHERE and until_at and until_at <= starts_at:
        return "The child is expected back before the lesson began: enter a later time."
    return ""
