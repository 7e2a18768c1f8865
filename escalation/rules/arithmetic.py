"""A trigger's figure in words, with the sum: what was counted, of what, against which number, and what would change it.

Whole numbers decide; a percentage is worked out only to be shown.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from attendance_mat.policy.triggers import WHOLE, Count, Line, Sign, Span, Unit
from registers.rules.calendar import SessionMark
from registers.rules.measures import Measures

VERBS: Final = {
    Count.ATTENDED: ("Attended", ""),
    Count.MISSED: ("Missed", ""),
    Count.AUTHORISED: ("Missed", " (authorised)"),
    Count.UNAUTHORISED: ("Missed", " (unauthorised)"),
    Count.UNPLANNED: ("Missed", " (ill or unauthorised)"),
    Count.ILL: ("Missed", " (ill)"),
    Count.UNEXPLAINED: ("Missed", " (no reason yet)"),
    Count.LATE: ("Was late, before the register closed, for", ""),
    Count.LATE_AFTER_CLOSE: ("Was late, after the register closed, for", ""),
}
NOUNS: Final = {
    Unit.SESSIONS: ("session", "sessions"),
    Unit.WHOLE_DAYS: ("whole school day", "whole school days"),
    Unit.CONSECUTIVE_DAYS: ("whole school day in a row", "whole school days in a row"),
    Unit.SPELLS: ("spell of absence", "spells of absence"),
    Unit.LESSONS: ("lesson", "lessons"),
    Unit.POINTS_FALL: ("percentage point", "percentage points"),
}
SIGNS: Final = {
    Sign.BELOW: "fewer than {}",
    Sign.AT_OR_BELOW: "{} or fewer",
    Sign.MORE_THAN: "more than {}",
    Sign.OR_MORE: "{} or more",
}
OF_A_SHARE: Final = {
    Sign.BELOW: "below {}%",
    Sign.AT_OR_BELOW: "{}% or below",
    Sign.MORE_THAN: "more than {}%",
    Sign.OR_MORE: "{}% or more",
}
FALLING: Final = frozenset({Sign.BELOW, Sign.AT_OR_BELOW})  # holds for few, not for many
MOVING: Final = frozenset({Span.DAY, Span.WEEK, Span.SCHOOL_WEEKS, Span.DAYS, Span.HALF_TERM, Span.TERM,
    Span.TWO_TERMS})  # fmt: skip


class Figure(NamedTuple):
    """What was counted in a window, and whether it holds. The days are nothing where the window has not begun."""

    met: bool
    value: int = 0
    possible: int = 0
    first: dt.date | None = None
    last: dt.date | None = None
    value_before: int = 0  # for a fall: the same of the window before
    possible_before: int = 0


def stands(sign: Sign, left: int, right: int) -> bool:
    """Say whether a number stands to another as a sign says."""
    match sign:
        case Sign.BELOW:
            return left < right
        case Sign.AT_OR_BELOW:
            return left <= right
        case Sign.MORE_THAN:
            return left > right
        case Sign.OR_MORE:  # pragma: no branch - there is no fifth
            return left >= right


def limit(sign: Sign, percent: int, possible: int) -> int:
    """Return the most (for a share below) or the fewest (for one above) sessions of those possible that hold."""
    share = percent * possible
    match sign:
        case Sign.BELOW:
            return -(-share // WHOLE) - 1
        case Sign.AT_OR_BELOW:
            return share // WHOLE
        case Sign.MORE_THAN:
            return share // WHOLE + 1
        case Sign.OR_MORE:  # pragma: no branch - there is no fifth
            return -(-share // WHOLE)


def in_words(line: Line, figure: Figure, *, minimum: int, sessions: Sequence[SessionMark]) -> str:
    """Return a figure's sum as a sentence."""
    if figure.first is None or figure.last is None:
        return "The pupil has not entered the stage from which this is counted."
    verb, kind = VERBS[line.count]
    span = days_in_words(figure.first, figure.last)
    match line.unit:
        case Unit.PERCENT:
            return _share_in_words(line, figure, minimum, span)
        case Unit.POINTS_FALL:
            return _fall_in_words(line, figure, span)
        case Unit.SPELLS:
            said = f"{amount(figure.value, line.unit).capitalize()} {span}"
        case _:
            said = f"{verb} {amount(figure.value, line.unit)}{kind}{_by_code(sessions)} {span}"
    return f"{said}; the line is {line_in_words(line)}."


def line_in_words(line: Line) -> str:
    """Return the number and its sign, as "10 or more" or "below 96%"."""
    words = OF_A_SHARE if line.unit is Unit.PERCENT else SIGNS
    return words[line.sign].format(line.than)


def to_clear(line: Line, figure: Figure, *, minimum: int) -> str:
    """Return what would end a figure that holds, or bring about one that does not, in sessions where that can be."""
    if figure.first is None:
        return ""
    if line.unit is Unit.PERCENT:
        return _share_to_clear(line, figure, minimum)
    if line.unit is Unit.POINTS_FALL:
        return f"It clears {_when(line)}." if figure.met else ""
    return _number_to_clear(line, figure)


