"""The school's calendar: its terms and weeks, and sessions added and taken away after a preview."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.policy.adopted import national
from attendance_mat.policy.ladder import SchoolTerms
from registers.actions import setting_calendar
from registers.actions.setting_calendar import (
    CHANGED_MEANWHILE,
    Change,
    SessionsInUseError,
    plan_calendar,
    set_calendar,
)
from registers.gateways.bank_holidays import bank_holidays
from registers.models import PlannedDay, Session
from registers.rules.calendar import Half, SchoolYear
from registers.rules.school_calendar import Difference, Wanted, runs, weeks
from tests.factories import make_group, make_mark, make_pupil, make_register, make_session, make_sessions
from tests.people import People

Browse = Callable[[str], Client]
PAGE = "/s/alder-primary/calendar/"
MONDAY = dt.date(2026, 11, 30)
YEAR = SchoolYear.of(MONDAY)
BOTH = tuple(Half)
TERMS = national().terms(SchoolTerms, on=MONDAY)
ASKED = {
    "does": "remove", "first_date": "2026-11-30", "last_date": "2026-11-30", "halves": "both", "kind": "inset",
    "name": "INSET 2",
}  # fmt: skip


def days(first: dt.date, last: dt.date) -> set[tuple[dt.date, Half]]:
    number = (last - first).days + 1
    every = (first + dt.timedelta(days=n) for n in range(number))
    return {(day, half) for day in every if day.weekday() < 5 for half in Half}


A_YEAR = (
    days(dt.date(2026, 9, 2), dt.date(2026, 10, 23))
    | days(dt.date(2026, 11, 2), dt.date(2026, 12, 18))
    | days(dt.date(2027, 1, 5), dt.date(2027, 2, 12))
    | days(dt.date(2027, 2, 22), dt.date(2027, 3, 25))
    | days(dt.date(2027, 4, 12), dt.date(2027, 5, 28))
    | days(dt.date(2027, 6, 7), dt.date(2027, 7, 22))
)


def change(
    first: dt.date, last: dt.date, *, adds: bool = False, halves: tuple[Half, ...] = BOTH, **how: bool
) -> Change:
    return Change(Wanted(first, last, halves, adds, **how), "" if adds else "inset", "" if adds else "INSET 2")


def test_a_year_falls_into_six_half_terms_named_by_their_terms() -> None:
    found = runs(A_YEAR, TERMS)
    assert [run.name for run in found] == ["Autumn 1", "Autumn 2", "Spring 1", "Spring 2", "Summer 1", "Summer 2"]
    assert (found[0].first, found[0].last, found[0].sessions) == (dt.date(2026, 9, 2), dt.date(2026, 10, 23), 76)
    assert sum(run.sessions for run in found) == len(A_YEAR)


def test_the_weeks_say_what_each_day_is() -> None:
    held = days(MONDAY, dt.date(2026, 12, 4)) - {(MONDAY, half) for half in Half} - {(dt.date(2026, 12, 1), Half.PM)}
    held -= {(dt.date(2026, 12, 2), Half.AM)}
    held |= {(dt.date(2026, 12, 5), Half.AM)}
    (week,) = weeks(YEAR, held, {MONDAY: ("inset", "INSET 2")}, runs(held, TERMS))
    assert [day.words for day in week.days] == [
        "INSET 2", "Morning only", "Afternoon only", "Open", "Open", "Morning only",
    ]  # fmt: skip
    assert week.run == "Autumn 1"
    assert weeks(YEAR, [], {}, []) == []


def test_bank_holidays_are_those_of_england() -> None:
    found = bank_holidays(YEAR)
    assert found[dt.date(2026, 12, 25)] == "Christmas Day"
    assert dt.date(2027, 3, 29) in found  # Easter Monday, which Scotland does not keep
    assert len(found) == len([day for day in found if day in YEAR])


def test_a_day_is_taken_away_and_has_its_name(people: People, monday_morning: dt.datetime) -> None:
    make_sessions(MONDAY, 1)
    asked = change(MONDAY, MONDAY)
    found = set_calendar(asked, shown=plan_calendar(asked), by=people.alma, at=monday_morning)
    assert found.removed == ((MONDAY, Half.AM), (MONDAY, Half.PM))
    assert not Session.objects.exists()
    named = PlannedDay.objects.get()
    assert (named.date, named.kind, named.name, named.set_by_name) == (MONDAY, "inset", "INSET 2", "Alma Reyes")
    event = AuditEvent.objects.get(kind=Event.CALENDAR_SET)
    assert (event.detail["added"], event.detail["removed"], event.detail["named"]) == (0, 2, 1)


def test_half_a_day_taken_away_leaves_the_other_and_no_name(people: People, monday_morning: dt.datetime) -> None:
    make_sessions(MONDAY, 1)
    asked = change(MONDAY, MONDAY, halves=(Half.PM,))
    set_calendar(asked, shown=plan_calendar(asked), by=people.alma, at=monday_morning)
    assert Session.objects.get().half == "am"
    assert not PlannedDay.objects.exists()


def test_sessions_are_added_on_weekdays_and_the_name_goes(people: People, monday_morning: dt.datetime) -> None:
    saturday = MONDAY + dt.timedelta(days=5)
    PlannedDay.objects.create(
        date=MONDAY, kind="inset", name="x", set_by=people.alma.user, set_by_name="Alma Reyes", set_at=monday_morning
    )
    asked = change(MONDAY, saturday, adds=True)
    set_calendar(asked, shown=plan_calendar(asked), by=people.alma, at=monday_morning)
    assert Session.objects.count() == 10
    assert not PlannedDay.objects.exists()
    six = change(saturday, saturday, adds=True, halves=(Half.AM,), weekends=True)
    assert plan_calendar(six).added == ((saturday, Half.AM),)


def test_a_session_with_marks_is_not_taken_away_and_the_page_says_which(people: People, browse: Browse) -> None:
    make_sessions(MONDAY, 1)
    make_mark(make_pupil(group=make_group()), make_session(dt.date(2026, 11, 20)), "/", by=people.tess)
    asked = change(dt.date(2026, 11, 20), MONDAY)
    with pytest.raises(SessionsInUseError) as refused:
        plan_calendar(asked)
    (one,) = refused.value.sessions
    assert (one.date, one.half, one.registers, one.marks) == (dt.date(2026, 11, 20), "am", 1, 1)
    page = browse("alma").post(f"{PAGE}change/", {**ASKED, "first_date": "2026-11-20"})
    assert page.status_code == 422
    assert "1 session has a register already" in page.text
    assert "Sessions that stay" in page.text
    assert Session.objects.count() == 3


@pytest.mark.parametrize(
    ("last", "words"), [(MONDAY - dt.timedelta(days=1), "before the first"), (dt.date(2028, 2, 1), "at most")]
)
def test_days_in_the_wrong_order_or_too_many_are_refused(people: People, last: dt.date, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        plan_calendar(change(MONDAY, last))


def test_a_calendar_that_changed_since_the_preview_stays_as_it_is(people: People, monday_morning: dt.datetime) -> None:
    make_sessions(MONDAY, 1)
    with pytest.raises(ValidationError, match=CHANGED_MEANWHILE[:20]):
        set_calendar(change(MONDAY, MONDAY), shown=Difference((), ()), by=people.alma, at=monday_morning)
    assert Session.objects.count() == 2


def test_the_office_previews_and_sets_the_calendar(people: People, browse: Browse) -> None:
    make_sessions(MONDAY, 2)
    client = browse("olly")
    preview = client.post(f"{PAGE}change/", ASKED)
    assert "2 taken away. Nothing has been written yet" in preview.text
    assert Session.objects.count() == 4
    sent = {**ASKED, "do": "confirm", "removed": ["2026-11-30 am", "2026-11-30 pm", "nonsense"]}
    done = client.post(f"{PAGE}change/", sent, follow=True)
    assert "0 sessions added, 2 sessions taken away" in done.text
    assert "INSET 2" in done.text
    stale = client.post(f"{PAGE}change/", sent)
    assert (stale.status_code, "changed while you looked" in stale.text) == (422, True)


def test_a_change_without_its_reason_is_refused_beside_the_field(people: People, browse: Browse) -> None:
    page = browse("alma").post(f"{PAGE}change/", {**ASKED, "kind": "", "first_date": "31/02/2026"})
    assert page.status_code == 422
    assert "Choose why the school does not meet" in page.text
    assert "Enter a date like" in page.text


@pytest.mark.parametrize("asked", ["", "?year=2025", "?year=0000", "?year=99999", "?year=abcd", "?first_date=x"])
def test_the_page_shows_a_year_whatever_the_address_says(people: People, browse: Browse, asked: str) -> None:
    assert browse("alma").get(PAGE + asked).status_code == 200


def test_fewer_than_380_sessions_is_a_warning_and_a_bank_holiday_a_suggestion(people: People, browse: Browse) -> None:
    make_session(dt.date(2026, 12, 25))
    page = browse("alma").get(PAGE).text
    assert "at least 380 sessions" in page
    assert "Nothing is divided by this number" in page
    assert "Friday 25 December 2026, Christmas Day" in page


@pytest.mark.parametrize(("sessions", "warns"), [(379, True), (380, False)])
def test_380_sessions_are_enough(people: People, browse: Browse, sessions: int, warns: bool) -> None:
    slots = sorted(days(dt.date(2026, 9, 1), dt.date(2027, 7, 31)))[:sessions]
    Session.objects.bulk_create(Session(date=date, half=half) for date, half in slots)
    assert ("Fewer than a school year" in browse("alma").get(PAGE).text) is warns


@pytest.mark.parametrize(("name", "status"), [("olly", 200), ("ben", 200), ("tess", 403), ("hana", 403), ("cass", 404)])
def test_who_may_set_the_calendar(people: People, browse: Browse, name: str, status: int) -> None:
    assert browse(name).get(PAGE).status_code == status


@pytest.mark.parametrize("size", [2, 20])
def test_the_page_takes_as_many_queries_for_two_days_as_for_twenty(
    people: People, browse: Browse, django_assert_max_num_queries: DjangoAssertNumQueries, size: int
) -> None:
    make_sessions(MONDAY, size)
    client = browse("alma")
    with django_assert_max_num_queries(2 + 6):
        client.get(PAGE)


def test_a_register_opened_at_the_last_moment_keeps_its_session(
    people: People, monday_morning: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_sessions(MONDAY, 1)
    make_register(make_session(MONDAY), make_group())
    monkeypatch.setattr(setting_calendar, "in_use", lambda _ids, _slots: [])
    asked = change(MONDAY, MONDAY)
    with pytest.raises(ValidationError, match=CHANGED_MEANWHILE[:20]):
        set_calendar(asked, shown=plan_calendar(asked), by=people.alma, at=monday_morning)
    assert Session.objects.count() == 2
