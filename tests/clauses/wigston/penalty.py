"""The window in which Wigston counts, and the law's."""

import datetime as dt

from tests.calendars import school_days
from tests.clauses import proves
from tests.clauses.law import beaten
from tests.clauses.law_of_penalties import is_considered

# From Monday 15 September to Friday 28 November 2025, with a week's holiday: ten weeks that met.
HOLIDAY = set(school_days(5, start=dt.date(2025, 10, 27)))
MET = [day for day in school_days(55, start=dt.date(2025, 9, 15)) if day not in HOLIDAY]


@proves("WAT-7.08")
def test_ten_school_weeks_pass_over_a_week_without_a_session(page_says) -> None:
    beaten("WAT-7.08")
    first_and_last = [MET[0], MET[1], *MET[-3:]]

    assert (MET[-1] - MET[0]).days > 70
    assert is_considered("wigston", "O" * 10, days=first_and_last, held=MET)
    page_says("WAT-7.08")


@proves("WAT-7.08")
def test_weeks_begin_on_monday_and_do_not_roll_by_the_day() -> None:
    # Given absence on a Friday and, within seventy days of it, from a Monday to a Thursday: eleven weeks are touched
    held = school_days(55, start=dt.date(2025, 9, 8))
    friday, later = held[4], school_days(4, start=dt.date(2025, 11, 17))

    assert (later[-1] - friday).days < 70
    assert not is_considered("wigston", "O" * 10, days=[friday, *later], held=held)