def amount(number: int, unit: Unit) -> str:
    """Return a number with what it counts."""
    return f"{number} {NOUNS[unit][number != 1]}"


def days_in_words(first: dt.date, last: dt.date) -> str:
    """Return a stretch of days in words."""
    return f"on {day_in_words(last)}" if first == last else f"from {day_in_words(first)} to {day_in_words(last)}"


def day_in_words(on: dt.date) -> str:
    """Return a day as people write it."""
    return f"{on.day} {on:%B %Y}"


def percent_in_words(part: int, whole: int) -> str:
    """Return a share to two places, half up, for showing only."""
    return f"{Measures(present=part, unauthorised=whole - part).attendance_percent()}%"


def _share_in_words(line: Line, figure: Figure, minimum: int, span: str) -> str:
    if not figure.possible:
        return f"No session was possible {span}, so there is no percentage."
    verb, kind = VERBS[line.count]
    said = f"{verb} {figure.value} of {figure.possible} possible sessions{kind} {span}"
    if figure.possible < minimum:
        return f"{said}; a percentage counts once {minimum} were possible."
    most = limit(line.sign, line.than, figure.possible)
    some = SIGNS[Sign.AT_OR_BELOW if line.sign in FALLING else Sign.OR_MORE].format(most)
    share = percent_in_words(figure.value, figure.possible)
    return f"{said} ({share}); {line_in_words(line)} is {some if most >= 0 else 'never so'}."


def _fall_in_words(line: Line, figure: Figure, span: str) -> str:
    if not figure.possible or not figure.possible_before:
        return "There is nothing to compare: no session was possible in one of the two stretches."
    verb, kind = VERBS[line.count]
    now, then = ((figure.value, figure.possible), (figure.value_before, figure.possible_before))
    return (
        f"{verb} {now[0]} of {now[1]} possible sessions{kind} {span} "
        f"({percent_in_words(*now)}), after {then[0]} of {then[1]} in the stretch before ({percent_in_words(*then)}); "
        f"the line is a fall of {line_in_words(line)} percentage points."
    )


def _share_to_clear(line: Line, figure: Figure, minimum: int) -> str:
    """Say how many more sessions, all counted or all not, would bring the share to the other side of the line."""
    short = max(0, minimum - figure.possible)
    if short:
        return f"{_sessions(short)} more must be possible before a percentage counts."
    grows = (line.sign in FALLING) is figure.met  # whether more of those counted would turn it
    more = _turns_after(line, figure, counted=grows)
    if more is None:
        return "No number of sessions would change this."
    is_attended = (line.count is Count.ATTENDED) is grows
    verb = "attended" if is_attended else "missed"
    if line.count not in {Count.ATTENDED, Count.MISSED}:
        verb = "counted" if grows else "not counted"
    return f"{_sessions(more)} more, all {verb}, would {'clear' if figure.met else 'meet'} it."


def _turns_after(line: Line, figure: Figure, *, counted: bool) -> int | None:
    """Return how many sessions more, all counted or all not, turn a share; None where none would."""
    by = WHOLE * counted - line.than  # what one more session adds to the difference
    apart = WHOLE * figure.value - line.than * figure.possible
    low, high = 0, abs(apart) + 1  # as far as any difference is made up
    if not by:
        return None
    while low < high:
        middle = (low + high) // 2
        if stands(line.sign, apart + middle * by, 0) is figure.met:
            low = middle + 1
        else:
            high = middle
    return low


def _number_to_clear(line: Line, figure: Figure) -> str:
    strict = line.sign in {Sign.BELOW, Sign.MORE_THAN}
    if line.sign in FALLING:
        more = line.than - figure.value + (not strict)
        return f"{amount(more, line.unit)} more would clear it." if figure.met else ""
    if not figure.met:
        return f"{amount(line.than - figure.value + strict, line.unit)} more would meet it."
    if line.unit is Unit.CONSECUTIVE_DAYS:
        return "It clears on the first school day that is not wholly missed so."
    fewer = figure.value - line.than + (not strict)
    return f"It clears once {amount(fewer, line.unit)} fewer {_is(fewer)} counted, {_when(line)}."


def _when(line: Line) -> str:
    """Say when what is counted changes of itself."""
    moves = line.window is None or line.window.span in MOVING
    return "as the days counted move on or a mark is amended" if moves else "which only an amended mark can do"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _sessions(number: int) -> str:
    return amount(number, Unit.SESSIONS)


def _by_code(sessions: Sequence[SessionMark]) -> str:
    """Return how many of each code, as " (G 4, O 6)"."""
    said = ", ".join(f"{code} {n}" for code, n in sorted(Counter(mark.code for mark in sessions).items()))
    return f" ({said})" if said else ""
