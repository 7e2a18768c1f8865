"""A teacher's missed registers are looked into at the policy's number in a half term, once for each such number."""

import datetime as dt

import pytest

from absence.actions.missed_registers import follow_up
from absence.models import Task
from attendance_mat.accounts.member import machine
from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.clock import LONDON
from attendance_mat.trust.actions import ALWAYS, adopt_policy
from registers.models import Assignment, Pupil
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import SINCE, People

FIRST = dt.date(2026, 11, 2)  # a Monday, the first day after the half term's holiday
TERM_BEFORE = dt.date(2026, 10, 20)


def night_of(day: dt.date) -> dt.datetime:
    """Return the night after a day."""
    return dt.datetime.combine(day, dt.time(22), tzinfo=LONDON)


@pytest.fixture
def mornings(people: People) -> list[dt.date]:
    """Return eight mornings of 4A, which Tess takes and nobody opened; one more stands before the holiday."""
    group = make_group()
    make_pupil(group=group, from_date=dt.date(2026, 9, 1))
    Assignment.objects.create(user=people.tess.user, group=group, weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    make_session(TERM_BEFORE)
    days = [FIRST + dt.timedelta(days=n) for n in (0, 1, 2, 3, 4, 7, 8, 9)]
    for day in days:
        make_session(day)
    return days


@pytest.fixture
def followed(people: People) -> None:
    """Have the school's policy be Wigston's, which follows repeated ones up."""
    people.alder.go_live_date = dt.date(2026, 9, 1)
    people.alder.save()
    adopt_policy(people.alder, pack="wigston", from_date=ALWAYS, by=people.member("tara"), at=night_of(SINCE))
    people.alder.refresh_from_db()


def looked_over(day: dt.date, people: People) -> int:
    """Have the night's look follow up, and return how many tasks there are."""
    at = night_of(day)
    follow_up(people.alder, night=day, by=machine("Absence", at=at), at=at)
    return Task.objects.count()


@pytest.mark.usefixtures("followed")
def test_a_task_is_asked_for_at_three_and_again_only_at_six(mornings: list[dt.date], people: People) -> None:
    assert [looked_over(day, people) for day in mornings] == [0, 0, 1, 1, 1, 2, 2, 2]
    assert looked_over(mornings[-1], people) == 2  # the same night again
    first, second = Task.objects.order_by("pk")
    assert first.kind == Task.Kind.REGISTER
    assert first.role == "attendance_officer"
    assert "Tess Lindqvist has missed 3 registers" in first.words
    assert "4A, morning" in first.words
    assert "missed 6 registers" in second.words


def test_nothing_is_asked_for_where_the_policy_follows_none_up(mornings: list[dt.date], people: People) -> None:
    assert looked_over(mornings[-1], people) == 0


@pytest.mark.usefixtures("followed")
def test_nothing_is_asked_for_on_a_night_of_no_half_term(mornings: list[dt.date], people: People) -> None:
    assert looked_over(dt.date(2026, 10, 28), people) == 0


@pytest.mark.usefixtures("followed")
def test_what_was_before_the_school_went_live_counts_for_nothing(mornings: list[dt.date], people: People) -> None:
    people.alder.go_live_date = mornings[3]
    people.alder.save()
    assert looked_over(mornings[4], people) == 0
    assert looked_over(mornings[5], people) == 1


@pytest.mark.usefixtures("followed")
def test_a_long_list_is_cut_and_says_how_many_more(people: People) -> None:
    group = make_group()
    make_pupil(group=group, from_date=dt.date(2026, 9, 1))
    Assignment.objects.create(user=people.tess.user, group=group, weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    days = [FIRST + dt.timedelta(days=n) for n in range(7)]
    for day in days:
        make_session(day), make_session(day, "pm")
    assert looked_over(days[4], people) == 1
    looked_over(days[-1], people)
    assert "more" not in Task.objects.order_by("pk").first().words
    make_session(days[-1] + dt.timedelta(days=1)), make_session(days[-1] + dt.timedelta(days=1), "pm")
    looked_over(days[-1] + dt.timedelta(days=1), people)
    assert "and 2 more" in Task.objects.order_by("-pk").first().words


@pytest.mark.usefixtures("followed")
def test_it_follows_from_the_night_s_look_at_the_registers(mornings: list[dt.date], people: People) -> None:
    at = night_of(mornings[2])
    by = machine("Register timer", at=at)
    record(Event.DOUBTS_FOUND, people.alder, by=by, at=at, night=mornings[2].isoformat(), found={}, gone=0)
    handle_waiting_events(at=at)
    assert Task.objects.count() == 1


@pytest.mark.usefixtures("followed")
def test_a_register_that_was_taken_in_time_is_not_missed(mornings: list[dt.date], people: People, it_is) -> None:
    it_is(dt.datetime.combine(mornings[1], dt.time(8, 55), tzinfo=LONDON))
    make_mark(Pupil.objects.get(), make_session(mornings[1]), "/", by=people.tess)
    it_is(night_of(mornings[3]))
    assert [looked_over(day, people) for day in mornings[:4]] == [0, 0, 0, 1]
