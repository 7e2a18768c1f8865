"""Which pupils and groups a permission reaches: own registers, groups, years, the school (decision 10)."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance_mat.accounts.permissions import Scope
from registers.models import Assignment, Cover, FamilyTie, Group, GroupMember, Pupil
from registers.queries.cover import groups_to_take
from registers.queries.reach import register_in_reach
from registers.queries.scope import groups_in_scope, is_own_family, pupils_in_scope
from registers.queries.taking import register_rows
from tests.factories import TERM, make_group, make_pupil, make_register, make_session
from tests.people import People

MONDAY = dt.date(2026, 11, 23)
TUESDAY = dt.date(2026, 11, 24)
EVERY_DAY = [0, 1, 2, 3, 4]


@pytest.fixture
def asha(people: People) -> Pupil:
    """Return a pupil of 4A, in year 4."""
    return make_pupil(surname="Asha", group=make_group("4A"), year=4)


@pytest.fixture
def bo(people: People) -> Pupil:
    """Return a pupil of 5B, in year 5."""
    return make_pupil(surname="Bo", group=make_group("5B"), year=5)


def assign(people: People, name: str, **fields: object) -> Assignment:
    """Give one of the cast a group or a year, every day of the week unless told otherwise."""
    defaults: dict[str, object] = {"weekdays": EVERY_DAY, "from_date": TERM}
    return Assignment.objects.create(user=people.user(name), **{**defaults, **fields})


def found(people: People, name: str, scope: Scope, on: dt.date = MONDAY) -> set[str]:
    """Return the surnames that one of the cast finds."""
    return {pupil.surname for pupil in pupils_in_scope(people.member(name), scope, on)}


def groups_of(people: People, name: str, scope: Scope, on: dt.date = MONDAY) -> set[str]:
    """Return the names of the groups within reach of one of the cast."""
    return {group.name for group in groups_in_scope(people.member(name), scope, on)}


def test_a_job_share_reaches_its_own_registers_on_its_own_weekdays_only(people: People, asha: Pupil, bo: Pupil) -> None:
    # Given that Tess takes 4A on Mondays
    assign(people, "tess", group=make_group("4A"), weekdays=[0])
    # Then it is hers on Monday, and nobody's of hers on Tuesday
    assert (found(people, "tess", Scope.OWN), groups_of(people, "tess", Scope.OWN)) == ({"Asha"}, {"4A"})
    assert (found(people, "tess", Scope.OWN, TUESDAY), groups_of(people, "tess", Scope.OWN, TUESDAY)) == (set(), set())


def test_a_tutor_reaches_their_group_on_any_day(people: People, asha: Pupil, bo: Pupil) -> None:
    assign(people, "tutu", group=make_group("4A"), weekdays=[0])
    assert found(people, "tutu", Scope.GROUP, TUESDAY) == {"Asha"}
    assert groups_of(people, "tutu", Scope.GROUP, TUESDAY) == {"4A"}


def test_a_head_of_year_reaches_the_year_and_the_groups_they_take(people: People, asha: Pupil, bo: Pupil) -> None:
    # Given a head of year 5 who also takes 4A, and a pupil of year 6
    assign(people, "hana", year=5)
    assign(people, "hana", group=make_group("4A"))
    make_pupil(surname="Six", group=make_group("6C"), year=6)
    assert found(people, "hana", Scope.YEAR) == {"Asha", "Bo"}
    assert groups_of(people, "hana", Scope.YEAR) == {"4A", "5B"}


def test_an_assignment_reaches_nobody_before_it_begins_or_after_it_ends(people: People, asha: Pupil) -> None:
    assign(people, "tess", group=make_group("4A"), from_date=MONDAY, until_date=TUESDAY)
    days = [MONDAY - dt.timedelta(days=1), MONDAY, TUESDAY]
    assert [found(people, "tess", Scope.GROUP, on) for on in days] == [set(), {"Asha"}, set()]


def test_a_pupil_who_moved_group_is_reached_by_the_new_one_from_that_day(people: People, asha: Pupil) -> None:
    # Given that Asha moves from 4A to 4B on Tuesday
    assign(people, "tess", group=make_group("4A"))
    GroupMember.objects.filter(pupil=asha).update(until_date=TUESDAY)
    GroupMember.objects.create(pupil=asha, group=make_group("4B"), from_date=TUESDAY)
    # Then the teacher of 4A has her until then
    assert [found(people, "tess", Scope.OWN, on) for on in (MONDAY, TUESDAY)] == [{"Asha"}, set()]


def test_one_persons_groups_are_not_anothers(people: People, asha: Pupil) -> None:
    assign(people, "tutu", group=make_group("4A"))
    assert found(people, "tess", Scope.GROUP) == set()


@pytest.mark.parametrize(("name", "scope"), [("olly", Scope.SCHOOL), ("tara", Scope.TRUST)])
def test_the_office_and_the_trust_reach_everybody(
    people: People, asha: Pupil, bo: Pupil, name: str, scope: Scope
) -> None:
    assert found(people, name, scope) == {"Asha", "Bo"}
    assert groups_of(people, name, scope) == {"4A", "5B"}


@pytest.mark.parametrize(("name", "finds"), [("sadie", True), ("ben", True), ("alma", False), ("tara", False)])
def test_a_hidden_pupil_is_found_by_the_safeguarding_lead_and_the_head(
    people: People, asha: Pupil, name: str, finds: bool
) -> None:
    make_pupil(surname="Hidden", group=make_group("4A"), hidden=True)
    assert ("Hidden" in found(people, name, Scope.SCHOOL)) is finds


def test_a_hidden_pupil_stands_on_their_own_register(people: People, asha: Pupil) -> None:
    hidden = make_pupil(surname="Hidden", group=make_group("4A"), hidden=True)
    register = make_register(make_session(MONDAY), make_group("4A"))
    assert [row.pupil_id for row in register_rows(register, by=people.tess)] == [asha.pk, hidden.pk]


def test_staff_are_told_apart_from_their_own_family(people: People, asha: Pupil, bo: Pupil) -> None:
    FamilyTie.objects.create(user=people.user("tess"), pupil=asha)
    assert is_own_family(people.tess, asha)
    assert not is_own_family(people.tess, bo)
    assert not is_own_family(people.alma, asha)


@pytest.mark.parametrize("pupils", [2, 20])
@pytest.mark.parametrize("scope", list(Scope))
def test_a_scope_costs_one_query_however_many_pupils(people: People, scope: Scope, pupils: int) -> None:
    member = people.member("hana")
    assign(people, "hana", year=4)
    for number in range(pupils):
        make_pupil(group=make_group(f"4{number % 3}"))
    assert queries(lambda: list(pupils_in_scope(member, scope, MONDAY))) == 1
    assert queries(lambda: list(groups_in_scope(member, scope, MONDAY))) == 1


def queries(read: Callable[[], list[Pupil] | list[Group]]) -> int:
    """Return how many statements a read takes."""
    with CaptureQueriesContext(connection) as captured:
        read()
    return len(captured)


@pytest.mark.parametrize("scope", Scope)
def test_a_register_is_in_reach_where_its_group_is_one_to_take_that_day(
    people: People, asha: Pupil, bo: Pupil, scope: Scope, monday_morning: dt.datetime
) -> None:
    # Given a group of one's weekdays, one that has ended, one of one's year, and one covered this morning
    make_pupil(surname="Six", group=make_group("6C"), year=6)
    make_pupil(surname="Two", group=make_group("2D"), year=2)
    assign(people, "hana", group=make_group("4A"), weekdays=[0])
    assign(people, "hana", group=make_group("6C"), until_date=TUESDAY)
    assign(people, "hana", year=5, weekdays=[1])
    given = {"given_at": monday_morning, "given_by": people.user("alma"), "given_by_name": "Alma Reyes",
        "given_by_role": "attendance_officer"}  # fmt: skip
    Cover.objects.create(
        user=people.user("hana"), name="Hana Doyle", date=MONDAY, half="am", group=make_group("2D"), **given
    )
    hana = people.member("hana")
    sessions = [make_session(day, half) for day in (MONDAY, TUESDAY) for half in ("am", "pm")]
    registers = [make_register(session, group) for session in sessions for group in Group.objects.all()]
    # Then the statement that a save asks, and the condition that lists are made by, say the same of each
    for register in registers:
        session = register.session
        to_take = groups_to_take(hana, scope, session.date, half=session.half)
        found = register_in_reach(register.pk, by=hana, scope=scope)
        assert (found is not None) == to_take.filter(pk=register.group_id).exists(), (session, register.group)
        assert found is None or (found, found.session, found.group) == (register, session, register.group)
