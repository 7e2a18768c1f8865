"""When a pupil who was in school is looked for, and when the search is over."""

from typing import Final

from registers.rules.lessons import IN_SCHOOL, LessonCode

NO_REASON: Final = frozenset({"", "N"})  # codes of a session whose absence nobody has explained


def is_looked_for(lesson_code: str, *, on_site: bool, elsewhere: bool) -> bool:
    """Say whether a lesson's mark raises an alert.

    The pupil is missing from the lesson, the registers have them on the premises, and nobody said they are somewhere
    else there. Sources: WAT-3.05, JTM-8.10.
    """
    return lesson_code == LessonCode.ABSENT and on_site and not elsewhere


def left_at_midday(morning: str, afternoon: str) -> bool:
    """Say whether a pupil came in the morning and is absent in the afternoon with no cause given. Source: AET-10.01."""
    return morning in IN_SCHOOL and afternoon in NO_REASON


def is_seen(lesson_code: str) -> bool:
    """Say whether a lesson's mark says that the pupil is in school."""
    return lesson_code in {LessonCode.PRESENT, LessonCode.LATE, LessonCode.ELSEWHERE}
