"""The sessions, or the lessons, that make a trigger's figure."""

from attendance_mat.policy.triggers import Count, Line, Unit
from escalation.rules.arithmetic import Figure
from escalation.rules.counts import PupilFacts
from escalation.rules.windows import ONE_DAY
from registers.rules.calendar import SessionMark
from registers.rules.lessons import LessonMissed


def sessions_of(line: Line, pupil: PupilFacts, figure: Figure) -> tuple[SessionMark, ...]:
    """Return the sessions that make a figure: for attendance those missed, for whole days those of such days."""
    is_of_none = line.unit is Unit.LESSONS or (line.window is None and not figure.value)
    if figure.first is None or figure.last is None or is_of_none:
        return ()
    tally, calendar = pupil.tally, pupil.calendar
    count = Count.MISSED if line.count is Count.ATTENDED else line.count
    marks = tally.marks(count, calendar.until(figure.first - ONE_DAY), calendar.until(figure.last))
    if line.unit is not Unit.WHOLE_DAYS:
        return marks
    whole = tally.whole_days(line.count)
    return tuple(mark for mark in marks if whole[calendar.until(mark.date)] > whole[calendar.until(mark.date) - 1])


def lessons_of(line: Line, pupil: PupilFacts, figure: Figure) -> tuple[LessonMissed, ...]:
    """Return the lessons that make a figure of lessons; none of any other."""
    if line.unit is not Unit.LESSONS or figure.first is None or figure.last is None:
        return ()
    calendar = pupil.calendar
    return pupil.tally.lessons_between(calendar.until(figure.first - ONE_DAY), calendar.until(figure.last))


def from_a_school_day(figure: Figure, pupil: PupilFacts) -> Figure:
    """Return a figure as told: its window begins with a day on which the school met."""
    if figure.first is None or figure.last is None:
        return figure
    held = pupil.calendar.days[pupil.calendar.until(figure.first - ONE_DAY) : pupil.calendar.until(figure.last)]
    return figure._replace(first=next(iter(held), figure.first))
