"""A pupil's term so far, as letters quote it."""

import datetime as dt

from attendance_mat.policy.adopted import national
from attendance_mat.trust.models import School
from escalation.queries.terms import term_so_far
from tests.escalation.terms import hold, spell_out, take_registers, weekdays
from tests.factories import make_pupil
from tests.people import People

AUTUMN = weekdays(dt.date(2025, 12, 8), 10)  # two weeks, then Christmas
SPRING = weekdays(dt.date(2026, 1, 5), 5)


def test_sessions_missed_are_counted_from_the_first_day_of_the_term(
    people: People, alder: School, django_assert_num_queries
) -> None:
    # Given three sessions missed before Christmas and two after it
    pupil, quiet = make_pupil(from_date=AUTUMN[0]), make_pupil(from_date=AUTUMN[0])
    hold([*AUTUMN, *SPRING])
    said = spell_out(AUTUMN, "III" + 17 * ".") | spell_out(SPRING, "OI" + 8 * ".")
    take_registers({pupil: said}, by=people.tess)

    # When the term is read on its last day, and a week into the next
    with django_assert_num_queries(2):
        before = term_so_far(pupil.pk, policy=national(), on=AUTUMN[-1])
    after = term_so_far(pupil.pk, policy=national(), on=SPRING[-1])

    # Then each counts its own
    assert before == {"from": "2025-12-08", "to": "2025-12-19", "missed": 3}
    assert after == {"from": "2026-01-05", "to": "2026-01-09", "missed": 2}
    assert term_so_far(quiet.pk, policy=national(), on=SPRING[-1]) == {**after, "missed": 0}


def test_before_the_years_first_day_there_is_no_term(people: People, alder: School) -> None:
    assert term_so_far(make_pupil().pk, policy=national(), on=dt.date(2025, 9, 1)) is None
