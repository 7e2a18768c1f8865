"""Every night the registers are looked over for what cannot be right, with the mend that is offered."""

import datetime as dt

import pytest

from attendance_mat.accounts.member import machine
from attendance_mat.audit.models import AuditEvent, Event
from registers import tasks
from registers.actions.amending import amend_mark
from registers.actions.doubting import look_over_registers
from registers.models import Contradiction, Doubt, ExpectedConfirmation, ExpectedMark, Pupil
from registers.queries.doubting import contradictions_within
from tests.conftest import LONDON
from tests.factories import make_group, make_mark, make_pupil, make_session, make_sessions
from tests.people import People

FRIDAY, MONDAY = dt.date(2026, 11, 20), dt.date(2026, 11, 23)
ONE_DAY = dt.timedelta(days=1)
OF_FIVE, OF_SEVENTEEN = dt.date(2021, 3, 4), dt.date(2009, 9, 20)


def expect(pupil: Pupil, code: str, people: People, on: dt.date = FRIDAY, **fields: object) -> ExpectedMark:
    values: dict[str, object] = {
        "from_date": on, "until_date": on + ONE_DAY, "origin": "office", "granted_by": people.ben.user,
        "granted_by_name": people.ben.name, "granted_by_role": people.ben.role,
        "granted_at": dt.datetime(2026, 11, 18, 9, tzinfo=LONDON),
    }  # fmt: skip
    return ExpectedMark.objects.create(pupil=pupil, code=code, **{**values, **fields})


@pytest.fixture
def look(people: People, monday_morning: dt.datetime):
    """Return a function that has the night look over Alder's registers, and gives what then is open."""

    def look_over(night: dt.date = FRIDAY) -> dict[tuple[int, str], tuple[str, str]]:
        by = machine("Register timer", at=monday_morning)
        look_over_registers(people.alder, night=night, by=by, at=monday_morning)
        rows = Doubt.objects.filter(settled_at__isnull=True).select_related("session")
        return {(row.pupil_id, row.kind): (f"{row.session.date} {row.session.half}", row.offered) for row in rows}

    return look_over


@pytest.fixture
def whole_day(people: People):
    """Return a function that marks both halves of Friday for a new pupil, in two letters; a dot is no mark."""

    def mark(said: str, **fields: object) -> Pupil:
        pupil = make_pupil(**{"group": make_group(), **fields})
        for half, code in zip(("am", "pm"), said, strict=True):
            if code != ".":
                make_mark(pupil, make_session(FRIDAY, half), code, by=people.tess)
        return pupil

    return mark


@pytest.fixture(autouse=True)
def _a_child_for_whom_all_is_well(whole_day) -> None:
    whole_day("/\\")


def test_nothing_is_found_where_all_is_well(look) -> None:
    assert look() == {}


def test_present_on_a_day_off_roll(look, whole_day) -> None:
    left = whole_day("/I", until_date=FRIDAY)
    assert look() == {(left.pk, "off roll"): ("2026-11-20 am", "")}


@pytest.mark.parametrize(("holiday", "found"), [(dt.date(2026, 5, 25), True), (dt.date(2026, 5, 22), False)])
def test_a_mark_on_a_bank_holiday_is_on_a_day_without_school(
    look,
    people: People,
    holiday: dt.date,
    found: bool,
) -> None:
    pupil = make_pupil(group=make_group(), from_date=dt.date(2025, 9, 1))
    make_mark(pupil, make_session(holiday), "/", by=people.tess)
    assert ((pupil.pk, "no session") in look(holiday)) is found
    assert not found or look(holiday)[pupil.pk, "no session"] == (f"{holiday} am", "#")


def test_a_mark_in_a_planned_closure_is_found_where_the_school_was_shut(look, whole_day, people: People) -> None:
    closed = dt.date(2026, 11, 19)
    pupils = [make_pupil(group=make_group()) for _ in range(3)]
    for pupil, code in zip(pupils, "##/", strict=True):
        make_mark(pupil, make_session(closed), code, by=people.tess)
    assert {key for key in look() if key[1] == "no session"} == {(pupils[2].pk, "no session")}


