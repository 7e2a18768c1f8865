"""A register as it stood at a past moment: its page and the reads beneath it (decision 3)."""

import datetime as dt
from collections.abc import Callable
from html import escape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from attendance_mat.clock import LONDON
from registers.models import Assignment, Group, GroupMember, Mark, Pupil
from registers.queries.as_it_stood import changes_at, children_of, marks_at, register_at
from registers.rules import codes
from tests.factories import amend, make_group, make_mark, make_pupil, make_register, make_session
from tests.people import People

FRIDAY = dt.date(2026, 11, 20)
MONDAY = dt.date(2026, 11, 23)
MINUTE = dt.timedelta(minutes=1)
MICROSECOND = dt.timedelta(microseconds=1)
LOGGING_IN = 6  # session, person, school, membership, and the choice of schema before and after
FIVE = 5  # the session, the register, its children, their marks, the changes
Browse = Callable[[str], Client]
SetClock = Callable[[dt.datetime], None]


@pytest.fixture
def group(people: People) -> Group:
    """Return class 4A, with one child in it."""
    return make_group()


@pytest.fixture
def pupil(group: Group) -> Pupil:
    return make_pupil(surname="Example", forename="Robin", upn="Z900000000077", group=group)


@pytest.fixture
def amended_twice(pupil: Pupil, people: People, it_is: SetClock) -> Mark:
    """Return Monday's N, amended to I on Tuesday and to M on Wednesday; it is now Thursday."""
    mark = make_mark(pupil, make_session(MONDAY), "N", by=people.tess)
    for code, reason, day in [("I", "Mother rang", 1), ("M", "Clinic letter seen", 2)]:
        moment = dt.datetime(2026, 11, 23 + day, 9, tzinfo=LONDON)
        it_is(moment)
        amend(mark, code, by=people.alma, at=moment, reason=reason)
    it_is(dt.datetime(2026, 11, 26, 9, tzinfo=LONDON))
    mark.refresh_from_db()
    return mark


def page(group: Group, date: dt.date = MONDAY, half: str = "am", slug: str = "alder-primary") -> str:
    return f"/s/{slug}/sessions/{date}/{half}/groups/{group.pk}/register/as-at/"


def title_of(code: str) -> str:
    """Return what a code means, as the pupil's page writes it."""
    found = codes.find(code, on=MONDAY)
    assert found
    return escape(found.title.lower())


def test_each_step_of_a_mark_amended_twice_is_seen_before_between_and_after(
    amended_twice: Mark, pupil: Pupil, group: Group
) -> None:
    first, second = amended_twice.amendments.order_by("number").values_list("received_at", flat=True)

    def stood(moment: dt.datetime) -> tuple[str, int, list[str]]:
        found = register_at(MONDAY, "am", group_id=group.pk, as_at=moment)
        assert found
        (row,) = found.rows
        assert row.mark
        return row.mark.code, row.mark.changes, [change.amended_code for change in row.changes]

    assert stood(first - MICROSECOND) == ("N", 0, [])
    assert stood(first) == ("I", 1, ["I"])
    assert stood(second - MICROSECOND) == ("I", 1, ["I"])
    assert stood(second) == ("M", 2, ["I", "M"])


def test_what_else_a_mark_said_is_undone_with_its_code(pupil: Pupil, people: People, it_is: SetClock) -> None:
    session, moment = make_session(MONDAY), dt.datetime(2026, 11, 24, 9, tzinfo=LONDON)
    arrived = dt.datetime(2026, 11, 23, 9, 5, tzinfo=LONDON)
    mark = make_mark(
        pupil, session, "L", by=people.tess, arrived_at=arrived, minutes_late=15, nature="", comment="Bus late"
    )
    it_is(moment)
    amend(mark, "B", by=people.alma, at=moment, amended_nature="At the museum", amended_comment="Trip")
    (before,) = marks_at(as_at=moment - MINUTE, from_date=MONDAY, to_date=MONDAY)
    (after,) = marks_at(as_at=moment + MINUTE, from_date=MONDAY, to_date=MONDAY)
    assert (before.code, before.minutes_late, before.arrived_at, before.comment) == ("L", 15, arrived, "Bus late")
    assert (after.code, after.minutes_late, after.nature, after.comment) == ("B", None, "At the museum", "Trip")


