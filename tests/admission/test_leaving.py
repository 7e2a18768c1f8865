"""A name comes off the roll only on a ground, with every test recorded and the head's certified approval."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.accounts.models import Delegation
from attendance_mat.accounts.permissions import Permission
from attendance_mat.admission.actions import leaving as actions
from attendance_mat.admission.actions.leaving_approved import approve_leaving
from attendance_mat.admission.models import AuthorityReturn, Leaving, LeavingTest
from attendance_mat.admission.queries.leaving import look_at
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.trust.models import Enrolment
from registers.actions.importing_enrolments import keep_enrolments_in_step
from registers.models import FamilyTie, GroupMember, Mark, Pupil, PupilYear, RollPeriod
from tests.admission.leavings import enquire, make_absent, meet, propose
from tests.factories import amend, make_mark, make_pupil, make_session
from tests.people import People

TODAY = dt.date(2026, 11, 23)
TOMORROW = TODAY + dt.timedelta(days=1)
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


def test_ground_i_is_approved_at_twenty_days_with_the_enquiries_recorded(gone: Pupil, people: People) -> None:
    keep_enrolments_in_step(people.alder, [gone.pk])
    before = Mark.objects.filter(pupil=gone).count()
    leaving = approve_leaving(ready(gone, people), off_roll_on=TODAY, by=people.ben, at=AT)
    # Then the time on the roll ends, with the year, the group and the trust's list
    for model in (RollPeriod, PupilYear, GroupMember):
        assert model.objects.get(pupil=gone).until_date == TODAY
    assert Enrolment.objects.get(pupil_id=gone.pk).until_date == TODAY
    # and every mark stays, the head's words stand, and the authority's return is due that day
    assert Mark.objects.filter(pupil=gone).count() == before == 42
    assert (leaving.state, leaving.approved_by_name, leaving.approved_by_role) == (
        "approved",
        "Ben Okafor",
        "headteacher",
    )
    assert leaving.certified.startswith("I certify that the ground in reg 9(1)(i)")
    made = AuthorityReturn.objects.get()
    assert (made.kind, made.due_date) == ("deletion", TODAY)
    event = AuditEvent.objects.get(kind=Event.REMOVAL_APPROVED)
    assert event.detail == {"pupil": gone.pk, "ground": "i", "off_roll_on": "2026-11-23"}


def test_ground_i_is_refused_at_nineteen_days(people: People) -> None:
    pupil = make_absent(people.tess, days=19, first=dt.date(2026, 10, 27))
    assert "Not met: The pupil has been absent for twenty school days on end" in refused(ready(pupil, people), people)
    assert "19 of 20 school days" in refused(Leaving.objects.get(), people)


@pytest.mark.parametrize("code", ["I", "U"])
def test_ground_i_is_refused_when_one_session_is_another_code(
    gone: Pupil, people: People, code: str, monday_morning: dt.datetime
) -> None:
    mark = Mark.objects.get(pupil=gone, session__date=dt.date(2026, 11, 4), session__half="pm")
    amend(mark, code, by=people.alma, at=monday_morning)
    why = refused(ready(gone, people), people)
    assert "12 of 20 school days" in why
    assert f"{code} on 4 November 2026 is the latest session that breaks it." in why


def test_a_removal_is_refused_with_everything_that_is_missing(gone: Pupil, people: People) -> None:
    leaving = propose(gone, "i", by=people.alma, at=AT)
    why = refused(leaving, people)
    for words in ("sickness or an unavoidable cause", "No enquiry with an answer is recorded by the school and the "
        "authority", "was not found"):  # fmt: skip
        assert words in why
    assert "twenty school days on end" not in why


def test_enquiries_of_before_the_pupil_went_missing_do_not_count(gone: Pupil, people: People) -> None:
    leaving = propose(gone, "i", by=people.alma, at=AT)
    meet(leaving, "not_sick_or_kept_away", by=people.alma, at=AT)
    enquire(leaving, "joint", by=people.alma, at=AT - dt.timedelta(days=60))
    assert "No enquiry" in refused(leaving, people)


@pytest.mark.parametrize(
    ("on", "why"),
    [
        (TODAY - dt.timedelta(days=1), "in the past"),
        (dt.date(2026, 11, 20), "in the past"),
        (dt.date(2026, 12, 24), "the name comes off now"),
    ],
)
def test_a_removal_is_neither_back_dated_nor_put_off(gone: Pupil, people: People, on: dt.date, why: str) -> None:
    make_session(TOMORROW)
    assert why in refused(ready(gone, people), people, on)


def test_a_name_stays_on_while_a_mark_of_that_day_stands(gone: Pupil, people: People) -> None:
    make_mark(gone, make_session(TODAY), "O", by=people.tess)
    make_session(TODAY, "pm")
    assert "There is a mark on 23 November 2026" in refused(ready(gone, people), people)
    make_session(TOMORROW)
    approve_leaving(Leaving.objects.get(), off_roll_on=TOMORROW, by=people.ben, at=AT)
    assert RollPeriod.objects.get(pupil=gone).until_date == TOMORROW


def test_pressing_twice_approves_once_and_nothing_more_is_recorded_after(gone: Pupil, people: People) -> None:
    leaving = ready(gone, people)
    for _ in range(2):
        approve_leaving(leaving, off_roll_on=TODAY, by=people.ben, at=AT)
    assert AuditEvent.objects.filter(kind=Event.REMOVAL_APPROVED).count() == 1
    for press in (
        lambda: approve_leaving(leaving, off_roll_on=TOMORROW, by=people.ben, at=AT),
        lambda: meet(leaving, "not_sick_or_kept_away", by=people.alma, at=AT),
        lambda: actions.drop_leaving(leaving, because="No.", by=people.alma, at=AT),
    ):
        with pytest.raises(ValidationError, match="Ben Okafor approved this removal already"):
            press()


def test_a_dropped_removal_leaves_the_name_on_and_another_may_be_proposed(gone: Pupil, people: People) -> None:
    leaving = propose(gone, "i", by=people.alma, at=AT)
    for _ in range(2):
        actions.drop_leaving(leaving, because="The family rang.", by=people.alma, at=AT)
    assert AuditEvent.objects.filter(kind=Event.REMOVAL_DROPPED).count() == 1
    assert "This removal was dropped: The family rang." in refused(leaving, people)
    assert propose(gone, "i", by=people.alma, at=AT) != leaving


def test_one_removal_is_under_way_at_a_time(gone: Pupil, people: People) -> None:
    leaving = propose(gone, "i", by=people.alma, at=AT)
    assert propose(gone, "i", by=people.alma, at=AT) == leaving
    with pytest.raises(ValidationError, match="A removal on ground i is waiting for its tests and the head"):
        propose(gone, "g", by=people.alma, at=AT)


def test_a_pupil_not_on_the_roll_has_no_name_to_remove(people: People) -> None:
    with pytest.raises(ValidationError, match="not on the roll today"):
        propose(make_pupil(until_date=TODAY), "a", by=people.alma, at=AT)


def test_a_removal_of_an_older_age_is_proposed_anew(people: People, gone: Pupil) -> None:
    leaving = ready(gone, people)
    Pupil.objects.filter(pk=gone.pk).update(dob=GROWN)
    assert "Another list of grounds bears on the pupil's age now" in refused(leaving, people)


def test_staff_do_nothing_about_their_own_family(gone: Pupil, people: People) -> None:
    leaving = ready(gone, people)
    for member in (people.alma, people.ben):
        FamilyTie.objects.create(user=member.user, pupil=gone)
    for press in (
        lambda: propose(gone, "i", by=people.alma, at=AT),
        lambda: meet(leaving, "not_sick_or_kept_away", by=people.alma, at=AT),
        lambda: enquire(leaving, "joint", by=people.alma, at=AT),
        lambda: actions.drop_leaving(leaving, because="No.", by=people.alma, at=AT),
        lambda: approve_leaving(leaving, off_roll_on=TODAY, by=people.ben, at=AT),
    ):
        with pytest.raises(ValidationError, match="You are family of this child"):
            press()


def test_a_test_keeps_what_was_said_before_and_the_latest_counts(gone: Pupil, people: People) -> None:
    leaving = ready(gone, people)
    meet(leaving, "not_sick_or_kept_away", by=people.alma, at=AT, met=False, evidence="The aunt says she is ill.")
    assert "The aunt says she is ill." in refused(leaving, people)
    assert LeavingTest.objects.filter(test="not_sick_or_kept_away").count() == 2


@pytest.mark.parametrize("test", ["twenty_school_days", "joint_efforts", "written_notice", "nonsense"])
def test_a_person_records_only_what_a_person_answers_of_this_ground(gone: Pupil, people: People, test: str) -> None:
    leaving = propose(gone, "i", by=people.alma, at=AT)
    with pytest.raises(ValidationError, match="Choose one of the tests a person records for this ground"):
        meet(leaving, test, by=people.alma, at=AT)


def test_nothing_is_recorded_as_having_happened_tomorrow(gone: Pupil, people: People) -> None:
    leaving = propose(gone, "i", by=people.alma, at=AT)
    with pytest.raises(ValidationError, match="cannot have happened after today"):
        meet(leaving, "not_sick_or_kept_away", by=people.alma, at=AT, on_date=TOMORROW)
    with pytest.raises(ValidationError, match="cannot have been made after today"):
        actions.record_enquiry(
            gone, enquirer="joint", how="Visit", made_on=TOMORROW, outcome="nothing", words="", by=people.alma, at=AT
        )


def test_a_removal_whose_letter_names_no_ground_has_no_tests(gone: Pupil, people: People) -> None:
    leaving = propose(gone, "i", by=people.alma, at=AT)
    leaving.ground = "z"
    assert look_at(leaving, on=TODAY) is None


def test_a_pupil_on_the_roll_from_today_cannot_come_off_today(people: People) -> None:
    pupil = make_pupil(from_date=TODAY, dob=INFANT)
    leaving = propose(pupil, "a", by=people.alma, at=AT)
    meet(leaving, "will_not_attend_again", by=people.alma, at=AT)
    assert "after the starting day" in refused(leaving, people)


def test_the_heads_power_can_be_handed_over(gone: Pupil, people: People) -> None:
    Delegation.objects.create(
        school=people.alder, user=people.user("olly"), power=Permission.APPROVE_REMOVAL, from_date=dt.date(2026, 11, 1),
        decision="Acting head this week", decided_by=people.ben.user, decided_at=AT,
    )  # fmt: skip
    assert people.member("olly").may(Permission.APPROVE_REMOVAL)