@pytest.mark.parametrize(
    ("said", "kind", "session", "offered"),
    [
        ("..", "blank", "2026-11-20 pm", ""),
        ("/.", "one session", "2026-11-20 pm", "\\"),
        (".\\", "one session", "2026-11-20 am", "/"),
        (".L", "one session", "2026-11-20 am", "/"),
        ("I.", "one session", "2026-11-20 pm", "I"),
        ("M.", "one session", "2026-11-20 pm", ""),  # an appointment says nothing of the afternoon
        ("N.", "one session", "2026-11-20 pm", ""),
    ],
)
def test_a_blank_at_a_session_that_was_held(look, whole_day, said: str, kind: str, session: str, offered: str) -> None:
    pupil = whole_day(said)
    assert look()[pupil.pk, kind] == (session, offered)


@pytest.mark.parametrize(
    "fields", [{"boarder": True}, {"died_on": FRIDAY}, {"until_date": FRIDAY}, {"group": None}], ids=str
)
def test_a_blank_is_nobodys_for_whom_no_mark_is_owed(look, whole_day, fields: dict[str, object]) -> None:
    whole_day("..", **fields)
    assert look() == {}


def test_a_session_without_any_mark_was_not_held_as_far_as_the_registers_tell(look) -> None:
    make_session(dt.date(2026, 11, 19))
    assert look() == {}


def test_a_trip_that_nobody_confirmed_is_a_missing_mark_and_nothing_is_offered(look, whole_day, people) -> None:
    pupil = whole_day("/.")
    expect(pupil, "V", people, halves="pm")
    assert look()[pupil.pk, "one session"] == ("2026-11-20 pm", "")
    assert Doubt.objects.get(pupil=pupil).evidence == {"other_half": "/", "expected": "V"}


@pytest.mark.parametrize(("code", "offered"), [("H", ""), ("J", ""), ("Y", ""), ("F", "")])
def test_a_code_of_the_other_era(look, people: People, code: str, offered: str) -> None:
    pupil = make_pupil(group=make_group())
    for half in ("am", "pm"):
        make_mark(pupil, make_session(FRIDAY, half), code, by=people.tess)
    assert look()[pupil.pk, "not in force"][1] == offered
    assert Doubt.objects.filter(kind="not in force").count() == 2


@pytest.mark.parametrize(
    ("code", "dob", "offered"),
    [("X", OF_FIVE, "C2"), ("X", OF_SEVENTEEN, None), ("C2", OF_FIVE, None), ("C2", OF_SEVENTEEN, "X")],
)
def test_a_code_for_another_age(look, whole_day, people, code: str, dob: dt.date, offered: str | None) -> None:
    pupil = whole_day("..", dob=dob)
    for half in ("am", "pm"):
        make_mark(pupil, make_session(FRIDAY, half), code, by=people.tess)
    found = {offer for (_, kind), (_, offer) in look().items() if kind == "wrong age"}
    assert found == (set() if offered is None else {offered})


@pytest.mark.parametrize(
    ("origin", "kind"), [("leave request 12", "leave but present"), ("signed out by the office", "signed out")]
)
def test_present_though_not_expected(look, whole_day, people: People, origin: str, kind: str) -> None:
    pupil = whole_day("/\\")
    expect(pupil, "M", people, halves="pm", origin=origin)
    assert look() == {(pupil.pk, kind): ("2026-11-20 pm", "M")}


def test_what_the_teacher_told_the_office_at_once_is_not_told_twice(look, whole_day, people, monday_morning) -> None:
    pupil = whole_day("/\\")
    expected = expect(pupil, "C", people, halves="pm")
    mark = pupil.marks.get(session__half="pm")
    Contradiction.objects.create(mark=mark, expected=expected, raised_at=monday_morning)
    assert look() == {}


def test_a_trip_contradicts_only_once_the_child_was_seen_there(look, whole_day, people, monday_morning) -> None:
    pupil = whole_day("/\\")
    expected = expect(pupil, "V", people, halves="pm")
    assert look() == {}
    ExpectedConfirmation.objects.create(
        expected=expected, session=make_session(FRIDAY, "pm"), confirmed_by_name="A guide",
        confirmed_at=monday_morning, entered_by=people.alma.user,
    )  # fmt: skip
    assert look() == {(pupil.pk, "leave but present"): ("2026-11-20 pm", "V")}


