"""`show_measures`: what it takes, what it prints and how it ends."""

import datetime as dt
import re
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance_mat.trust.models import School
from registers.management.commands.show_measures import Command
from registers.models import Characteristic, Mark
from registers.queries import measures
from registers.queries.sessions import session_marks, sessions_held
from registers.rules.calendar import Half
from registers.rules.measures import Measures
from tests.factories import TERM, amend, make_group, make_mark, make_pupil, make_session, make_sessions
from tests.people import People

FRIDAY = dt.date(2026, 11, 20)
TODAY = dt.date(2026, 11, 23)


def printed(*words: str) -> list[str]:
    """Return the lines that the command prints for Alder Primary."""
    out = StringIO()
    call_command("show_measures", "alder-primary", *words, stdout=out)
    return out.getvalue().splitlines()[1:]


@pytest.fixture
def mark(people: People) -> Mark:
    """Return last Friday morning's absence, since amended to an illness."""
    mark = make_mark(make_pupil(upn="A000000000001", group=make_group()), make_session(FRIDAY), "N", by=people.tess)
    mark.refresh_from_db()
    return mark


def test_it_counts_from_the_school_years_first_day_to_today(people: People, mark: Mark) -> None:
    # Given marks of last year and of this one
    pupil = make_pupil(upn="A000000000002", from_date=dt.date(2025, 9, 1))
    for date in (dt.date(2026, 7, 1), TERM, TODAY):
        make_mark(pupil, make_session(date), "/", by=people.tess)
    # Then this year's are counted
    assert printed() == ["A000000000001,1,0,0,1,0,0,0.00", "A000000000002,2,2,0,0,0,0,100.00"]


def test_leavers_nursery_and_pupils_without_a_upn_each_have_a_row(people: People) -> None:
    make_pupil(upn="A000000000009", until_date=dt.date(2026, 9, 2))
    make_pupil(upn="A000000000003", year=-1)
    make_pupil(upn="", local_id="77")
    make_pupil(upn="A000000000001", from_date=dt.date(2025, 9, 1), until_date=dt.date(2026, 7, 20))  # before the year
    assert [line.split(",")[0] for line in printed()] == ["", "A000000000003", "A000000000009"]


def test_it_answers_as_at_a_moment(people: People, mark: Mark, it_is: Callable[[dt.datetime], None]) -> None:
    # Given an amendment on Tuesday
    tuesday = mark.received_at + dt.timedelta(days=1)
    it_is(tuesday)
    amend(mark, "I", by=people.alma, at=tuesday)
    # Then Monday evening still says unauthorised, in London's time or another
    unauthorised, authorised = ["A000000000001,1,0,0,1,0,0,0.00"], ["A000000000001,1,0,1,0,0,0,0.00"]
    assert printed("--as-at", "2026-11-23T20:00") == unauthorised
    assert printed("--as-at", "2026-11-23T20:00:00+00:00") == unauthorised
    assert printed("--as-at", "2026-11-25") == authorised
    assert printed() == authorised


def test_a_moment_without_a_zone_is_londons() -> None:
    parser = Command().create_parser("manage.py", "show_measures")
    asked = parser.parse_args(["alder-primary", "--as-at", "2026-07-01T09:00"])
    assert asked.as_at.astimezone(dt.UTC) == dt.datetime(2026, 7, 1, 8, tzinfo=dt.UTC)


def test_a_school_it_does_not_know_is_refused(alder: School) -> None:
    with pytest.raises(CommandError, match=re.escape("There is no school nowhere.")) as error:
        call_command("show_measures", "nowhere")
    assert error.value.returncode == 1


def test_a_period_that_ends_before_it_begins_is_wrong_usage(alder: School) -> None:
    with pytest.raises(CommandError, match="before it begins") as error:
        call_command("show_measures", "alder-primary", "--from", "2026-10-01", "--to", "2026-09-01")
    assert error.value.returncode == 2


@pytest.mark.parametrize(
    "words", [["--to", "tomorrow"], ["--as-at", "noon"], ["--format", "xml"], ["--from", "31/01/2026"]]
)
def test_what_it_cannot_read_is_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        Command().run_from_argv(["manage.py", "show_measures", "alder-primary", *words])
    assert leaving.value.code == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("pupils", [2, 20])
def test_every_figure_is_one_statement_however_many_pupils(people: People, pupils: int) -> None:
    sessions = make_sessions(dt.date(2026, 11, 16), 2)
    rows = [make_pupil(group=make_group()) for _ in range(pupils)]
    for row in rows:
        for session in sessions:
            make_mark(row, session, "I", by=people.tess)
    period = {"from_date": TERM, "to_date": TODAY}
    assert statements(printed) == 2  # one of them finds the school
    as_at = dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC)
    assert statements(lambda: measures.pupil_figures(**period)) == 1
    assert statements(lambda: measures.pupil_figures(**period, as_at=as_at)) == 1
    assert statements(lambda: measures.group_measures(by=measures.YEAR_GROUP, **period, as_at=as_at)) == 1
    assert statements(lambda: measures.school_measures(**period)) == 1
    assert statements(lambda: session_marks([row.pk for row in rows], **period)) == 1
    assert statements(lambda: sessions_held(**period)) == 1


def statements(read: Callable[[], object]) -> int:
    """Return how many statements a read takes, without those that choose a schema."""
    with CaptureQueriesContext(connection) as captured:
        read()
    return sum(not query["sql"].startswith("SET search_path") for query in captured)


def test_groups_are_told_apart_on_the_day_of_the_mark(people: People) -> None:
    # Given a pupil who came under free school meals on the second day
    pupil = make_pupil(group=make_group())
    first, _, second, _ = make_sessions(dt.date(2026, 11, 16), 2)
    for session in (first, second):
        make_mark(pupil, session, "I", by=people.tess)
    Characteristic.objects.create(pupil=pupil, kind="fsm", from_date=second.date)
    by = measures.characteristic(Characteristic.Kind.FREE_SCHOOL_MEALS)
    # Then each mark stands where the pupil stood
    one = Measures(authorised=1)
    assert measures.group_measures(by=by, from_date=TERM, to_date=TODAY) == {"yes": one, None: one}


def test_the_sessions_held_come_in_order(people: People) -> None:
    make_sessions(dt.date(2026, 11, 16), 3)
    held = sessions_held(from_date=dt.date(2026, 11, 17), to_date=dt.date(2026, 11, 17))
    assert held == [(dt.date(2026, 11, 17), Half.AM), (dt.date(2026, 11, 17), Half.PM)]
