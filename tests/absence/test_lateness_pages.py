"""Lateness counted by pupil, tutor group, year and weekday over any days, each with its sum; and who was late often."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from absence.rules.expectations import expectations
from attendance_mat.policy.school_day import Gates
from attendance_mat.policy.session_times import SessionTimes, YearTime
from registers.models import Assignment, Pupil, PupilYear
from tests.absence.lateness import FIRST, MONDAY, autumn, comes_late, set_steps, step
from tests.escalation.terms import weekdays
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import People

WHO_IS_ASKING = 6  # session, person, school, membership, and two changes of schema
WEEK = weekdays(MONDAY, 5)
DAYS = "from_date=2025-11-03&to_date=2025-11-07"
Browse = Callable[[str], Client]


def url(name: str, asked: str = "") -> str:
    return "/s/alder-primary" + reverse(f"absence:{name}", urlconf="attendance_mat.school_urls") + asked


def table(html: str) -> list[list[str]]:
    """Return the first table's rows as words, without its head."""
    body = html[html.index("<tbody>") : html.index("</table>")]
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    cells = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


@pytest.fixture
def late_ones(people: People, monday_morning: dt.datetime) -> list[Pupil]:
    """Return a pupil of 7A late three times and one of 7B late once and once after close."""
    autumn(people)
    often = make_pupil(surname="Often", group=make_group("7A"), year=7, from_date=FIRST)
    once = make_pupil(surname="Once", group=make_group("7B"), year=7, from_date=FIRST)
    for day, minutes in zip(WEEK[::2], (5, 10, None), strict=True):
        make_mark(often, make_session(day), "L", by=people.tess, group=make_group("7A"), minutes_late=minutes)
    make_mark(once, make_session(WEEK[0]), "L", by=people.tess, group=make_group("7B"), minutes_late=4)
    make_mark(once, make_session(WEEK[1]), "U", by=people.tess, group=make_group("7B"), minutes_late=50)
    make_mark(once, make_session(WEEK[2]), "/", by=people.tess, group=make_group("7B"))
    return [often, once]


def test_the_counts_are_shown_by_pupil_group_year_and_weekday_with_one_sum(
    late_ones: list[Pupil], browse: Browse
) -> None:
    client = browse("alma")
    by_pupil = table(client.get(url("lateness", f"?{DAYS}")).text)
    assert [row[1:] for row in by_pupil[:2]] == [["7A", "3", "0", "3", "15", "1"], ["7B", "1", "1", "2", "54", "0"]]
    assert by_pupil[-1][2:] == ["4", "1", "5", "69", "1"]
    by_group = table(client.get(url("lateness", f"?{DAYS}&by=group")).text)
    assert [row[0] for row in by_group] == ["7A", "7B", "Sum of 2 lines"]
    by_year = table(client.get(url("lateness", f"?{DAYS}&by=year")).text)
    assert by_year[0] == ["Year 7", "4", "1", "5", "69", "1"]
    by_weekday = table(client.get(url("lateness", f"?{DAYS}&by=weekday")).text)
    assert [row[0] for row in by_weekday] == ["Monday", "Tuesday", "Wednesday", "Friday", "Sum of 4 lines"]
    for rows in (by_group, by_year, by_weekday):
        assert rows[-1][1:] == ["4", "1", "5", "69", "1"]


def test_marks_of_pupils_without_group_or_year_have_a_line_of_their_own(
    people: People, late_ones: list[Pupil], browse: Browse
) -> None:
    loose = make_pupil(from_date=FIRST)
    PupilYear.objects.filter(pupil=loose).delete()
    make_mark(loose, make_session(WEEK[0]), "L", by=people.tess, group=make_group("7B"))
    client = browse("alma")
    assert "No tutor group that day" in client.get(url("lateness", f"?{DAYS}&by=group")).text
    assert "No year group that day" in client.get(url("lateness", f"?{DAYS}&by=year")).text


def test_this_week_is_shown_first_and_a_week_without_lates_says_so(late_ones: list[Pupil], browse: Browse) -> None:
    page = browse("alma").get(url("lateness", "?by=nonsense")).text
    assert 'value="2026-11-23"' in page
    assert "Nobody was late" in page


def test_days_in_the_wrong_order_are_refused_beside_the_field(late_ones: list[Pupil], browse: Browse) -> None:
    reply = browse("alma").get(url("lateness", "?from_date=2025-11-07&to_date=2025-11-03"))
    assert reply.status_code == 422
    assert "The last day is before the first day." in reply.text
    assert browse("alma").get(url("lateness", "?from_date=tomorrow")).status_code == 422


