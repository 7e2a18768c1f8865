"""When the authority must have been told of a name entered or deleted, and how that is said."""

import datetime as dt
from typing import Final

from attendance_mat.admission.rules.leaving_runs import in_words

DAYS_TO_TELL: Final = 5  # calendar days after the day the name was entered: PR24 reg 13(1)-(3); R20
ONLY_IF_ASKED: Final = "Only if the authority asks"


def joining_due(
    *, starting_day: dt.date, entered_on: dt.date, most_junior_class: bool, first_of_year: dt.date | None
) -> dt.date | None:
    """Return the last day for the new pupil return; nothing where it is due only if the authority asks.

    A name entered ahead of its starting day goes on the roll on that day. Exempt is a pupil placed in the most junior
    class whose starting day is the first day of the school year. Source: PR24 reg 13(1)-(3); statute.md R20.
    """
    if most_junior_class and starting_day == first_of_year:
        return None
    return max(starting_day, entered_on) + dt.timedelta(days=DAYS_TO_TELL)


def deletion_due(*, off_roll_on: dt.date, most_senior_class: bool, year_is_over: bool) -> dt.date | None:
    """Return the last day for the deletion return: that of the deletion; nothing where it is due only if asked.

    Exempt is a pupil of the most senior class deleted at or after the end of the school's final term of the year.
    Source: PR24 reg 13(4)-(6) and guidance on its day; statute.md R21.
    """
    return None if most_senior_class and year_is_over else off_roll_on


def how_due(due: dt.date | None, *, today: dt.date) -> str:
    """Return when a return not yet sent is due, in words: "Due today", "3 days overdue, since 4 November 2026"."""
    if due is None:
        return ONLY_IF_ASKED
    late = (today - due).days
    if late > 0:
        return f"{_days(late)} overdue, since {in_words(due)}"
    return "Due today" if late == 0 else f"Due in {_days(-late)}, on {in_words(due)}"


def overdue_in_words(count: int, since: dt.date) -> str:
    """Return what the school is told of returns that are overdue, the first of them since a day."""
    are = "1 return to the authority is" if count == 1 else f"{count} returns to the authority are"
    first, them = ("", "it") if count == 1 else ("the first ", "them")
    return f"{are} overdue, {first}since {in_words(since)}. Send {them} under Roll."


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"
