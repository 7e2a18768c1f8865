"""The list of who is on the premises: by it people are counted when the building is left."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registers.models import Group, LessonMark, LessonRegister, Movement, Pupil, TimetabledLesson, TimetablePeriod
from registers.queries.on_site import NO_GROUP, Standing, Whereabouts, counted, everybody, on_site
from registers.rules.movements import MovementKind
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import People
from tests.registers.moving import MONDAY, make_movement, monday


@pytest.fixture
def pupil(people: People) -> Pupil:
    return make_pupil(surname="Moss", forename="Ada", group=make_group())


def at(clock: str) -> Whereabouts:
    return everybody(monday(clock))[0]


def marked(pupil: Pupil, code: str, clock: str, *, by: object, half: str = "am", **fields: object) -> None:
    make_mark(pupil, make_session(MONDAY, half), code, by=by, made_at=monday(clock), **fields)


@pytest.mark.parametrize("code", ["/", "L", "U"])
def test_who_came_is_on_site_from_then(pupil: Pupil, people: People, code: str) -> None:
    marked(pupil, code, "08:50", by=people.tess)
    row = at("08:50")
    assert (row.pupil_id, row.list_name, row.group, row.standing) == (pupil.pk, "Moss, Ada", "4A", Standing.ON_SITE)
    assert row.since == monday("08:50")
    assert at("08:49").standing is Standing.NOT_YET


@pytest.mark.parametrize("code", ["N", "I", "B", "D", "C"])
def test_who_is_absent_or_taught_elsewhere_is_not(pupil: Pupil, people: People, code: str) -> None:
    marked(pupil, code, "08:55", by=people.alma, nature="Coaching" if code == "B" else "")
    assert at("09:00").standing is Standing.NOT_IN
    assert on_site(monday("09:00")) == []


def test_a_late_child_is_on_site_from_the_arrival_and_not_from_the_typing(pupil: Pupil, people: People) -> None:
    marked(pupil, "U", "08:50", by=people.alma, arrived_at=monday("09:40"))
    assert at("09:39").standing is Standing.NOT_YET
    assert at("09:40").since == monday("09:40")


def test_a_sign_out_takes_a_child_off_the_list_until_the_return(pupil: Pupil, people: People) -> None:
    marked(pupil, "/", "08:50", by=people.tess)
    make_movement(pupil, MovementKind.OUT, "10:05", by=people.alma, due_back_at=monday("11:30"))
    make_movement(pupil, MovementKind.IN, "11:40", by=people.alma)
    assert at("10:04").standing is Standing.ON_SITE
    out = at("11:00")
    assert (out.standing, out.since, out.due_back_at) == (Standing.SIGNED_OUT, monday("10:05"), monday("11:30"))
    assert (at("11:40").standing, at("11:40").since) == (Standing.ON_SITE, monday("11:40"))


def test_who_did_not_come_back_is_not_made_present_by_the_mark_that_was_expected(
    pupil: Pupil, people: People, it_is: Callable[[dt.datetime], None]
) -> None:
    it_is(monday("14:00"))
    marked(pupil, "/", "08:50", by=people.tess)
    make_movement(pupil, MovementKind.OUT, "10:05", by=people.alma)
    marked(pupil, "M", "13:00", by=people.alma, half="pm", source="expected")
    assert at("14:00").standing is Standing.NOT_IN


def test_a_child_in_the_room_wins_over_the_desk(pupil: Pupil, people: People) -> None:
    make_movement(pupil, MovementKind.OUT, "08:40", by=people.alma)
    marked(pupil, "/", "08:50", by=people.tess)
    assert at("09:00").standing is Standing.ON_SITE


def test_the_last_row_of_an_entry_stands(pupil: Pupil, people: People) -> None:
    marked(pupil, "/", "08:45", by=people.tess)
    first = make_movement(pupil, MovementKind.OUT, "08:46", by=people.alma)
    make_movement(
        pupil, MovementKind.OUT, "08:48", by=people.alma, entry=first.entry, because="The clock was read wrongly."
    )
    assert at("08:47").standing is Standing.ON_SITE
    assert at("08:48").since == monday("08:48")
    make_movement(
        pupil, MovementKind.OUT, "08:48", by=people.alma, entry=first.entry, struck=True, because="Another child."
    )
    assert at("08:49").standing is Standing.ON_SITE


def test_who_was_not_released_stays_on_the_list(pupil: Pupil, people: People) -> None:
    marked(pupil, "/", "08:45", by=people.tess)
    make_movement(pupil, MovementKind.REFUSED, "08:49", by=people.alma, permitted=False)
    assert at("08:50").standing is Standing.ON_SITE


@pytest.fixture
def lesson(people: People) -> LessonRegister:
    period = TimetablePeriod.objects.create(
        name="P1", weekday=0, starts=dt.time(9), ends=dt.time(10), from_date=dt.date(2026, 9, 1)
    )
    group = Group.objects.create(kind=Group.Kind.TEACHING, name="4a/Mu")
    taught = TimetabledLesson.objects.create(period=period, group=group, from_date=dt.date(2026, 9, 1))
    return LessonRegister.objects.create(
        lesson=taught, date=MONDAY, starts_at=monday("08:30"), ends_at=monday("10:00"), opened_at=monday("08:30")
    )


@pytest.mark.parametrize(
    ("code", "fields", "where"),
    [("ES", {"place": "Nurse"}, "Nurse"), ("N", {}, "Not in the lesson"), ("/", {}, "")],
)
def test_where_a_child_is_during_a_lesson_is_told(
    pupil: Pupil, people: People, lesson: LessonRegister, code: str, fields: dict[str, object], where: str
) -> None:
    marked(pupil, "/", "08:30", by=people.tess)
    LessonMark.objects.create(
        pupil=pupil, register=lesson, code=code, source="teacher", made_by=people.tess.user,
        made_by_name="Tess Lindqvist", made_by_role="teacher", made_at=monday("08:45"), received_at=monday("08:45"),
        **fields,
    )  # fmt: skip
    assert (at("08:50").standing, at("08:50").where) == (Standing.ON_SITE, where)
    assert at("10:00").where == ""


def test_time_out_is_told_until_the_child_is_back(pupil: Pupil, people: People) -> None:
    marked(pupil, "/", "08:30", by=people.tess)
    make_movement(pupil, MovementKind.TIME_OUT, "10:10", by=people.tess, lesson="P2 Maths")
    assert (at("10:15").standing, at("10:15").where) == (Standing.ON_SITE, "Time out from P2 Maths")
    make_movement(pupil, MovementKind.TIME_BACK, "10:25", by=people.tess)
    assert at("10:25").where == ""


def test_everybody_on_roll_is_counted_once_hidden_or_without_a_group(people: People) -> None:
    make_pupil(surname="Aspen", hidden=True)
    make_pupil(surname="Gone", until_date=MONDAY)
    make_pupil(surname="Died", died_on=dt.date(2026, 11, 20))
    here = make_pupil(surname="Bell", group=make_group())
    marked(here, "/", "08:50", by=people.tess)
    rows = everybody(monday("09:00"))
    assert [(row.list_name.partition(",")[0], row.group) for row in rows] == [("Bell", "4A"), ("Aspen", NO_GROUP)]
    assert counted(rows) == {
        Standing.ON_SITE: 1, Standing.SIGNED_OUT: 0, Standing.NOT_IN: 0, Standing.NOT_YET: 1
    }  # fmt: skip
    assert [each.label for each in Standing] == ["On site", "Signed out", "Not in", "Not marked yet"]


@pytest.mark.parametrize("children", [2, 20])
def test_the_list_is_one_statement(people: People, django_assert_num_queries, children: int) -> None:
    for _ in range(children):
        marked(make_pupil(group=make_group()), "/", "08:50", by=people.tess)
    with django_assert_num_queries(1):
        assert len(on_site(monday("09:00"))) == children


def test_the_application_can_neither_change_nor_remove_a_movement(pupil: Pupil, people: People) -> None:
    make_movement(pupil, MovementKind.OUT, "08:40", by=people.alma)
    with connection.cursor() as cursor:
        cursor.execute("SELECT privilege_type FROM information_schema.table_privileges"
                       " WHERE table_name = 'registers_movement' AND grantee = current_user"
                       " AND table_schema = current_schema()")  # fmt: skip
        assert {row[0] for row in cursor.fetchall()} == {"SELECT", "INSERT"}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(541, 900), st.booleans()), max_size=8, unique_by=lambda each: each[0]))
def test_the_last_movement_decides_and_the_sum_always_balances(
    pupil: Pupil, people: People, moves: list[tuple[int, bool]]
) -> None:
    before = set(Movement.objects.values_list("entry", flat=True))
    assert before or not Movement.objects.exists()
    for entry in before:  # of the example before: taken back, for nothing is ever removed
        last = Movement.objects.filter(entry=entry).latest("pk")
        if not last.struck:
            make_movement(pupil, MovementKind(last.kind), f"{last.at.astimezone(monday('09:00').tzinfo):%H:%M}",
                          by=people.alma, entry=entry, struck=True, because="Another example.")  # fmt: skip
    for minute, goes in moves:
        kind = MovementKind.OUT if goes else MovementKind.IN
        make_movement(pupil, kind, f"{minute // 60:02}:{minute % 60:02}", by=people.alma)
    rows = everybody(monday("15:30"))
    last_of_all = max(moves, default=None)
    expected = Standing.NOT_YET if last_of_all is None else Standing.SIGNED_OUT if last_of_all[1] else Standing.ON_SITE
    assert [row.standing for row in rows] == [expected]
    assert sum(counted(rows).values()) == 1