def test_a_mark_made_offline_stood_from_when_it_was_received_and_not_from_when_it_was_made(
    pupil: Pupil, group: Group, people: People, it_is: SetClock
) -> None:
    # Given a tap at ten to nine that reached us at noon
    noon = dt.datetime(2026, 11, 23, 12, tzinfo=LONDON)
    register = make_register(make_session(MONDAY), group)
    it_is(noon)
    make_mark(pupil, register.session, "/", by=people.tess, source="offline", made_at=noon - dt.timedelta(hours=3))
    (row,) = register_at(MONDAY, "am", group_id=group.pk, as_at=noon - MINUTE).rows
    assert row.mark is None
    (row,) = register_at(MONDAY, "am", group_id=group.pk, as_at=noon + MINUTE).rows
    assert (row.mark.code, row.mark.source) == ("/", "offline")


def test_a_register_not_yet_opened_lists_its_children_without_a_mark(
    pupil: Pupil, group: Group, browse: Browse, it_is: SetClock
) -> None:
    make_register(make_session(MONDAY), group)  # opens at ten to nine
    it_is(dt.datetime(2026, 11, 23, 12, tzinfo=LONDON))
    words = browse("alma").get(page(group), {"as_at": "2026-11-23T08:49"}).content.decode()
    assert "The register had not been opened." in words
    assert "0 of 1 marked" in words
    assert "Opened 08:50, closed 09:20" in browse("alma").get(page(group)).content.decode()


def test_who_took_and_finished_a_register_is_told_only_from_then_on(
    pupil: Pupil, group: Group, people: People, monday_morning: dt.datetime
) -> None:
    who = people.tess.user
    taken, finished = monday_morning + 5 * MINUTE, monday_morning + 9 * MINUTE
    times = {"taken_by": who, "taken_at": taken, "finished_by": who, "finished_at": finished}
    make_register(make_session(MONDAY), group, **times)

    def stood(moment: dt.datetime) -> tuple[bool, bool]:
        found = register_at(MONDAY, "am", group_id=group.pk, as_at=moment)
        return found.is_taken, found.is_finished

    assert stood(taken - MINUTE) == (False, False)
    assert stood(taken) == (True, False)
    assert stood(finished) == (True, True)


def test_a_child_marked_there_who_is_of_another_class_is_listed_too(
    pupil: Pupil, group: Group, people: People, it_is: SetClock
) -> None:
    register = make_register(make_session(MONDAY), group)
    visitor = make_pupil(surname="Aardvark", group=make_group("4B"))
    make_mark(visitor, register.session, "/", by=people.tess, register=register)
    it_is(dt.datetime(2026, 11, 23, 12, tzinfo=LONDON))
    found = register_at(MONDAY, "am", group_id=group.pk, as_at=dt.datetime(2026, 11, 23, 11, tzinfo=LONDON))
    assert [row.pupil for row in found.rows] == [visitor, pupil]


def test_the_children_of_a_class_over_a_period_are_those_there_on_any_day_of_it(pupil: Pupil, group: Group) -> None:
    gone = make_pupil(surname="Gone", group=group, until_date=FRIDAY)
    moved = make_pupil(surname="Moved", group=group)
    GroupMember.objects.filter(pupil=moved).update(until_date=MONDAY)
    assert children_of(group.pk, first=FRIDAY, last=MONDAY) == [pupil, moved]
    assert children_of(group.pk, first=FRIDAY - dt.timedelta(days=1), last=MONDAY) == [pupil, gone, moved]


