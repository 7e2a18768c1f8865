"""Who takes which register on which school day: job shares, cover, and the groups nobody takes."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from attendance_mat import clock
from attendance_mat.accounts.models import Membership
from attendance_mat.audit.models import AuditEvent, Event
from registers.actions.assigning import assign_group, end_assignment
from registers.models import Assignment, Group
from registers.queries.takers import coming_school_days, takers_by_day
from registers.templatetags.registers import weekdays_in_words
from tests.factories import TERM, make_group, make_pupil, make_session, make_sessions
from tests.people import People

MONDAY = dt.date(2026, 11, 23)
PAGE, TODAY, ASSIGN = "/s/alder-primary/takers/", "/s/alder-primary/today/", "/s/alder-primary/takers/assign/"
Browse = Callable[[str], Client]


@pytest.fixture
def four(people: People) -> Group:
    """Return 4A with a child, in a school that meets today and the six school days after it."""
    make_sessions(MONDAY, 7)
    make_pupil(group=make_group())
    return make_group()


def takes(people: People, name: str, group: Group, weekdays: list[int], **dates: dt.date) -> Assignment:
    return Assignment.objects.create(
        user=people.user(name), group=group, weekdays=weekdays, **{"from_date": TERM, **dates}
    )  # fmt: skip


def untaken(people: People) -> dict[str, list[int]]:
    """Return the days of this month on which each group has no taker."""
    listed = takers_by_day(people.alder, Group.objects.all(), today=MONDAY)
    return {row.name: [day.day for day in row.untaken] for row in listed if row.untaken}


def test_the_coming_days_are_today_and_the_next_five_the_school_meets(four: Group) -> None:
    assert [day.day for day in coming_school_days(MONDAY)] == [23, 24, 25, 26, 27, 30]
    saturday = dt.date(2026, 11, 21)  # not a school day itself
    assert [day.day for day in coming_school_days(saturday)] == [23, 24, 25, 26, 27]
    assert coming_school_days(dt.date(2027, 1, 1)) == []


def test_of_a_job_share_each_takes_their_own_weekdays(four: Group, people: People) -> None:
    takes(people, "tess", four, [0, 1, 2])
    takes(people, "tutu", four, [2, 3, 4])
    (row,) = takers_by_day(people.alder, Group.objects.all(), today=MONDAY)
    assert [list(day.takers) for day in row.days] == [
        ["Tess Lindqvist"], ["Tess Lindqvist"], ["Tess Lindqvist", "Tutu Marsh"], ["Tutu Marsh"], ["Tutu Marsh"],
        ["Tess Lindqvist"],
    ]  # fmt: skip


def test_a_day_nobody_takes_is_named(four: Group, people: People) -> None:
    takes(people, "tess", four, [0, 1, 3, 4])
    takes(people, "tutu", four, [0, 1, 2, 3, 4], from_date=dt.date(2026, 11, 30))
    assert untaken(people) == {"4A": [25]}


def test_one_who_has_left_takes_nothing(four: Group, people: People) -> None:
    takes(people, "tess", four, [0, 1, 2, 3, 4])
    assert untaken(people) == {}
    Membership.objects.filter(user=people.user("tess")).update(until_date=dt.date(2026, 11, 26))
    assert untaken(people) == {"4A": [26, 27, 30]}
    people.user("tess").is_active = False
    people.user("tess").save(update_fields=["is_active"])
    assert untaken(people) == {"4A": [23, 24, 25, 26, 27, 30]}


def test_a_group_without_children_owes_no_register(four: Group, people: People) -> None:
    make_pupil(group=make_group("5A"), from_date=dt.date(2026, 11, 30))
    make_pupil(group=make_group("6A"), until_date=MONDAY)
    make_group("Empty")
    assert untaken(people) == {"4A": [23, 24, 25, 26, 27, 30], "5A": [30]}


def test_it_waits_on_today_and_leads_to_the_page(four: Group, people: People, browse: Browse) -> None:
    takes(people, "tess", four, [0, 1, 3, 4])
    today, page = browse("alma").get(TODAY).text, browse("alma").get(PAGE).text
    for text in (today, page):
        assert "Wed 25 Nov 2026" in text
    assert f"{PAGE}?group={four.pk}" in today
    assert "Assign a group" not in page  # the officer may not
    takes(people, "tutu", four, [2])
    assert "Groups with nobody to take their register" not in browse("alma").get(TODAY).text
    assert "None: somebody is assigned to every register" in browse("alma").get(PAGE).text


def test_a_head_of_year_sees_their_own_groups_only(four: Group, people: People, browse: Browse) -> None:
    make_pupil(year=6, group=make_group("6A"))
    Assignment.objects.create(user=people.user("hana"), year=4, weekdays=[0], from_date=TERM)
    page = browse("hana").get(PAGE).text
    assert "4A" in page
    assert "6A" not in page


def typed(people: People, to: Group, **other: Any) -> dict[str, Any]:
    return {"group": to.pk, "person": people.user("tess").pk, "weekdays": [0, 2], "from_date": "2026-11-23",
        "last_date": "2026-11-25", **other}  # fmt: skip


def test_the_head_assigns_cover_for_some_days_and_ends_it(four: Group, people: People, browse: Browse) -> None:
    client = browse("ben")
    assert f'<option value="{four.pk}" selected' in client.get(f"{PAGE}?group={four.pk}").text
    said = client.post(ASSIGN, typed(people, four), follow=True).text
    assert "Tess Lindqvist takes 4A from Monday 23 November 2026." in said
    made = Assignment.objects.get()
    assert (made.weekdays, made.from_date, made.last_date) == ([0, 2], MONDAY, dt.date(2026, 11, 25))
    assert untaken(people) == {"4A": [24, 26, 27, 30]}
    assert "Monday, Wednesday" in said

    said = client.post(f"/s/alder-primary/assignments/{made.pk}/end/", follow=True).text
    assert "Tess Lindqvist takes 4A no more." in said
    assert not Assignment.objects.exists()
    kinds = AuditEvent.objects.filter(subject_type="registers.assignment").values_list("kind", flat=True)
    assert list(kinds) == [Event.GROUP_ASSIGNED, Event.ASSIGNMENT_ENDED]


def test_one_that_has_held_ends_today_and_stays_on_record(four: Group, people: People) -> None:
    begun = takes(people, "tess", four, [0])
    end_assignment(begun, by=people.ben, at=clock.now())
    end_assignment(begun, by=people.ben, at=clock.now())
    begun.refresh_from_db()
    assert begun.until_date == MONDAY
    assert AuditEvent.objects.filter(kind=Event.ASSIGNMENT_ENDED).count() == 1


def test_pressing_end_twice_on_one_still_to_come_does_nothing_more(four: Group, people: People) -> None:
    begun = takes(people, "tess", four, [0], from_date=dt.date(2026, 12, 1))
    copy = Assignment.objects.get()
    end_assignment(begun, by=people.ben, at=clock.now())
    end_assignment(copy, by=people.ben, at=clock.now())
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"weekdays": []}, "Choose at least one weekday."),
        ({"weekdays": [9]}, "Choose from the list."),
        ({"from_date": "2026-11-20"}, "Choose today or a later day: who took a register before today stands."),
        ({"last_date": "2026-11-22"}, "The last day is before the first."),
        ({"person": 0}, "Choose a person of the list."),
        ({"group": ""}, "Choose a group."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    four: Group, people: People, browse: Browse, other: dict[str, Any], said: str
) -> None:
    answer = browse("ben").post(ASSIGN, typed(people, four, **other))
    assert answer.status_code == 422
    assert said in answer.text
    assert not Assignment.objects.exists()


def test_the_same_twice_is_refused_and_so_is_one_whose_role_ends_before(four: Group, people: People) -> None:
    def give(**other: Any) -> Assignment:
        days = {"weekdays": [0], "from_date": MONDAY, "until_date": None, **other}
        return assign_group(
            four, person=people.user("tess"), school=people.alder, by=people.ben, at=clock.now(), **days
        )

    give(until_date=dt.date(2026, 11, 30))
    with pytest.raises(ValidationError, match="takes 4A already on one of these days, from Monday 23 November 2026"):
        give(weekdays=[0, 1])
    with pytest.raises(ValidationError, match="takes 4A already"):
        give(until_date=dt.date(2026, 12, 10))
    assert give(weekdays=[1]).pk
    assert give(from_date=dt.date(2026, 11, 30)).pk
    Membership.objects.filter(user=people.user("tess")).update(until_date=dt.date(2026, 12, 5))
    with pytest.raises(ValidationError, match="Tess Lindqvist has no role here that takes a register"):
        give(weekdays=[4], from_date=dt.date(2026, 12, 7))


@pytest.mark.parametrize("name", ["alma", "olly", "hana"])
def test_assigning_is_for_those_who_manage_staff(four: Group, people: People, browse: Browse, name: str) -> None:
    assert browse(name).post(ASSIGN, typed(people, four)).status_code == 403


def test_without_a_calendar_that_is_said(people: People, browse: Browse) -> None:
    assert "The calendar has no session today or later" in browse("ben").get(PAGE).text


def test_weekdays_are_said_in_words() -> None:
    assert weekdays_in_words([0, 1, 2, 3, 4]) == "Every day"
    assert weekdays_in_words([0, 1, 2, 3, 4, 5, 6]) == "Every day"
    assert weekdays_in_words([2, 4]) == "Wednesday, Friday"


@pytest.mark.parametrize("size", [2, 20])
def test_the_page_takes_as_many_queries_for_two_groups_as_for_twenty(
    people: People, browse: Browse, django_assert_max_num_queries: Any, size: int
) -> None:
    make_session(MONDAY)
    for number in range(size):
        make_pupil(group=make_group(f"{number}A"))
        takes(people, "tess", make_group(f"{number}A"), [0, number % 5])
    client = browse("ben")
    client.get(PAGE)
    with django_assert_max_num_queries(6 + 6):
        assert client.get(PAGE).status_code == 200
