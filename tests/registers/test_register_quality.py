"""How registers are kept: which were late, missed or corrected, by class and by who was to take them."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from attendance_mat.accounts.models import User
from registers.actions.entering import school_policy
from registers.models import Assignment, Closure, Cover, Group, Mark
from registers.queries.register_quality import groups_with_registers, kept_registers
from registers.rules.register_quality import Fault, KeptRegister, counted, faults_of, is_correction, level_reached
from tests.conftest import LONDON
from tests.factories import amend, make_group, make_mark, make_pupil, make_register, make_session
from tests.people import SINCE, People
from tests.registers.lessons import (
    make_lesson,
    make_lesson_mark,
    make_lesson_register,
    make_period,
    make_teaching_group,
)

Browse = Callable[[str], Client]
MONDAY = dt.date(2026, 11, 16)
FRIDAY = dt.date(2026, 11, 20)
AFTER = dt.datetime(2026, 11, 23, 8, 50, tzinfo=LONDON)
PAGE = "/s/alder-primary/kept/"
WEEK = f"?first={MONDAY}&last={FRIDAY}"


def at(time: str, on: dt.date = MONDAY) -> dt.datetime:
    """Return a time of a day in London."""
    return dt.datetime.combine(on, dt.time.fromisoformat(time), tzinfo=LONDON)


def kept(*, marked: str | None = "08:55", corrected: int = 0) -> KeptRegister:
    """Return a register of 4A that was open from 08:50 to 09:20."""
    first = at(marked) if marked else None
    return KeptRegister(MONDAY, "4A, morning", 1, "4A", at("08:50"), at("09:20"), first, corrected, {7: "Tess"})


@pytest.mark.parametrize(
    ("marked", "faults"),
    [
        ("08:55", set()),
        ("09:00", set()),
        ("09:00:01", {Fault.LATE}),
        ("09:20", {Fault.LATE}),
        ("09:20:01", {Fault.MISSED}),
        (None, {Fault.MISSED}),
    ],
)
def test_a_register_is_late_past_the_margin_and_missed_once_it_closed_with_nothing_marked(
    marked: str | None, faults: set[Fault]
) -> None:
    assert faults_of(kept(marked=marked), margin=10) == faults
    assert faults_of(kept(marked=marked, corrected=1), margin=10) == faults | {Fault.CORRECTED}


@pytest.mark.parametrize(
    ("original", "amended", "is_one"),
    [
        ("/", "N", True), ("/", "L", True), ("\\", "I", True), ("N", "/", True), ("O", "\\", True), ("/", "\\", False),
        ("N", "I", False), ("N", "L", False), ("N", "U", False), ("L", "U", False), ("L", "/", False), ("", "/", False),
        ("I", "M", False),
    ],
)  # fmt: skip
def test_a_correction_says_that_the_register_was_wrong_of_who_was_there(
    original: str, amended: str, is_one: bool
) -> None:
    assert is_correction(original, amended) is is_one


@given(st.integers(0, 100), st.integers(1, 10))
def test_each_level_is_reached_once_and_never_before_its_number(missed: int, each: int) -> None:
    level = level_reached(missed, each=each)
    assert level % each == 0
    assert level <= missed < level + each
    assert level_reached(missed, each=None) == 0


def test_counts_go_to_the_class_and_to_each_who_was_to_take_it() -> None:
    rows = [kept(), kept(marked=None), kept(marked="09:05", corrected=2)]
    faults = dict(enumerate(faults_of(row, margin=10) for row in rows))
    assert counted(rows, faults, by_person=False) == {1: ("4A", 3, 1, 1, 1)}
    assert counted(rows, faults, by_person=True) == {7: ("Tess", 3, 1, 1, 1)}


def take(group: Group, day: dt.date, saved: str | None, *, by: People, half: str = "am") -> Mark | None:
    """Have a group's register of a morning closed, its first mark made at a time or never."""
    session = make_session(day, half)
    register = make_register(session, group)
    if saved is None:
        return None
    child = group.places.first().pupil
    return make_mark(child, session, "/", by=by.tess, register=register, made_at=at(saved, day))


