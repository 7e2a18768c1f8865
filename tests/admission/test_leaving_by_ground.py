"""What single grounds wait for: home education, exclusion, leave, age, special schools; and whom to look at."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.admission.actions.leaving_approved import approve_leaving
from attendance_mat.admission.models import AuthorityReturn, Leaving
from attendance_mat.admission.queries.leaving import look_at, reviews
from attendance_mat.admission.rules.leaving_tests import missing
from attendance_mat.trust.models import Phase, School
from registers.models import ExpectedMark, Professional, Pupil, RollPeriod
from tests.admission.leavings import enquire, make_absent, meet, propose
from tests.factories import make_group, make_mark, make_pupil, make_session, make_sessions
from tests.people import People

TODAY = dt.date(2026, 11, 23)
AT = dt.datetime(2026, 11, 23, 8, 50, tzinfo=dt.UTC)
INFANT, GROWN = dt.date(2022, 6, 1), dt.date(2009, 10, 1)


@pytest.fixture
def gone(people: People) -> Pupil:
    return make_absent(people.tess)


def ready(pupil: Pupil, people: People, ground: str = "i") -> Leaving:
    """Return a proposed removal with everything a person records for grounds h and i."""
    leaving = propose(pupil, ground, by=people.alma, at=AT)
    meet(leaving, "not_sick_or_kept_away", by=people.alma, at=AT)
    enquire(leaving, "school", "authority", by=people.alma, at=AT)
    return leaving


def is_off(pupil: Pupil) -> bool:
    return RollPeriod.objects.get(pupil=pupil).until_date is not None


def refused(leaving: Leaving, people: People, on: dt.date = TODAY) -> str:
    with pytest.raises(ValidationError) as why:
        approve_leaving(leaving, off_roll_on=on, by=people.ben, at=AT)
    assert not is_off(leaving.roll_period.pupil)
    return " ".join(why.value.messages)


@pytest.mark.parametrize(
    ("dob", "ground"), [(dt.date(2015, 10, 1), "n"), (dt.date(2015, 10, 1), "z"), (INFANT, "f"), (GROWN, "i")]
)
def test_a_ground_is_one_of_those_open_for_the_pupils_age(people: People, dob: dt.date, ground: str) -> None:
    with pytest.raises(ValidationError, match="Choose one of the grounds listed"):
        propose(make_pupil(dob=dob), ground, by=people.alma, at=AT)


def test_outside_compulsory_age_the_schools_own_efforts_are_enough(people: People) -> None:
    pupil = make_absent(people.tess, dob=INFANT)
    leaving = propose(pupil, "c", by=people.alma, at=AT)
    assert leaving.below_or_above_age
    meet(leaving, "not_sick_or_kept_away", by=people.alma, at=AT)
    enquire(leaving, "school", by=people.alma, at=AT)
    approve_leaving(leaving, off_roll_on=TODAY, by=people.ben, at=AT)
    assert is_off(pupil)


def test_home_education_waits_for_the_day_the_parent_named(people: People) -> None:
    pupil = make_pupil()
    Professional.objects.create(pupil=pupil, kind="social_worker", name="Ines Vale", from_date=dt.date(2026, 9, 1))
    leaving = propose(pupil, "f", by=people.alma, at=AT, destination="Home")
    told = ("written_notice", "no_order_names_this_school", "safeguarding_lead_told", "social_worker_told")
    meet(leaving, *told, by=people.alma, at=AT)
    meet(leaving, "last_day_named", by=people.alma, at=AT, on_date=dt.date(2026, 11, 27))
    assert "Attendance ends after 27 November 2026, which has not passed." in refused(leaving, people)
    later = dt.datetime(2026, 11, 28, 9, tzinfo=dt.UTC)
    approve_leaving(leaving, off_roll_on=later.date(), by=people.ben, at=later)
    assert is_off(pupil)


def test_a_permanent_exclusion_removes_nobody_until_it_is_effective(people: People) -> None:
    pupil = make_pupil()
    leaving = propose(pupil, "o", by=people.alma, at=AT)
    meet(leaving, "governors_have_finished", by=people.alma, at=AT)
    assert "The independent review was waived in writing" in refused(leaving, people)
    meet(leaving, "review_has_ended", by=people.alma, at=AT)
    approve_leaving(leaving, off_roll_on=TODAY, by=people.ben, at=AT)
    assert is_off(pupil)


def test_a_special_school_waits_for_the_placing_authority(gone: Pupil, people: People) -> None:
    School.objects.filter(pk=people.alder.pk).update(phase=Phase.SPECIAL)
    people.alder.phase = Phase.SPECIAL
    leaving = ready(gone, people)
    assert "The authority that placed the pupil at this special school consents" in refused(leaving, people)
    meet(leaving, "placing_authority_consents", by=people.alma, at=AT)
    approve_leaving(leaving, off_roll_on=TODAY, by=people.ben, at=AT)


def give_leave(pupil: Pupil, people: People, last: dt.date, **fields: object) -> None:
    granted = {"granted_by": people.ben.user, "granted_by_name": "Ben Okafor", "granted_by_role": "headteacher"}
    dates = {"from_date": last - dt.timedelta(days=4), "until_date": last + dt.timedelta(days=1)}
    given = {"code": "C", "origin": "leave request 1", "granted_at": AT, **granted, **dates, **fields}
    ExpectedMark.objects.create(pupil=pupil, **given)


def test_ground_h_counts_ten_school_days_after_leave(people: People) -> None:
    pupil = make_absent(people.tess, days=10, code="I", first=dt.date(2026, 11, 9))
    give_leave(pupil, people, dt.date(2026, 11, 6))
    leaving = ready(pupil, people, "h")
    approve_leaving(leaving, off_roll_on=TODAY, by=people.ben, at=AT)
    assert is_off(pupil)


@pytest.mark.parametrize(("code", "ended"), [("R", False), ("C", True)])
def test_what_is_not_leave_or_was_withdrawn_opens_no_ground_h(people: People, code: str, ended: bool) -> None:
    pupil = make_absent(people.tess, days=10, first=dt.date(2026, 11, 9))
    withdrawn = {"ended_at": AT, "ended_by": people.ben.user} if ended else {}
    give_leave(pupil, people, dt.date(2026, 11, 6), code=code, **withdrawn)
    assert "Leave that was refused opens no ground" in refused(ready(pupil, people, "h"), people)


def test_reviews_are_of_those_whose_days_are_reached_and_whom_nobody_follows(
    people: People, django_assert_num_queries
) -> None:
    reached = make_absent(people.tess, surname="Reached")
    make_absent(people.tess, surname="Nineteen", days=19, first=dt.date(2026, 10, 27))
    back = make_absent(people.tess, surname="Back")
    make_mark(back, make_session(TODAY), "/", by=people.tess)
    followed = make_absent(people.tess, surname="Followed")
    propose(followed, "i", by=people.alma, at=AT)
    infant = make_absent(people.tess, surname="Small", dob=INFANT)
    on_leave = make_absent(people.tess, surname="Leave", code="I", days=10, first=dt.date(2026, 11, 9))
    give_leave(on_leave, people, dt.date(2026, 11, 6))
    small_leave = make_absent(people.tess, surname="Infant", code="I", days=10, first=dt.date(2026, 11, 9), dob=INFANT)
    give_leave(small_leave, people, dt.date(2026, 11, 6))
    with django_assert_num_queries(6):
        found = reviews(Pupil.objects.all(), on=TODAY)
    assert [(each.pupil, each.ground) for each in found] == [(on_leave, "h"), (reached, "i"), (infant, "c")]
    assert {each.reached_on for each in found} == {dt.date(2026, 11, 20)}


def test_no_review_in_the_first_days_of_a_school(people: People) -> None:
    make_absent(people.tess, days=5)
    assert reviews(Pupil.objects.all(), on=TODAY) == []


@pytest.mark.parametrize(("year", "due"), [(6, None), (5, dt.date(2027, 7, 24))])
def test_the_most_senior_class_at_the_years_end_is_told_of_only_if_asked(
    people: People, year: int, due: dt.date | None
) -> None:
    make_pupil(year=6)
    make_sessions(dt.date(2027, 7, 19), 5)
    pupil = make_pupil(year=year, group=make_group("Oak"))
    at = dt.datetime(2027, 7, 24, 9, tzinfo=dt.UTC)
    leaving = propose(pupil, "a", by=people.alma, at=at)
    keys = [each.test.key for each in missing(look_at(leaving, on=at.date()).standings)]
    meet(leaving, *keys, by=people.alma, at=at)
    approve_leaving(leaving, off_roll_on=at.date(), by=people.ben, at=at)
    assert AuthorityReturn.objects.get().due_date == due
