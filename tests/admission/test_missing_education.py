"""A child who may be missing education: found, told of, followed step by step, untraced, closed."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.admission.actions import missing as actions
from attendance_mat.admission.models import MissingEducation
from attendance_mat.admission.queries.missing import leavers_with_nowhere_known
from attendance_mat.admission.rules import missing as rules
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.trust.models import Enrolment, School
from registers.models import FamilyTie, Pupil
from tests.factories import make_pupil
from tests.people import People

TODAY = dt.date(2026, 11, 23)
A_DAY = dt.timedelta(days=1)
AT = dt.datetime(2026, 11, 23, 8, 50, tzinfo=dt.UTC)
LEFT = dt.date(2026, 11, 9)


@pytest.fixture
def case(people: People) -> MissingEducation:
    return actions.open_missing(make_pupil(), identified_on=TODAY - A_DAY, by=people.alma, at=AT)


def test_a_case_is_opened_once_with_its_checklist(case: MissingEducation, people: People) -> None:
    assert actions.open_missing(case.pupil, identified_on=TODAY, by=people.alma, at=AT) == case
    assert len(rules.waiting(case.steps)) == 6
    assert (case.opened_by_name, case.reported_on) == ("Alma Reyes", None)
    assert AuditEvent.objects.filter(kind=Event.MISSING_OPENED).count() == 1


def test_a_case_is_not_found_tomorrow_nor_of_a_child_who_died_nor_of_ones_family(people: People) -> None:
    pupil = make_pupil()
    with pytest.raises(ValidationError, match="cannot be after today"):
        actions.open_missing(pupil, identified_on=TODAY + A_DAY, by=people.alma, at=AT)
    Pupil.objects.filter(pk=pupil.pk).update(died_on=TODAY)
    with pytest.raises(ValidationError, match="the pupil has died"):
        actions.open_missing(pupil, identified_on=TODAY, by=people.alma, at=AT)
    FamilyTie.objects.create(user=people.alma.user, pupil=pupil)
    with pytest.raises(ValidationError, match="You are family"):
        actions.open_missing(pupil, identified_on=TODAY, by=people.alma, at=AT)


def test_who_was_told_and_when_stands_on_the_case(case: MissingEducation, people: People) -> None:
    assert rules.reported_in_words(case.reported_on) == "Not reported"
    case = actions.record_told(case, reported_on=TODAY, family_told_on=TODAY, by=people.alma, at=AT)
    assert rules.reported_in_words(case.reported_on) == "Reported on 23 November 2026"
    case = actions.record_told(case, reported_on=TODAY, family_told_on=None, by=people.alma, at=AT)
    assert case.family_told_on is None


@pytest.mark.parametrize(
    ("day", "why"), [(TODAY + A_DAY, "after today"), (TODAY - 2 * A_DAY, "before the day the child")]
)
def test_nobody_is_told_tomorrow_or_before_it_was_known(
    case: MissingEducation, people: People, day: dt.date, why: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        actions.record_told(case, reported_on=day, family_told_on=day, by=people.alma, at=AT)
    assert all(why in refused.value.message_dict[field][0] for field in ("reported_on", "family_told_on"))


def test_a_step_is_taken_once_by_name(case: MissingEducation, people: People) -> None:
    for _ in range(2):
        case = actions.take_step(case, number=1, by=people.alma, at=AT)
    assert (case.steps[1]["done_on"], case.steps[1]["by"]) == ("2026-11-23", "Alma Reyes")
    assert AuditEvent.objects.filter(kind=Event.MISSING_STEP_DONE).count() == 1
    for number in (-1, 6):
        with pytest.raises(ValidationError, match="not in this case's list"):
            actions.take_step(case, number=number, by=people.alma, at=AT)


def test_an_untraced_child_is_the_safeguarding_leads(case: MissingEducation, people: People) -> None:
    for _ in range(2):
        case = actions.say_untraced(case, by=people.alma, at=AT)
    assert case.untraced_at == AT
    assert [rules.is_the_leads(step) for step in case.steps] == [False] * 6 + [True]
    with pytest.raises(ValidationError, match="This step is the safeguarding lead's"):
        actions.take_step(case, number=6, by=people.alma, at=AT)
    with pytest.raises(ValidationError, match="the safeguarding lead's step comes first"):
        actions.close_missing(case, because="Given up.", by=people.alma, at=AT)
    case = actions.take_step(case, number=6, by=people.member("sadie"), at=AT)
    assert case.steps[6]["by"] == "Sadie Blum"
    actions.close_missing(case, because="With the police.", by=people.alma, at=AT)


def test_a_closed_case_stands_as_it_was_closed(case: MissingEducation, people: People) -> None:
    for because in ("At a new school.", "Something else."):
        case = actions.close_missing(case, because=because, by=people.alma, at=AT)
    assert (case.closed_because, case.closed_by) == ("At a new school.", people.alma.user)
    with pytest.raises(ValidationError, match="This case is closed"):
        actions.say_untraced(case, by=people.alma, at=AT)
    assert actions.open_missing(case.pupil, identified_on=TODAY, by=people.alma, at=AT) != case


def test_leavers_with_nowhere_known_are_listed(people: People, birch: School, django_assert_num_queries) -> None:
    nowhere = make_pupil(until_date=LEFT, upn="")
    make_pupil()  # on the roll
    make_pupil(until_date=TODAY + A_DAY)  # not off it yet
    make_pupil(until_date=LEFT, next_school="Fernside School")
    make_pupil(until_date=LEFT, died_on=LEFT)
    make_pupil(until_date=LEFT, dob=dt.date(2022, 6, 1))
    make_pupil(until_date=dt.date(2023, 11, 9), from_date=dt.date(2022, 9, 1))
    in_the_trust = make_pupil(until_date=LEFT)
    Enrolment.objects.create(school=birch, pupil_id=1, upn=in_the_trust.upn, from_date=LEFT)
    followed = make_pupil(until_date=LEFT)
    actions.open_missing(followed, identified_on=TODAY, by=people.alma, at=AT)
    with django_assert_num_queries(2):
        found = leavers_with_nowhere_known(Pupil.objects.all(), on=TODAY)
    assert found == [nowhere]