@pytest.mark.parametrize(("days", "found"), [(5, False), (6, True), (7, True)])
def test_a_suspension_prompts_once_on_its_sixth_school_day(
    look,
    people,
    whole_day,
    days: int,
    found: bool,
) -> None:
    # Given a suspension over so many school days up to Friday, across a weekend
    weekdays = [FRIDAY - dt.timedelta(days=n) for n in range(10) if (FRIDAY - dt.timedelta(days=n)).weekday() < 5]
    pupil, other = make_pupil(group=make_group()), make_pupil(group=make_group())
    for day in weekdays[:days]:
        for half in ("am", "pm"):
            make_mark(pupil, make_session(day, half), "E", by=people.tess)
            make_mark(other, make_session(day, half), "/" if half == "am" else "\\", by=people.tess)
    sixth = {key: told for key, told in look().items() if key[1] == "sixth day"}
    assert sixth == ({(pupil.pk, "sixth day"): (f"{weekdays[days - 6]} am", "")} if found else {})


def test_a_suspension_known_beforehand_prompts_before_its_sixth_day_comes(look, people: People) -> None:
    make_sessions(MONDAY, 10)
    pupil = make_pupil()
    expect(pupil, "E", people, MONDAY, until_date=MONDAY + dt.timedelta(days=9))
    assert look() == {(pupil.pk, "sixth day"): ("2026-11-30 am", "")}


def test_a_second_night_changes_nothing(look, whole_day) -> None:
    whole_day("/.")
    first = look()
    assert look() == first
    assert Doubt.objects.count() == 1


def test_the_night_settles_what_is_put_right(look, whole_day, people: People, monday_morning) -> None:
    pupil = whole_day("X\\")
    assert (pupil.pk, "wrong age") in look()
    amend_mark(pupil.marks.get(code="X"), code="I", reason="Was ill", by=people.alma, at=monday_morning)
    assert look() == {}
    settled = Doubt.objects.get()
    assert (settled.settled_by, settled.settled_by_name) == (None, "Register timer")


def test_what_a_person_settled_is_raised_again_only_on_other_facts(look, whole_day, people, monday_morning) -> None:
    pupil = whole_day("/.")
    look()
    Doubt.objects.update(settled_at=monday_morning, settled_by=people.alma.user, settled_by_name="Alma Reyes")
    assert look() == {}
    amend_mark(pupil.marks.get(), code="I", reason="Was ill", by=people.alma, at=monday_morning)
    assert look() == {(pupil.pk, "one session"): ("2026-11-20 pm", "I")}


def test_an_open_doubt_says_what_the_registers_say_now(look, whole_day, people: People, monday_morning) -> None:
    pupil = whole_day("/.")
    look()
    amend_mark(pupil.marks.get(), code="I", reason="Was ill", by=people.alma, at=monday_morning)
    assert look() == {(pupil.pk, "one session"): ("2026-11-20 pm", "I")}
    assert Doubt.objects.count() == 1


def test_the_timer_looks_each_school_over_once_a_night(people: People, whole_day, it_is, monkeypatch) -> None:
    whole_day("/.")
    for moment in ((23, 9), (23, 15), (24, 9)):
        it_is(dt.datetime(2026, 11, *moment, tzinfo=LONDON))
        tasks.look_over_registers(schema_name=people.alder.schema_name)
    nights = AuditEvent.objects.filter(kind=Event.DOUBTS_FOUND).order_by("pk")
    assert [(event.detail["night"], event.detail["found"]) for event in nights] == [
        ("2026-11-22", {"one session": 1}), ("2026-11-23", {}),
    ]  # fmt: skip
    asked: list[str] = []
    monkeypatch.setattr(tasks.look_over_registers, "delay", lambda **told: asked.append(told["schema_name"]))
    tasks.look_over_registers_that_are_due()
    assert len(asked) == 2


@pytest.mark.parametrize("size", [2, 20])
def test_a_school_is_looked_over_in_eight_queries(look, whole_day, django_assert_num_queries, size: int) -> None:
    for _ in range(size):
        whole_day("X.")
    with django_assert_num_queries(8):
        assert len(contradictions_within(dt.date(2026, 9, 1), FRIDAY, provision_from=6)) == 2 * size
