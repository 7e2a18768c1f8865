"""Compulsory school age, which no policy sets, and who may authorise an absence."""

import datetime as dt

import pytest

from registers.models import Assignment, Mark
from registers.rules.age import compulsory_age_from, compulsory_age_until, is_compulsory_age
from tests.clauses import proves
from tests.clauses.deciding import a_note_authorises_nothing_until_it_is_accepted
from tests.clauses.law import TODAY
from tests.factories import make_group

A_DAY = dt.timedelta(days=1)


@proves("HCC-10.03")
def test_it_begins_on_31_december_and_not_with_the_spring_term(page_says) -> None:
    born = dt.date(2020, 11, 12)

    assert compulsory_age_from(born) == dt.date(2025, 12, 31)
    assert is_compulsory_age(born, dt.date(2025, 12, 31))
    page_says("HCC-10.03")


@proves("HCC-10.03")
@pytest.mark.parametrize(
    ("born", "last_day"),
    [
        (dt.date(2010, 8, 31), dt.date(2026, 6, 26)),  # sixteen on the last day of August: the June before
        (dt.date(2010, 9, 1), dt.date(2027, 6, 25)),
    ],
)
def test_it_ends_in_the_june_of_that_school_year_and_not_the_one_after_the_birthday(
    born: dt.date, last_day: dt.date
) -> None:
    assert compulsory_age_until(born) - A_DAY == last_day


@proves("HCC-2.2.02")
def test_a_class_teacher_authorises_nothing(adopt, people, keyed) -> None:
    adopt("hertfordshire")
    here = {"group": make_group(), "weekdays": [TODAY.weekday()], "from_date": dt.date(2026, 9, 1)}
    Assignment.objects.create(user=people.tess.user, **here)

    outcome, why = keyed("M", by="tess")
    assert outcome == "refused"
    assert why
    assert not Mark.objects.exists()
    assert keyed("N", by="tess")[0] == "saved"


@proves("HCC-2.2.02")
def test_the_head_authorises(adopt, keyed) -> None:
    adopt("hertfordshire")

    assert keyed("M", by="ben")[0] == "saved"


@proves("HCC-A.06")
def test_a_note_leaves_the_session_unauthorised_until_the_head_accepts_it(adopt, people, browse) -> None:
    adopt("hertfordshire")
    a_note_authorises_nothing_until_it_is_accepted(people, browse)
