"""When sessions start and registers close: by year group and by date, so that a change never rewrites the past."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from attendance_mat.clock import LONDON
from attendance_mat.policy.adopted import Override
from attendance_mat.policy.schema import MorningSession
from attendance_mat.policy.session_times import YearTime
from attendance_mat.trust.adopting import set_value
from attendance_mat.trust.models import School
from letters.queries.letters import registration_certificate
from registers.actions.amending import amend_mark
from registers.actions.entering import closes_at, closing_times, school_policy, starts_at
from registers.actions.importing_registers import SessionTimes
from registers.actions.taking import open_register
from registers.models import Mark, Register
from registers.queries.groups import years_of_group
from registers.rules.calendar import Half
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import People

FRIDAY, MONDAY = dt.date(2026, 11, 20), dt.date(2026, 11, 23)
EARLY = {"starts": "08:50", "by_year": [{"years": [10, 11], "starts": "08:30"}]}
Browse = Callable[[str], Client]


def clock(on: dt.date, hour: int, minute: int) -> dt.datetime:
    return dt.datetime.combine(on, dt.time(hour, minute), LONDON)


@pytest.fixture
def times(people: People, monday_morning: dt.datetime) -> Callable[[str, dict[str, object]], School]:
    """Return a function that sets a value of the school's policy from this Monday."""

    def set_from_monday(name: str, value: dict[str, object]) -> School:
        asked = Override(MONDAY, name, value, "The governors decided.")
        set_value(asked, school=people.alder, by=people.member("tara"), at=monday_morning)
        people.alder.refresh_from_db()
        return people.alder

    return set_from_monday


@pytest.mark.parametrize(
    ("years", "starts"), [((), 50), ((7,), 50), ((11,), 30), ((10, 11), 30), ((7, 11), 50), ((-1,), 50)]
)
def test_a_group_starts_with_its_year_and_a_mixed_one_with_the_latest(years: tuple[int, ...], starts: int) -> None:
    morning = MorningSession(dt.time(8, 50), (YearTime((10, 11), dt.time(8, 30)),))
    assert morning.of(years) == dt.time(8, starts)


def test_a_year_with_two_times_is_refused() -> None:
    both = (YearTime((10, 11), dt.time(8, 30)), YearTime((11,), dt.time(8, 40)))
    assert MorningSession(dt.time(8, 50), both).wrong() == "A year group is given two times."
    assert MorningSession(dt.time(8, 50), both[:1]).wrong() is None


def test_a_register_closes_by_the_year_of_its_group(people: People, times: Callable[..., School]) -> None:
    times("morning_session", EARLY)
    older, younger = make_group("11A"), make_group("7A")
    make_pupil(group=older, year=11)
    make_pupil(group=younger, year=7)
    policy, session = school_policy(), make_session(MONDAY)

    opened = [
        open_register(group, session, policy=policy, by=people.tess, at=clock(MONDAY, 8, 20))
        for group in (older, younger)
    ]

    assert [register.closes_at for register in opened] == [clock(MONDAY, 9, 0), clock(MONDAY, 9, 20)]
    both = closing_times(session, [older.pk, younger.pk], policy=policy)
    assert both == {older.pk: clock(MONDAY, 9, 0), younger.pk: clock(MONDAY, 9, 20)}
    assert years_of_group(older.pk, MONDAY) == {11}
    assert starts_at(make_session(FRIDAY), policy=policy, group_id=older.pk) == clock(FRIDAY, 8, 50)


def test_yesterdays_registers_keep_their_closing_time_when_the_times_change(
    people: People, times: Callable[..., School]
) -> None:
    # Given Friday's register, opened under the times that held on Friday
    group = make_group("11A")
    pupil = make_pupil(group=group, year=11)
    friday = open_register(group, make_session(FRIDAY), policy=school_policy(), by=people.tess, at=clock(FRIDAY, 8, 45))
    mark = make_mark(pupil, friday.session, "N", by=people.tess, register=friday)
    # When the times and the minutes change from Monday
    times("morning_session", EARLY)
    times("register_open", {"minutes": 10})
    policy = school_policy()
    # Then Friday's closing time stands, for its register, for a new one of that day, and for a late arrival amended now
    assert Register.objects.get(pk=friday.pk).closes_at == clock(FRIDAY, 9, 20)
    assert closes_at(friday.session, policy=policy, group_id=group.pk) == clock(FRIDAY, 9, 20)
    amend_mark(mark, code="L", reason="Bus", by=people.alma, at=clock(MONDAY, 8, 50), arrived_at=clock(FRIDAY, 9, 19))
    assert Mark.objects.get(pk=mark.pk).minutes_late == 29
    # And Monday's is the new one
    assert closes_at(make_session(MONDAY), policy=policy, group_id=group.pk) == clock(MONDAY, 8, 40)


def test_a_late_register_is_reported_by_the_minutes_since_its_own_start(
    people: People, times: Callable[..., School], browse: Browse
) -> None:
    times("morning_session", {"starts": "08:35"})
    group = make_group("8B")
    register = open_register(
        group, make_session(MONDAY), policy=school_policy(), by=people.tess, at=clock(MONDAY, 8, 40)
    )
    make_mark(make_pupil(group=group), register.session, "/", by=people.tess, register=register)
    page = " ".join(browse("alma").get("/s/alder-primary/today/?half=am").text.split())
    assert "Taken late: 1 register" in page
    assert "8B was first saved 15 minutes after its session began" in page
    times("registers_taken_late", {"minutes": 15})
    assert "Taken late" not in browse("alma").get("/s/alder-primary/today/?half=am").text


def test_a_certificate_has_a_session_missing_once_the_pupil_s_own_register_has_closed(
    people: People, times: Callable[..., School]
) -> None:
    times("morning_session", EARLY)
    make_session(MONDAY)
    older, younger = make_pupil(year=11), make_pupil(year=7)
    just_after_nine = {"from_date": MONDAY, "to_date": MONDAY, "as_at": clock(MONDAY, 9, 5)}
    assert registration_certificate(older, **just_after_nine).missing == 1
    assert registration_certificate(younger, **just_after_nine).missing == 0


def test_an_imported_register_closes_by_the_year_of_its_group(people: People, times: Callable[..., School]) -> None:
    school = times("morning_session", EARLY)
    older, younger = make_group("11A"), make_group("7A")
    make_pupil(group=older, year=11)
    make_pupil(group=younger, year=7)
    imported = SessionTimes(school)
    assert imported.closes_at(MONDAY, Half.AM, older.pk) == clock(MONDAY, 9, 0)
    assert imported.closes_at(MONDAY, Half.AM, younger.pk) == clock(MONDAY, 9, 20)
    assert imported.starts_at(MONDAY, Half.AM, None) == clock(MONDAY, 8, 50)