@pytest.fixture
def group(people: People) -> Group:
    """Return 2C with one child, which Tess takes every day, and a week of which one register was missed."""
    made = make_group("2C")
    make_pupil(group=made)
    Assignment.objects.create(user=people.tess.user, group=made, weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    return made


def listed(first: dt.date = MONDAY, last: dt.date = FRIDAY) -> list[KeptRegister]:
    """Return the registers of a period as the database has them."""
    return kept_registers(groups_with_registers(), first=first, last=last, policy=school_policy(), at=AFTER)


def test_the_database_and_the_rule_agree_on_each_register(group: Group, people: People) -> None:
    make_session(MONDAY)  # nobody opened it
    take(group, MONDAY + dt.timedelta(days=1), None, by=people)
    (never, empty) = listed()
    assert (never.first_marked_at, empty.first_marked_at) == (None, None)
    assert never.closes_at == at("09:20")
    assert never.takers == {people.tess.user_id: "Tess Lindqvist"}
    assert [faults_of(row, margin=10) for row in (never, empty)] == [{Fault.MISSED}] * 2


def test_one_that_has_not_closed_yet_is_not_counted(group: Group, people: People) -> None:
    make_session(AFTER.date())
    assert listed(last=AFTER.date()) == []


def test_a_day_that_was_kept_elsewhere_and_imported_was_not_owed(group: Group, people: People) -> None:
    register = make_register(make_session(MONDAY), group)
    make_mark(group.places.first().pupil, make_session(MONDAY), "/", by=people.tess, register=register, source="import")
    assert listed() == []


def test_what_covered_it_counts_and_not_who_was_away(group: Group, people: People) -> None:
    make_session(MONDAY)
    Cover.objects.create(
        date=MONDAY, half="am", group=group, user=people.ben.user, name="Ben Okafor", given_at=at("08:00"),
        given_by=people.alma.user, given_by_name=people.alma.name, given_by_role=people.alma.role,
    )  # fmt: skip
    (row,) = listed()
    assert row.takers == {people.ben.user_id: "Ben Okafor"}


def test_a_register_of_a_day_that_a_closure_took_was_not_owed(group: Group, people: People) -> None:
    make_session(MONDAY), make_session(MONDAY, "pm")
    declared = {"declared_by": people.ben.user, "declared_by_name": "Ben Okafor", "declared_by_role": "headteacher",
                "declared_at": at("08:00")}  # fmt: skip
    Closure.objects.create(
        from_date=MONDAY, until_date=MONDAY + dt.timedelta(days=1), halves="am", code="Y4", reason="Snow", **declared
    )
    assert [row.what for row in listed()] == ["2C, afternoon"]
    part = Closure.objects.create(
        from_date=MONDAY, until_date=MONDAY + dt.timedelta(days=1), halves="both", code="Y3", reason="A leak",
        whole_school=False, **declared,
    )  # fmt: skip
    assert len(listed()) == 1
    part.groups.add(group)
    assert listed() == []


def test_a_corrected_register_is_one_amended_of_who_was_there(group: Group, people: People) -> None:
    mark = take(group, MONDAY, "08:55", by=people)
    assert mark
    amend(mark, "N", by=people.alma, at=at("11:00"))
    amend(mark, "I", by=people.alma, at=at("12:00"))  # the reason became known: no second correction
    (row,) = listed()
    assert row.corrected == 1


def test_lessons_count_for_their_teachers(group: Group, people: People, browse: Browse, it_is) -> None:
    pupil = make_pupil()
    make_session(MONDAY)
    make_session(MONDAY - dt.timedelta(days=7))  # on which lessons had no registers yet
    taught = make_teaching_group("9A/Ma", pupil)
    lesson = make_lesson(taught, make_period(), teacher=people.ben.user)
    make_lesson(taught, make_period(2), teacher=None)
    make_lesson(make_teaching_group("9A/Fr", pupil), make_period(3, week="B"), teacher=people.ben.user)
    assert all(row.group != "9A/Ma" for row in listed())  # no lesson's register was ever taken
    register = make_lesson_register(lesson, MONDAY)
    rows = [row for row in listed(first=MONDAY - dt.timedelta(days=7)) if row.group == "9A/Ma"]
    assert [(row.what, row.takers) for row in rows] == [
        ("9A/Ma, period 1", {people.ben.user_id: "Ben Okafor"}),
        ("9A/Ma, period 2", {}),
    ]
    assert all(row.group != "9A/Fr" for row in listed())  # its week is not named
    make_lesson_mark(pupil, register, "/", by=people.ben).save()
    assert next(row for row in listed() if row.group == "9A/Ma").first_marked_at
    it_is(AFTER)
    page = browse("alma").get(f"{PAGE}{WEEK}&kind=registration").text
    assert "9A/Ma" not in page
    assert "9A/Ma" in browse("alma").get(f"{PAGE}{WEEK}").text


def test_the_page_counts_by_class_and_teacher_and_lists_those_of_one(
    group: Group, people: People, browse: Browse, it_is
) -> None:
    it_is(AFTER)
    make_session(MONDAY)
    alma = browse("alma")
    page = alma.get(f"{PAGE}{WEEK}").text
    assert "2C</a>" in page
    assert "Tess Lindqvist</a>" in page
    of_one = alma.get(f"{PAGE}{WEEK}&teacher={people.tess.user_id}").text
    assert "2C, morning" in of_one
    assert "Never" in of_one
    assert "2C, morning" in alma.get(f"{PAGE}{WEEK}&group={group.pk}").text
    assert "2C, morning" not in alma.get(f"{PAGE}{WEEK}&group=999999").text
    assert "No register was due" in alma.get(f"{PAGE}?first=2026-08-03&last=2026-08-04").text
    assert alma.get(PAGE).status_code == 200


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (f"?first={FRIDAY}&last={MONDAY}", "The last day is before the first."),
        ("?first=2024-09-01&last=2026-09-01", "Choose a period of no more than a school year."),
        ("?first=nonsense&last=2026-09-01", "field-error"),
        (f"{WEEK}&kind=x", "Choose from the list."),
    ],
)
def test_what_is_wrong_with_the_period_is_said(query: str, words: str, people: People, browse: Browse) -> None:
    page = browse("alma").get(f"{PAGE}{query}")
    assert page.status_code == 422
    assert words in page.text


