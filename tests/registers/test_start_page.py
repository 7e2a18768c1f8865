"""The start page: today's registers and lessons in the order of the day, how far each is, and one press to the next."""

import datetime as dt
import re

import pytest

from registers.models import Assignment, LessonRegister, Register
from tests.conftest import LONDON
from tests.factories import make_group, make_pupil, make_register, make_session
from tests.people import SINCE, People
from tests.registers.lessons import make_lesson, make_period, make_teaching_group

TODAY = dt.date(2026, 11, 23)
START = "/s/alder-primary/"


@pytest.fixture
def morning(people: People) -> Register:
    """Return this morning's register of Tess's class, which nobody has opened yet but the database."""
    Assignment.objects.create(user=people.tess.user, group=make_group(), weekdays=[0], from_date=SINCE)
    make_pupil(group=make_group())
    make_session(TODAY, "pm")
    return make_register(make_session(TODAY), make_group())


@pytest.fixture
def lesson(people: People, morning: Register):
    pupil = make_pupil(group=make_group("9A"))
    return make_lesson(make_teaching_group("9A/Ma", pupil), make_period(2), teacher=people.tess.user)


def read(browse, who: str = "tess") -> str:
    reply = browse(who).get(START)
    assert reply.status_code == 200
    return reply.content.decode()


def became(register: Register, **fields: object) -> None:
    Register.objects.filter(pk=register.pk).update(**fields)


def headline(html: str) -> str:
    return re.search(r'<h2 id="next">(.*?)</h2>', html).group(1)


def test_the_day_is_one_list_in_the_order_of_its_times(browse, lesson) -> None:
    html = read(browse)
    places = [html.index(words, html.index("<tbody>")) for words in ("4A <", "9A/Ma <", "13:00")]
    assert places == sorted(places)
    assert html.count("Later today") == 2


@pytest.mark.parametrize(
    ("at", "next_one"),
    [("08:50", "Now: 4A, morning"), ("09:50", "Now: 9A/Ma, period 2, Maths, M1"), ("11:30", "Overdue: 4A, morning")],
)
def test_the_next_is_the_one_whose_children_wait_and_then_what_is_overdue(
    browse, lesson, it_is, at: str, next_one: str
) -> None:
    it_is(dt.datetime.combine(TODAY, dt.time.fromisoformat(at), tzinfo=LONDON))
    assert headline(read(browse)) == next_one


def test_when_all_that_is_due_is_finished_the_next_of_the_day_is_named(browse, lesson, morning, people: People) -> None:
    became(morning, finished_by=people.tess.user, finished_at=morning.opened_at)
    html = read(browse)
    assert "Every register that is due is finished. The next is 9A/Ma, period 2, Maths, M1, at 09:45." in html
    assert "See 4A" in html


def test_a_register_that_somebody_else_takes_is_covered_and_asks_nothing_more(
    browse, lesson, morning: Register, people: People, it_is
) -> None:
    became(morning, taken_by=people.alma.user, taken_at=morning.opened_at)
    html = read(browse)
    assert "Covered" in html
    assert "morning, covered by Alma Reyes" in html
    assert 'id="next"' not in html
    # Not finished in time it is overdue, whoever began it; finished, it says by whom
    it_is(dt.datetime(2026, 11, 23, 9, 32, tzinfo=LONDON))
    assert "12 minutes overdue" in read(browse)
    became(morning, finished_by=people.alma.user, finished_at=dt.datetime(2026, 11, 23, 9, 33, tzinfo=LONDON))
    html = read(browse)
    assert "Finished" in html
    assert "09:33" in html


def test_a_lesson_that_somebody_else_takes_is_covered_and_a_missed_one_overdue(
    browse, lesson, people: People, it_is
) -> None:
    at = dt.datetime(2026, 11, 23, 9, 46, tzinfo=LONDON)
    it_is(at)
    LessonRegister.objects.create(
        lesson=lesson, date=TODAY, starts_at=at, ends_at=at + dt.timedelta(minutes=59), opened_at=at,
        taken_by=people.alma.user, taken_at=at,
    )  # fmt: skip
    assert "Covered" in read(browse)
    it_is(dt.datetime(2026, 11, 23, 10, 50, tzinfo=LONDON))
    assert "Overdue" in read(browse)


def test_who_has_no_register_is_told_where_one_would_be(browse, people: People) -> None:
    assert "No register is yours today" in read(browse, "tutu")
