"""The page of the new year: what it shows before anything is written, and what it says when it cannot be."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from attendance_mat.admission.models import NewYear
from registers.models import (
    Assignment,
    FamilyTie,
    Group,
    GroupMember,
    Pupil,
    Session,
    TimetabledLesson,
    TimetablePeriod,
)
from tests.factories import TERM, make_group, make_pupil, make_register, make_session
from tests.people import People

PAGE, BEGIN = "/s/alder-primary/new-year/", "/s/alder-primary/new-year/begin/"
JULY, SEPTEMBER = dt.datetime(2027, 7, 12, 9, 0, tzinfo=dt.UTC), dt.date(2027, 9, 1)
Browse = Callable[[str], Client]


@pytest.fixture
def july(people: People, it_is: Callable[[dt.datetime], None]) -> dict[str, Pupil]:
    """Return a pupil each of 3A and 6A, in July, with the calendar of the next year and a teacher of 3A."""
    it_is(JULY)
    make_session(SEPTEMBER)
    for name in ("3A", "6A"):
        Assignment.objects.create(user=people.user("tess"), group=make_group(name), weekdays=[0, 1, 2, 3, 4],
            from_date=TERM)  # fmt: skip
    return {
        "rae": make_pupil(surname="Rae", year=3, dob=dt.date(2019, 1, 1), group=make_group("3A")),
        "uma": make_pupil(surname="Uma", year=6, dob=dt.date(2016, 1, 1), group=make_group("6A")),
    }


def fields(page: str, **other: str) -> dict[str, str]:
    """Return what the form on a page would send, with some of it typed anew."""
    sent = {"seen": re.search(r'name="seen" value="(\w*)"', page)[1]}
    for pk in Group.objects.values_list("pk", flat=True):
        typed = re.search(rf'name="name-{pk}" value="([^"]*)"', page)
        if typed or f'name="name-{pk}"' in page:
            sent |= {f"name-{pk}": typed[1] if typed else "", f"takers-{pk}": "stay"}
    return {"from_date": "2027-09-01", "last_year": "6", **sent, **other}


def test_everything_is_shown_by_group_before_anything_is_written(july: dict[str, Pupil], browse: Browse) -> None:
    make_pupil(surname="Newcomer", year=0, group=make_group("RA"), from_date=SEPTEMBER)
    page = browse("ben").get(PAGE).text
    for words in ("Rae, ", "Uma, ", "Newcomer, ", "1 move up", "1 leave", "RA, from Wednesday 1 September 2027",
                  "Ground (a): registered at another school", "Tess Lindqvist", "The new year, 2027/28"):  # fmt: skip
        assert words in page
    assert 'value="4A"' in page
    assert not NewYear.objects.exists()


def test_what_is_missing_is_said(july: dict[str, Pupil], browse: Browse) -> None:
    Session.objects.all().delete()
    make_pupil(surname="Placeless", year=3)
    make_pupil(surname="Newcomer", year=0, from_date=SEPTEMBER)
    Group.objects.create(kind=Group.Kind.TEACHING, name="Maths 1")
    page = browse("ben").get(PAGE).text
    assert "The calendar of 2027/28 is missing" in page
    assert "The new timetable is missing" in page
    assert "Nobody takes the register of 4A on any day" in page
    assert "On the roll without a year or a registration group: 1." in page
    assert "In the intake without a year or a registration group: 1." in page


def test_a_timetable_from_that_day_on_is_found(july: dict[str, Pupil], browse: Browse) -> None:
    maths = Group.objects.create(kind=Group.Kind.TEACHING, name="Maths 1")
    period = TimetablePeriod.objects.create(name="1", weekday=0, starts="09:00", ends="10:00", from_date=TERM)
    lesson = TimetabledLesson.objects.create(period=period, group=maths, from_date=TERM, until_date=SEPTEMBER)
    assert "The new timetable is missing" in browse("ben").get(PAGE).text
    TimetabledLesson.objects.create(period=period, group=lesson.group, from_date=SEPTEMBER)
    assert "The new timetable is missing" not in browse("ben").get(PAGE).text


def test_a_day_that_does_not_fit_the_calendar_is_pointed_out(july: dict[str, Pupil], browse: Browse) -> None:
    client = browse("ben")
    page = client.get(PAGE).text
    early = client.post(PAGE, fields(page, from_date="2027-08-30")).text
    assert "The school first meets on Wednesday 1 September 2027, after the day chosen." in early
    late = client.post(PAGE, fields(page, from_date="2027-09-02")).text
    assert "The school meets in 2027/28 before the day chosen" in late
    assert "Nobody takes the register of 4A on any day" in late


def test_the_choices_can_be_changed_looked_at_and_begun(july: dict[str, Pupil], browse: Browse) -> None:
    client, three = browse("ben"), make_group("3A")
    sent = fields(client.get(PAGE).text)
    # Another name than was shown is not begun before it has been looked at
    changed = {**sent, f"name-{three.pk}": "4 Kites", f"takers-{three.pk}": "move"}
    refused = client.post(BEGIN, changed)
    assert refused.status_code == 422
    assert "What would change is not what you were shown." in refused.text
    assert 'value="4 Kites"' in refused.text
    looked = client.post(PAGE, changed)
    assert looked.status_code == 200
    done = client.post(BEGIN, {**changed, "seen": fields(looked.text)["seen"]}, follow=True)
    assert "The new year begins on Wednesday 1 September 2027. Moved up: 1." in done.text
    assert GroupMember.objects.get(pupil=july["rae"], from_date=SEPTEMBER).group.name == "4 Kites"
    assert Assignment.objects.get(group__name="4 Kites").user.name == "Tess Lindqvist"


def test_of_two_heads_who_press_at_once_one_begins_the_year(july: dict[str, Pupil], browse: Browse) -> None:
    first, second = browse("ben"), browse("sadie")
    sent = fields(first.get(PAGE).text)
    assert first.post(BEGIN, sent).status_code == 302
    again = second.post(BEGIN, sent)
    assert again.status_code == 422
    assert "by Ben Okafor" in again.text
    assert NewYear.objects.count() == 1


def test_it_is_undone_with_a_reason_and_refused_with_one(july: dict[str, Pupil], browse: Browse) -> None:
    client = browse("ben")
    client.post(BEGIN, fields(client.get(PAGE).text))
    act = NewYear.objects.get()
    undo = f"{PAGE}{act.pk}/undo/"
    silent = client.post(undo, {"because": " "})
    assert silent.status_code == 422
    assert "Say why the new year is undone: it is kept." in silent.text
    make_register(make_session(SEPTEMBER), make_group("4A"))
    refused = client.post(undo, {"because": "Too early"})
    assert "The register of 4A on Wednesday 1 September 2027 has been opened" in refused.text
    assert 'value="Too early"' in refused.text
    assert NewYear.objects.get().undone_at is None


def test_an_undone_year_is_told_of_and_can_be_begun_again(july: dict[str, Pupil], browse: Browse) -> None:
    client = browse("ben")
    client.post(BEGIN, fields(client.get(PAGE).text))
    page = client.post(f"{PAGE}{NewYear.objects.get().pk}/undo/", {"because": "Too early"}, follow=True).text
    assert "by Ben Okafor: Too early" in page
    assert "Begin the new year" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"from_date": "soon"}, "Enter a date like 23/11/2026."),
        ({"from_date": "2031-09-01"}, "Choose a day in 2026/27 or 2027/28."),
        ({"last_year": "12"}, "Choose a year of the list."),
        ({"name": " "}, "Say what 3A is called in the new year"),
        ({"name": "x" * 41}, "at most 40 characters"),
        ({"takers": "go"}, "Choose from the list."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    july: dict[str, Pupil], browse: Browse, typed: dict[str, str], said: str
) -> None:
    client, three = browse("ben"), make_group("3A").pk
    sent = fields(client.get(PAGE).text, **{f"name-{three}": "4 Kites"})
    sent |= {f"{name}-{three}" if name in {"name", "takers"} else name: value for name, value in typed.items()}
    for address in (PAGE, BEGIN):
        answer = client.post(address, sent)
        assert answer.status_code == 422
        assert said in answer.text
        assert "name" in typed or 'value="4 Kites"' in answer.text
    assert not NewYear.objects.exists()


def test_a_leaver_of_ones_own_family_is_pointed_out(july: dict[str, Pupil], people: People, browse: Browse) -> None:
    FamilyTie.objects.create(user=people.user("ben"), pupil=july["uma"])
    assert "Your own family is among the leavers." in browse("ben").get(PAGE).text
    assert "Your own family" not in browse("sadie").get(PAGE).text


def test_a_hidden_child_is_counted_and_named_to_those_who_may_know(july: dict[str, Pupil], browse: Browse) -> None:
    make_pupil(surname="Kept", year=3, group=make_group("3A"), hidden=True)
    officer = browse("alma").get(PAGE).text
    assert "2 move up" in officer
    assert "Kept, " not in officer
    assert "1 more, whose names you may not see." in officer
    assert "Kept, " in browse("sadie").get(PAGE).text


def test_a_school_without_pupils_has_nothing_to_begin(people: People, browse: Browse) -> None:
    page = browse("ben").get(PAGE)
    assert page.status_code == 200
    assert "Nobody would move up" in page.text
    assert browse("ben").post(BEGIN, {}).status_code == 200


def test_those_who_may_are_led_to_it_from_the_pupils(july: dict[str, Pupil], browse: Browse) -> None:
    assert PAGE in browse("alma").get("/s/alder-primary/pupils/").text
    assert PAGE not in browse("olly").get("/s/alder-primary/pupils/").text
    assert browse("olly").get(PAGE).status_code == 403


@pytest.mark.parametrize("size", [2, 20])
def test_the_page_takes_as_many_queries_for_two_pupils_and_groups_as_for_twenty(
    july: dict[str, Pupil], browse: Browse, django_assert_max_num_queries: Any, size: int
) -> None:
    for number in range(size):
        make_pupil(year=4, group=make_group(f"4 {number}"))
    client = browse("ben")
    client.get(PAGE)
    with django_assert_max_num_queries(18 + 6):
        assert client.get(PAGE).status_code == 200
