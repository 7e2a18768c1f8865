"""Compulsory school age, which no policy sets, and who may authorise an absence."""

import datetime as dt

import pytest

from registers.models import Assignment, Mark
from registers.rules.age import compulsory_age_from, compulsory_age_until, is_compulsory_age
from tests.clauses import proves
from tests.clauses.deciding import a_note_authorises_nothing_until_it_is_accepted
from tests.clauses.law import TODAY
from tests.clauses.leading import the_one_step_without_an_owner_is_listed, three_of_twenty_five_have_yet_to_acknowledge
from tests.clauses.schools import Adopt, Browse
from tests.factories import make_group
from tests.people import People

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


@proves("HCC-2.1.01")
def test_a_step_that_nobody_owns_is_listed(
    adopt: Adopt, people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    school = adopt("hertfordshire")
    the_one_step_without_an_owner_is_listed(people, browse, school, monday_morning)


@proves("HCC-2.1.01")
def test_a_partner_among_the_senior_leaders_stands_with_what_they_answer_for(
    adopt: Adopt, people: People, browse: Browse
) -> None:
    adopt("hertfordshire")
    ben = browse("ben")
    assert "Nobody holds the post of attendance partner" in ben.get("/s/alder-primary/responsibilities/").text
    alma = people.user("alma")
    place = f"/s/alder-primary/people/{alma.pk}/roles/{alma.memberships.get().pk}/leads/"
    ben.post(place, {"senior_leader": "on", "attendance_duties": "Reads the figures each week."})
    page = ben.get("/s/alder-primary/responsibilities/").text
    assert "Nobody holds the post" not in page
    assert "Reads the figures each week." in page


@proves("HCC-2.2.01")
def test_of_25_staff_the_three_who_have_not_acknowledged_version_2_are_listed(
    adopt: Adopt, people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    adopt("hertfordshire")
    three_of_twenty_five_have_yet_to_acknowledge(people, browse, monday_morning)
