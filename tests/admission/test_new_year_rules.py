"""What a new year makes of names, grounds and takers, by plain rules."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendance_mat.admission.rules.new_year import (
    Choices,
    GroupChoice,
    Standing,
    Taker,
    Takers,
    ground_of_leaver,
    next_name,
    plan_year,
    usual_takers,
)

DAY, TODAY = dt.date(2027, 9, 1), dt.date(2027, 6, 14)
BORN = dt.date(2015, 1, 1)


@pytest.mark.parametrize(
    ("name", "years", "following"),
    [
        ("3A", {3}, "4A"), ("9XY", {9}, "10XY"), ("09X", {9}, "10X"), ("07B", {7}, "08B"),
        ("Year 3 Owls", {3}, "Year 4 Owls"),
        ("RA", {0}, "1A"), ("R", {0}, "1"), ("YR Bees", {0}, "1 Bees"), ("Reception Bees", {0}, "1 Bees"),
        ("Robins", {0}, "Robins"), ("NA", {-1}, "RA"), ("Nursery B", {-1}, "R B"), ("N1", {-2}, "N1"),
        ("Hawk", {7, 8, 9}, "Hawk"), ("3/4 Mixed", {3, 4}, "3/4 Mixed"), ("13A", {3}, "13A"), ("4A", {3}, "4A"),
        ("Empty 3", set(), "Empty 3"),
    ],
)  # fmt: skip
def test_a_groups_name_a_year_on(name: str, years: set[int], following: str) -> None:
    assert next_name(name, years) == following


@pytest.mark.parametrize(
    ("dob", "ground"),
    [
        (dt.date(2016, 3, 1), ("a", False)),  # eleven: goes to another school
        (dt.date(2011, 8, 31), ("l", False)),  # sixteen this summer: the last Friday in June has been by September
        (dt.date(2011, 9, 1), ("a", False)),  # sixteen on the day itself: of compulsory age for another year
        (dt.date(2010, 8, 31), ("a", True)),  # over it already
    ],
)
def test_the_ground_of_a_leaver_is_by_age(dob: dt.date, ground: tuple[str, bool]) -> None:
    assert ground_of_leaver(dob, today=TODAY, from_date=DAY) == ground


def test_a_boarder_over_the_age_has_a_ground_of_their_own() -> None:
    born = dt.date(2010, 8, 31)
    assert ground_of_leaver(born, today=TODAY, from_date=DAY, boarder=True) == ("b", True)
    assert ground_of_leaver(dt.date(2016, 3, 1), today=TODAY, from_date=DAY, boarder=True) == ("a", False)


def test_who_takes_a_group_is_proposed_by_the_kind_of_school() -> None:
    assert usual_takers("primary", all_leave=False) is Takers.STAY
    assert usual_takers("primary", all_leave=True) is Takers.STAY
    assert usual_takers("secondary", all_leave=False) is Takers.MOVE
    assert usual_takers("all-through", all_leave=True) is Takers.END


def standing(pupil: int, year: int | None, group: int | None) -> Standing:
    """Return a pupil whose rows are numbered after them."""
    return Standing(
        pupil_id=pupil, dob=BORN, roll_period_id=pupil, leaving_proposed=False, year=year, group_id=group,
        year_id=None if year is None else 1000 + pupil, place_id=None if group is None else 2000 + pupil,
    )  # fmt: skip


def choices(**groups: tuple[str, Takers]) -> Choices:
    return Choices(DAY, 6, {int(pk[1:]): GroupChoice(*choice) for pk, choice in groups.items()})


def test_a_mixed_group_keeps_its_name_while_its_oldest_leave() -> None:
    plan = plan_year(
        [standing(1, 5, 1), standing(2, 6, 1)], [], choices(g1=("", Takers.MOVE)), today=TODAY
    )  # fmt: skip
    assert [each.pupil_id for each in plan.promotions] == [1]
    assert [each.pupil_id for each in plan.leavers] == [2]
    assert plan.moves == ()


def test_takers_of_a_group_that_keeps_its_name_keep_it_too() -> None:
    taker = Taker(9, 5, "Tess", 1, (0, 1), None)
    for choice, ends in {("", Takers.MOVE): [], ("4A", Takers.STAY): [], ("4A", Takers.MOVE): ["4A"],
        ("", Takers.END): [""], ("4A", Takers.END): [""]}.items():  # fmt: skip
        plan = plan_year([], [taker], choices(g1=choice), today=TODAY)
        assert [each.name for each in plan.handovers] == ends, choice
    assert plan_year([], [taker], choices(), today=TODAY).handovers == ()  # a group nobody asked about


def test_one_without_a_year_or_a_group_is_left_as_they_are() -> None:
    plan = plan_year([standing(1, None, None)], [], choices(), today=TODAY)
    assert not plan.changes_anything


pupils = st.lists(st.tuples(st.sampled_from([None, -2, 0, 3, 5, 6, 7]), st.sampled_from([None, 1, 2])), max_size=12)


@given(pupils)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault of the rule
def test_each_pupil_moves_up_or_leaves_and_never_both(drawn: list[tuple[int | None, int | None]]) -> None:
    standings = [standing(pk, year, group) for pk, (year, group) in enumerate(drawn)]
    plan = plan_year(standings, [], choices(g1=("4A", Takers.STAY), g2=("", Takers.STAY)), today=TODAY)
    up, out = [each.pupil_id for each in plan.promotions], [each.pupil_id for each in plan.leavers]
    assert sorted(up + out) == [each.pupil_id for each in standings if each.year is not None]
    assert {each.pupil_id for each in plan.moves} == {
        each.pupil_id for each in standings if each.group_id == 1 and each.pupil_id not in out
    }
    # And two plans have one digest just if they change the same
    again = plan_year(standings, [], choices(g1=("4B", Takers.STAY), g2=("", Takers.STAY)), today=TODAY)
    assert (again.digest == plan.digest) == (again == plan)
