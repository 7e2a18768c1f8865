"""Lateness: the database's counts agree with the plain rule, and by pupil, group, year and weekday they sum alike."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registers.models import GroupMember, Pupil
from registers.queries.lateness import GROUPINGS, lateness, lates_of
from registers.rules import lateness as rules
from registers.rules.calendar import Half
from registers.rules.lateness import Late, Lateness
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import People

MONDAY = dt.date(2025, 11, 3)
DAYS = [MONDAY + dt.timedelta(days=number) for number in range(12)]  # two week-ends in it
MARKS = st.tuples(
    st.integers(0, 3), st.integers(0, 11), st.sampled_from(Half), st.sampled_from(["L", "U", "/", "I", "N"]),
    st.none() | st.integers(0, 200),
)  # fmt: skip
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.fixture
def four(people: People) -> list[int]:
    """Return four pupils: of two groups, of none, and one who changes group and leaves on the second Monday."""
    first, second = make_group("7A"), make_group("7B")
    pupils = [make_pupil(group=group, from_date=dt.date(2025, 9, 1)) for group in (first, second, None)]
    mover = make_pupil(group=first, from_date=dt.date(2025, 9, 1), until_date=DAYS[9])
    GroupMember.objects.filter(pupil=mover).update(until_date=DAYS[3])
    GroupMember.objects.create(pupil=mover, group=second, from_date=DAYS[3])
    return [pupil.pk for pupil in (*pupils, mover)]


@settings(max_examples=25, deadline=None, suppress_health_check=SLOW)
@given(
    drawn=st.lists(MARKS, max_size=30, unique_by=lambda mark: mark[:3]),
    first=st.integers(0, 11),
    length=st.integers(0, 11),
)
def test_every_grouping_sums_to_what_the_plain_rule_counts(
    people: People, four: list[int], drawn: list[tuple[int, int, Half, str, int | None]], first: int, length: int
) -> None:
    with transaction.atomic():
        _make(people, four, drawn)
        days = {"from_date": DAYS[first], "to_date": DAYS[min(first + length, 11)]}
        counted = {key: lateness(by=by, **days) for key, by in GROUPINGS.items()}
        each = lates_of(**days)
        transaction.set_rollback(True)
    plain: dict[int, list[Late]] = {}
    for who, on, half, code, minutes in drawn:
        counts = days["from_date"] <= DAYS[on] <= days["to_date"] and not (who == 3 and on >= 9)
        if counts and code in rules.LATE:
            plain.setdefault(four[who], []).append(Late(DAYS[on], half, code, minutes))
    by_rule = {pupil: rules.tally(lates) for pupil, lates in plain.items()}
    assert counted["pupil"] == by_rule
    assert {pupil: rules.tally(lates) for pupil, lates in each.items()} == by_rule
    whole = rules.total(by_rule.values())
    for groups in counted.values():
        assert rules.total(groups.values()) == whole
    by_day = rules.by_weekday(late for lates in plain.values() for late in lates)
    assert rules.total(part for _, part in by_day) == whole
    days_late = {number: part for number, (_, part) in enumerate(by_day, start=1) if part.times}
    assert set(counted["weekday"].values()) == set(days_late.values())
    assert whole.times == whole.before_close + whole.after_close


def _make(people: People, four: list[int], drawn: list[tuple[int, int, Half, str, int | None]]) -> None:
    for who, on, half, code, minutes in drawn:
        pupil = Pupil.objects.get(pk=four[who])
        late = minutes if code in rules.LATE else None
        make_mark(pupil, make_session(DAYS[on], half), code, by=people.tess, minutes_late=late)


def test_nothing_sums_to_nothing() -> None:
    assert rules.total([]) == Lateness()
    assert [name for name, _ in rules.by_weekday([])] == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    saturday = Late(dt.date(2025, 11, 8), Half.AM, "L", 3)
    assert rules.by_weekday([saturday])[-1] == ("Saturday", Lateness(1, 0, 3, 0))


@pytest.mark.parametrize(
    ("code", "said", "warns"),
    [
        ("I", "She missed the bus again", True),
        ("C", "Clothes were in the washing machine", True),
        ("M", "Lost her shoes", True),
        ("M", "Dentist", False),
        ("U", "Missed the bus", False),
        ("??", "Missed the bus", False),
    ],
)
def test_a_reason_the_policy_does_not_accept_warns_beside_an_authorised_code(code: str, said: str, warns: bool) -> None:
    reasons = ("Missed bus", "Clothes in the washing machine", "Lost shoes")
    found = list(rules.not_accepted(code, on=MONDAY, said=said, reasons=reasons))
    assert bool(found) is warns
    assert all(code in warning for warning in found)