def test_no_marks_have_no_changes_and_ask_nothing(
    people: People, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert changes_at([], as_at=dt.datetime(2026, 11, 23, tzinfo=LONDON)) == {}


@pytest.mark.parametrize("size", [2, 20])
def test_the_page_costs_the_same_for_two_children_and_for_twenty(
    group: Group, people: People, browse: Browse, it_is: SetClock, django_assert_num_queries, size: int
) -> None:
    moment = dt.datetime(2026, 11, 23, 12, tzinfo=LONDON)
    register = make_register(make_session(MONDAY), group)
    it_is(moment)
    for _ in range(size):
        mark = make_mark(make_pupil(group=group), register.session, "N", by=people.tess, register=register)
        amend(mark, "I", by=people.alma, at=moment)
    client = browse("alma")
    client.get(page(group))
    with django_assert_num_queries(1 + FIVE + LOGGING_IN):  # and the group
        reply = client.get(page(group))
    assert reply.content.decode().count("Parent rang") == size


def test_the_page_shows_every_particular_of_an_amendment(
    amended_twice: Mark, group: Group, people: People, browse: Browse
) -> None:
    words = browse("alma").get(page(group), {"as_at": "2026-11-24T12:00"}).content.decode()
    assert "As it stood at" in words
    for particular in ("Mother rang", "09:00", "24 Nov 2026", f"{people.alma.name}, attendance officer"):
        assert particular in words
    assert "Clinic letter seen" not in words


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026-11-27T09:00", "still to come"),
        ("yesterday", "Enter a day and a time like"),
        ("0001-01-01T00:00", "Enter a date between"),
        ("0001-01-01T00:00+14:00", "Enter a date between"),
        ("2026-10-25T01:99", "Enter a day and a time like"),
    ],
)
def test_a_moment_that_cannot_be_is_refused_beside_its_field(
    amended_twice: Mark, group: Group, pupil: Pupil, browse: Browse, typed: str, said: str
) -> None:
    for address in (page(group), f"/s/alder-primary/pupils/{pupil.pk}/"):
        reply = browse("alma").get(address, {"as_at": typed})
        assert reply.status_code == 422
        assert said in reply.content.decode()


def test_the_hour_that_comes_twice_is_its_second_time(
    pupil: Pupil, group: Group, people: People, browse: Browse, it_is: SetClock
) -> None:
    # Given a mark received between the two half past ones of the night the clocks went back
    between = dt.datetime(2026, 10, 25, 0, 45, tzinfo=dt.UTC)
    it_is(between)
    late = make_mark(pupil, make_session(FRIDAY - dt.timedelta(days=29)), "N", by=people.tess)
    it_is(dt.datetime(2026, 11, 26, 9, tzinfo=LONDON))
    where = page(group, late.session.date)
    # Then the page takes the second half past one, unless told otherwise
    assert "1 of 1 marked" in browse("alma").get(where, {"as_at": "2026-10-25T01:30"}).content.decode()
    assert "0 of 1 marked" in browse("alma").get(where, {"as_at": "2026-10-25T01:30+01:00"}).content.decode()


def test_the_pupils_page_shows_the_marks_and_figures_of_that_moment(
    amended_twice: Mark, pupil: Pupil, browse: Browse
) -> None:
    here = f"/s/alder-primary/pupils/{pupil.pk}/"
    then = browse("alma").get(here, {"as_at": "2026-11-23T10:00"}).content.decode()
    assert "As it stood" in then
    assert f"(1 {title_of('N')})" in then
    assert f"(1 {title_of('M')})" in browse("alma").get(here).content.decode()


@pytest.mark.parametrize(
    ("name", "status"), [("tess", 403), ("tomas", 403), ("tutu", 404), ("hana", 404), ("cass", 404)]
)
def test_who_may_not_see_a_register_as_it_stood(
    pupil: Pupil, group: Group, browse: Browse, name: str, status: int
) -> None:
    make_session(MONDAY)
    assert browse(name).get(page(group)).status_code == status


def test_a_tutor_sees_their_own_class_as_it_stood(pupil: Pupil, group: Group, people: People, browse: Browse) -> None:
    make_session(MONDAY)
    Assignment.objects.create(user=people.user("tutu"), group=group, weekdays=[0], from_date=dt.date(2026, 9, 1))
    assert browse("tutu").get(page(group)).status_code == 200
    assert browse("tutu").get(page(make_group("4B"))).status_code == 404


@pytest.mark.parametrize(("date", "half"), [("2026-11-22", "am"), ("2026-11-23", "noon"), ("monday", "am")])
def test_a_session_that_was_not_held_is_not_found(
    pupil: Pupil, group: Group, browse: Browse, date: str, half: str
) -> None:
    make_session(MONDAY)
    assert (
        browse("alma").get(f"/s/alder-primary/sessions/{date}/{half}/groups/{group.pk}/register/as-at/").status_code
        == 404
    )