def test_tutors_and_heads_of_year_count_their_own(people: People, late_ones: list[Pupil], browse: Browse) -> None:
    tutu, hana = people.member("tutu"), people.member("hana")
    Assignment.objects.create(user=tutu.user, group=make_group("7A"), weekdays=[0], from_date=FIRST)
    Assignment.objects.create(user=hana.user, year=7, weekdays=[0], from_date=FIRST)
    tutors = table(browse("tutu").get(url("lateness", f"?{DAYS}")).text)
    assert [row[0].split(",")[0] for row in tutors] == ["Often", "Sum of 1 line"]
    assert table(browse("hana").get(url("lateness", f"?{DAYS}")).text)[-1][4] == "5"
    assert url("lateness") in browse("hana").get(url("lateness")).text
    assert browse("tess").get(url("lateness")).status_code == 403


def test_who_was_late_repeatedly_is_listed_with_the_lates_that_count(
    people: People, late_ones: list[Pupil], browse: Browse
) -> None:
    set_steps(
        people, step("detention", 2, per="week", minutes=30, each_further=True), step("letter", None, letter="lateness")
    )
    page = browse("alma").get(url("repeatedly-late", "?on=2025-11-07")).text
    assert "2 marked L in a week, and at each further one, 30 minutes." in page
    assert "No number is set for: step of letter." in page
    (row,) = table(page)
    assert row[0].startswith("Often")
    assert "3 since Mon 3 Nov 2025" in row[2]
    assert "Mon 3 Nov 2025 am L, 5 minutes; Wed 5 Nov 2025 am L, 10 minutes; Fri 7 Nov 2025 am L" in row[2]
    assert "2 since Mon 3 Nov 2025" in browse("alma").get(url("repeatedly-late", "?on=2025-11-05")).text
    assert "Nobody" in browse("alma").get(url("repeatedly-late", "?on=2025-11-17")).text


def test_a_policy_without_numbers_says_so_and_a_day_that_is_none_is_refused(
    late_ones: list[Pupil], browse: Browse
) -> None:
    assert "names no number of lates" in browse("alma").get(url("repeatedly-late")).text
    assert browse("alma").get(url("repeatedly-late", "?on=31/31/2025")).status_code == 422


@pytest.mark.parametrize("asked", ["lateness", "lateness&by=group", "repeatedly-late"])
def test_twenty_pupils_take_as_many_statements_as_two(
    asked: str, people: People, late_ones: list[Pupil], browse: Browse, django_assert_num_queries: Callable[..., object]
) -> None:
    name, _, by = asked.partition("&")
    set_steps(people, step("contact", 1, per="week"))
    client, page = browse("alma"), url(name, f"?{DAYS}&on=2025-11-07&{by}")
    client.get(page)
    with django_assert_num_queries(WHO_IS_ASKING + 3):
        client.get(page)
    for _ in range(18):
        pupil = make_pupil(group=make_group("7A"), from_date=FIRST)
        make_mark(pupil, make_session(WEEK[0]), "L", by=people.tess, group=make_group("7A"))
    with django_assert_num_queries(WHO_IS_ASKING + 3):
        client.get(page)


def test_a_pupils_page_tells_their_lateness_with_its_sum(
    people: People, late_ones: list[Pupil], browse: Browse
) -> None:
    comes_late(late_ones[0], WEEK[3], by=people.alma, minutes=7, comment="Missed the bus", group="7A")
    page = browse("alma").get(f"/s/alder-primary/pupils/{late_ones[0].pk}/?year=2025").text
    said = " ".join(re.sub("<[^>]+>", " ", page[page.index('id="lateness"') :]).split())
    assert "Late 4 times in 2025/26: 4 before the register closed (L), 0 after it (U). 22 minutes in all" in said
    assert "without 1 of which no time is known" in said
    assert "Sum 4 0 4 22" in said
    assert "Missed the bus" in said


def test_the_notice_of_times_has_each_year_groups_own() -> None:
    morning = SessionTimes(dt.time(8, 50), (YearTime((12, 13), dt.time(9, 30)),))
    rows = expectations(
        morning=morning, afternoon=SessionTimes(dt.time(13)), gates=Gates(None, None, None, 10, 5), open_minutes=30
    )
    assert [(row.session, row.years, row.on_site_by, row.closes) for row in rows] == [
        ("Morning", (), dt.time(8, 40), dt.time(9, 20)),
        ("Morning", (12, 13), dt.time(9, 20), dt.time(10)),
        ("Afternoon", (), None, dt.time(13, 30)),
    ]
