"""Compulsory school age, which no policy sets, and who decides what an absence was."""

import datetime as dt

from registers.rules.age import compulsory_age_from, compulsory_age_until, is_compulsory_age
from tests.clauses import proves
from tests.clauses.deciding import a_note_authorises_nothing_until_it_is_accepted

A_DAY = dt.timedelta(days=1)


@proves("WAT-2.01")
def test_it_begins_on_the_prescribed_day_and_no_day_of_a_term(page_says) -> None:
    five_in_november = dt.date(2020, 11, 12)

    assert compulsory_age_from(five_in_november) == dt.date(2025, 12, 31)
    assert compulsory_age_from(dt.date(2021, 3, 31)) == dt.date(2026, 3, 31)
    assert compulsory_age_from(dt.date(2021, 8, 31)) == dt.date(2026, 8, 31)
    page_says("WAT-2.01")


@proves("WAT-2.01")
def test_it_ends_with_the_last_friday_in_june_of_the_year_of_turning_sixteen() -> None:
    born = dt.date(2010, 2, 10)

    assert compulsory_age_until(born) - A_DAY == dt.date(2026, 6, 26)
    assert is_compulsory_age(born, dt.date(2026, 6, 26))
    assert not is_compulsory_age(born, dt.date(2026, 6, 27))


@proves("WAT-4.06")
def test_a_note_from_home_leaves_a_session_unauthorised_until_it_is_accepted(adopt, people, browse) -> None:
    adopt("wigston")
    a_note_authorises_nothing_until_it_is_accepted(people, browse)