def test_a_head_of_year_sees_their_year_s_classes_alone_and_a_teacher_none(
    group: Group, people: People, browse: Browse, it_is
) -> None:
    it_is(AFTER)
    make_session(MONDAY)
    make_pupil(group=make_group("9C"), year=9)
    Assignment.objects.create(user=people.user("hana"), year=9, weekdays=[0], from_date=SINCE)
    page = browse("hana").get(f"{PAGE}{WEEK}").text
    assert "9C" in page
    assert "2C" not in page
    assert browse("tess").get(PAGE).status_code == 403


@pytest.mark.parametrize("count", [2, 20])
def test_the_page_asks_as_much_for_two_classes_as_for_twenty(
    count: int, people: People, browse: Browse, it_is, django_assert_max_num_queries
) -> None:
    it_is(AFTER)
    for day in range(5):
        make_session(MONDAY + dt.timedelta(days=day))
    for number in range(count):
        made = make_group(f"G{number}")
        make_pupil(group=made)
        teacher = User.objects.create(email=f"t{number}@example.org", name=f"Teacher {number}", joined_at=AFTER)
        Assignment.objects.create(user=teacher, group=made, weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    client = browse("alma")
    client.get(PAGE)  # once, so that the school's policy is known
    with django_assert_max_num_queries(5 + 8):
        page = client.get(f"{PAGE}{WEEK}").text
    assert page.count("Teacher ") >= count
