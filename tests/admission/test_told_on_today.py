"""Untraced children and overdue returns stand on the school's page of today, and on the trust's, until they do not."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from attendance_mat.admission import tasks
from attendance_mat.admission.actions import missing as actions
from attendance_mat.admission.actions.returns import make_return, send_return
from attendance_mat.admission.models import AuthorityReturn
from attendance_mat.admission.rules.missing import untraced_in_words
from attendance_mat.admission.rules.returns import overdue_in_words
from attendance_mat.published.models import Alert
from tests.conftest import LONDON
from tests.factories import make_pupil, make_sessions
from tests.people import People

TODAY = "/s/alder-primary/today/"
AT = dt.datetime(2026, 11, 23, 8, 50, tzinfo=LONDON)
Browse = Callable[[str], Client]
Clock = Callable[[dt.datetime], None]


def due(day: int, surname: str = "Lindholm") -> AuthorityReturn:
    period = make_pupil(surname=surname).roll_periods.get()
    return make_return("joining", period, due=dt.date(2026, 11, day), at=AT)


def told(people: People) -> list[str]:
    tasks.tell_of_admissions(schema_name=people.alder.schema_name)
    return list(Alert.objects.filter(ended_at__isnull=True).values_list("words", flat=True))


def test_an_untraced_child_is_told_of_at_once_until_the_case_is_closed(people: People, browse: Browse) -> None:
    # Given two children whom nobody can trace
    cases = [
        actions.open_missing(make_pupil(surname="Lindholm"), identified_on=AT.date(), by=people.alma, at=AT)
        for _ in range(2)
    ]
    for case in cases:
        actions.say_untraced(case, by=people.alma, at=AT)
    # Then today says so without a name, and links to them; the trust is told as well
    page = browse("sadie").get(TODAY).text
    assert untraced_in_words(2) in page
    assert "missing-education/?state=untraced" in page
    assert f"Alder Primary School: {untraced_in_words(2)}" in browse("tara").get("/trust/").text
    assert not Alert.objects.filter(words__contains="Lindholm").exists()
    # When the cases are closed one by one, then it says one, and then nothing
    for left, case in zip((1, 0), cases, strict=True):
        sadie = people.member("sadie")
        actions.take_step(case, number=6, by=sadie, at=AT)
        actions.close_missing(case, because="With the police.", by=sadie, at=AT)
        assert (untraced_in_words(1) in browse("sadie").get(TODAY).text) == bool(left)
    assert not Alert.objects.filter(ended_at__isnull=True).exists()


def test_a_return_is_told_of_the_day_after_it_was_due_and_until_it_is_sent(
    people: People, browse: Browse, it_is: Clock
) -> None:
    # Given a return due today
    found = due(23)
    assert told(people) == []
    # When a day has gone by, then it is told of once, however often it is looked at
    tomorrow = AT + dt.timedelta(days=1)
    it_is(tomorrow)
    words = "1 return to the authority is overdue, since 23 November 2026. Send it under Roll."
    assert told(people) == told(people) == [words]
    page = browse("alma").get(TODAY).text
    assert words in page
    assert "roll/returns/" in page
    # And once it is sent it is not
    send_return(found, how="By post", by=people.alma, at=tomorrow)
    assert words not in browse("alma").get(TODAY).text


def test_several_returns_are_one_line_that_follows_the_first_still_unsent(people: People) -> None:
    first, second, third = due(4), due(9), due(10)
    assert told(people) == [overdue_in_words(3, dt.date(2026, 11, 4))]
    send_return(first, how="By post", by=people.alma, at=AT)
    assert told(people) == [overdue_in_words(2, dt.date(2026, 11, 9))]
    send_return(third, how="By post", by=people.alma, at=AT)
    assert told(people) == [overdue_in_words(1, dt.date(2026, 11, 9))]
    send_return(second, how="By post", by=people.alma, at=AT)
    assert told(people) == []


def test_one_due_only_if_asked_is_never_overdue(people: People) -> None:
    make_return("joining", make_pupil().roll_periods.get(), due=None, at=AT)
    assert told(people) == []


@pytest.mark.parametrize(("count", "words"), [(1, "1 child missing education"), (2, "2 children missing education")])
def test_one_child_and_two_are_said_as_people_say_it(count: int, words: str) -> None:
    assert untraced_in_words(count).startswith(f"{words} cannot be traced")


def test_today_asks_no_more_for_it(people: People, browse: Browse, django_assert_max_num_queries) -> None:
    make_sessions(AT.date(), 1)
    client = browse("alma")
    client.get(TODAY)
    with django_assert_max_num_queries(50) as without:
        client.get(TODAY)
    due(4)
    told(people)
    with django_assert_max_num_queries(len(without)):
        assert "1 return to the authority" in client.get(TODAY).text
