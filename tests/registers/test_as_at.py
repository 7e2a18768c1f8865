"""What the register said at a moment is told by when entries were received, whatever they claim (decision 3)."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection

from attendance_mat import clock
from attendance_mat.clock import LONDON
from registers.models import Mark, MarkAmendment, Pupil
from registers.queries.measures import pupil_measures
from registers.queries.sessions import session_marks
from registers.rules.measures import Measures
from tests.factories import amend, make_group, make_mark, make_pupil, make_register, make_session
from tests.people import People

FRIDAY = dt.date(2026, 11, 20)
MONDAY = dt.date(2026, 11, 23)
MINUTE = dt.timedelta(minutes=1)
MICROSECOND = dt.timedelta(microseconds=1)


@pytest.fixture
def pupil(people: People) -> Pupil:
    """Return a pupil on roll all term."""
    return make_pupil(group=make_group())


@pytest.fixture
def mark(people: People, pupil: Pupil) -> Mark:
    """Return an absence of last Friday morning, received on Monday at ten to nine."""
    mark = make_mark(pupil, make_session(FRIDAY), "N", by=people.tess)
    mark.refresh_from_db()
    return mark


def code_at(pupil: Pupil, moment: dt.datetime | None) -> str:
    """Return what Friday morning's mark said at a moment, or "no mark"."""
    found = session_marks([pupil.pk], from_date=FRIDAY, to_date=MONDAY, as_at=moment)[pupil.pk]
    return found[0].code if found else "no mark"


def measures_at(pupil: Pupil, moment: dt.datetime | None) -> Measures:
    """Return the pupil's measures as they stood at a moment."""
    return pupil_measures(from_date=FRIDAY, to_date=MONDAY, as_at=moment)[pupil.pk]


def test_a_mark_is_not_there_before_it_was_received(mark: Mark, pupil: Pupil) -> None:
    assert code_at(pupil, mark.received_at - MICROSECOND) == "no mark"
    assert code_at(pupil, mark.received_at) == "N"
    assert measures_at(pupil, mark.received_at - MICROSECOND) == Measures()
    assert measures_at(pupil, mark.received_at) == Measures(unauthorised=1)


def test_each_step_of_a_chain_stood_until_the_next_was_received(
    mark: Mark, pupil: Pupil, people: People, it_is: Callable[[dt.datetime], None]
) -> None:
    # Given a mark amended on Tuesday and again on Wednesday
    for code, day in [("I", 1), ("/", 2)]:
        moment = mark.received_at + dt.timedelta(days=day)
        it_is(moment)
        amend(mark, code, by=people.alma, at=moment)
    first, second = MarkAmendment.objects.filter(mark=mark).values_list("received_at", flat=True)
    # Then each question is answered by the step that stood
    moments = [mark.received_at, first - MICROSECOND, first, second - MICROSECOND, second, None]
    assert [code_at(pupil, moment) for moment in moments] == ["N", "N", "I", "I", "/", "/"]
    assert measures_at(pupil, first) == Measures(authorised=1)
    assert measures_at(pupil, None) == Measures(present=1)


def test_an_amendment_that_claims_to_be_old_counts_from_when_it_came(
    mark: Mark, pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    # When someone says on Monday that the mark was changed on Friday
    amend(mark, "I", by=people.alma, at=monday_morning - dt.timedelta(days=3))
    # Then last Friday's register did not say so
    assert code_at(pupil, mark.received_at) == "N"
    assert code_at(pupil, None) == "I"


def test_a_cleared_mark_is_no_mark_but_was_one(pupil: Pupil, people: People, monday_morning: dt.datetime) -> None:
    # Given a mark cleared while its register was open
    register = make_register(make_session(MONDAY), make_group(), closes_at=monday_morning + 30 * MINUTE)
    mark = make_mark(pupil, register.session, "N", by=people.tess, register=register)
    amend(mark, "", by=people.tess, at=monday_morning, kind="correction")
    mark.refresh_from_db()
    # Then it counts for nothing now, and counted when it stood
    assert (code_at(pupil, None), measures_at(pupil, None)) == ("no mark", Measures())
    assert (code_at(pupil, mark.received_at), measures_at(pupil, mark.received_at)) == ("N", Measures(unauthorised=1))


def test_a_mark_cleared_and_made_again_was_no_mark_between(
    pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    mark = make_mark(pupil, make_session(MONDAY), "N", by=people.tess)
    for code in ("", "/"):
        amend(mark, code, by=people.tess, at=monday_morning, kind="correction")
    cleared, made_again = MarkAmendment.objects.filter(mark=mark).values_list("received_at", flat=True)
    assert (code_at(pupil, cleared), code_at(pupil, made_again)) == ("no mark", "/")
    assert (measures_at(pupil, cleared), measures_at(pupil, made_again)) == (Measures(), Measures(present=1))


@pytest.mark.parametrize(
    "moment", [dt.datetime(2026, 7, 1, 9, tzinfo=LONDON), dt.datetime(2026, 12, 1, 9, tzinfo=LONDON)]
)
def test_the_product_and_its_triggers_agree_on_the_time_in_summer_and_in_winter(
    it_is: Callable[[dt.datetime], None], people: People, moment: dt.datetime
) -> None:
    it_is(moment)
    with connection.cursor() as cursor:
        cursor.execute("SELECT product_now()")
        (in_the_database,) = cursor.fetchone()
    assert abs(in_the_database - moment) < MINUTE
    assert abs(clock.now() - moment) < MINUTE
