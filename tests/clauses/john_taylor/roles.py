"""Compulsory school age, which no policy sets."""

import datetime as dt

import pytest

from attendance_mat.policy.schema import PenaltyNoticeThreshold
from escalation.rules.thresholds import most_in_any_window
from registers.rules.age import compulsory_age_from, compulsory_age_until
from tests.calendars import marked, school_days
from tests.clauses import proves
from tests.clauses.law import policy_of
from tests.clauses.nights import in_words, letters, reached
from tests.escalation.pupils import pupil

SUMMER = school_days(20, start=dt.date(2026, 6, 8))  # to 3 July, across the last Friday in June


@proves("JTM-4.07")
@pytest.mark.parametrize(
    ("born", "first_day"),
    [
        (dt.date(2020, 9, 1), dt.date(2025, 12, 31)),
        (dt.date(2021, 1, 1), dt.date(2026, 3, 31)),
        (dt.date(2021, 4, 1), dt.date(2026, 8, 31)),
    ],
)
def test_it_begins_on_the_prescribed_day(page_says, born: dt.date, first_day: dt.date) -> None:
    assert compulsory_age_from(born) == first_day
    page_says("JTM-4.07")


@proves("JTM-4.07")
def test_it_bounds_the_legal_steps() -> None:
    # Given a pupil who turns sixteen in August, absent for the five days before the last Friday in June and after
    born, terms = dt.date(2010, 8, 20), policy_of("john_taylor").cited(PenaltyNoticeThreshold, on=SUMMER[-1])
    assert compulsory_age_until(born) == dt.date(2026, 6, 27)

    def counted(days: list[dt.date]) -> int:
        record = pupil(marked(days, "O"), days=SUMMER, dob=born)
        return most_in_any_window(record, terms=terms, as_of=SUMMER[-1]).value

    # Then only those up to that Friday count
    assert counted(SUMMER[10:15]) == 10
    assert counted(SUMMER[15:]) == 0


@proves("JTM-1.01")
def test_a_pupil_of_year_12_is_watched_and_no_penalty_step_is_taken(nights) -> None:
    # Given a pupil of year 12 and one of year 11, each with fourteen unauthorised sessions in ten school weeks
    school, last = nights("john_taylor"), dt.date(2025, 11, 14)
    missed = "." * 66 + "O" * 14 + "." * 20
    older = school.pupil(missed, last=last, year=12, dob=dt.date(2009, 1, 10))
    younger = school.pupil(missed, last=last, year=11, dob=dt.date(2009, 11, 1))
    # When the night passes
    school.pass_night(last)
    # Then the penalty line is crossed by the younger one alone, and nothing is drafted about the older
    assert "ten_in_ten_weeks" in reached(younger)
    assert "ten_in_ten_weeks" not in reached(older)
    assert not letters(older)
    # And the older one's attendance is watched as everybody's is
    page = in_words(school.browse("alma").get(f"/s/alder-primary/pupils/{older.pk}/").text)
    assert "14 of 100 sessions missed" in page
    status, said = school.put(older, "penalty_notice")
    assert status == 422, said
