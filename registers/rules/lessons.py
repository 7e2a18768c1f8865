"""A lesson's marks and its place in the day: four codes of its own, apart from the statutory ones."""

import datetime as dt
from enum import StrEnum
from typing import Final, NamedTuple


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
CODES: Final = tuple(code.value for code in LessonCode)


class LessonMissed(NamedTuple):
    """A lesson from which a pupil was absent, by its day, its period and what was taught."""

    date: dt.date
    period: str
    subject: str
