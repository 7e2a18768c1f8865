"""`show_register`: a register as CSV, as it stands or stood, with every particular of its changes."""

import csv
import datetime as dt
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from attendance_mat.clock import LONDON
from registers.models import Group, Mark, Pupil
from tests.factories import amend, make_group, make_mark, make_pupil, make_register, make_session
from tests.people import People

MONDAY = dt.date(2026, 11, 23)
SetClock = Callable[[dt.datetime], None]


@pytest.fixture
def group(people: People) -> Group:
    """Return class 4A, with one child in it."""
    return make_group()


@pytest.fixture
def pupil(group: Group) -> Pupil:
    return make_pupil(surname="Example", forename="Robin", upn="Z900000000077", group=group)


@pytest.fixture
def amended_twice(pupil: Pupil, people: People, it_is: SetClock) -> Mark:
    """Return Monday's N, amended to I on Tuesday and to M on Wednesday; it is now Thursday."""
    mark = make_mark(pupil, make_session(MONDAY), "N", by=people.tess)
    for code, reason, day in [("I", "Mother rang", 1), ("M", "Clinic letter seen", 2)]:
        moment = dt.datetime(2026, 11, 23 + day, 9, tzinfo=LONDON)
        it_is(moment)
        amend(mark, code, by=people.alma, at=moment, reason=reason)
    it_is(dt.datetime(2026, 11, 26, 9, tzinfo=LONDON))
    mark.refresh_from_db()
    return mark


def printed(*words: str) -> list[dict[str, str]]:
    """Return the rows that the command prints for class 4A on Monday morning, unless told otherwise."""
    out = StringIO()
    asked = ("--date", str(MONDAY), "--half", "am", "--group", "4a")
    call_command("show_register", "alder-primary", *asked, *words, stdout=out)
    return list(csv.DictReader(StringIO(out.getvalue())))


def test_the_hour_that_comes_twice_is_its_second_time_here_too(
    pupil: Pupil, group: Group, people: People, it_is: SetClock
) -> None:
    # Given a mark received between the two half past ones of the night the clocks went back
    it_is(dt.datetime(2026, 10, 25, 0, 45, tzinfo=dt.UTC))
    late = make_mark(pupil, make_session(dt.date(2026, 10, 22)), "N", by=people.tess)
    it_is(dt.datetime(2026, 11, 26, 9, tzinfo=LONDON))
    asked = ("--date", str(late.session.date))
    assert printed(*asked, "--as-at", "2026-10-25T01:30")[0]["code"] == "N"
    assert printed(*asked, "--as-at", "2026-10-25T01:30+01:00")[0]["code"] == ""


def test_the_command_prints_each_mark_with_every_particular_of_its_changes(amended_twice: Mark, people: People) -> None:
    (then,) = printed("--as-at", "2026-11-24T12:00")
    assert (then["upn"], then["code"]) == ("Z900000000077", "I")
    at = amended_twice.amendments.get(number=1).received_at.astimezone(LONDON).isoformat(timespec="seconds")
    assert then["amendments"] == f"N to I (Mother rang) {at} Alma Reyes, attendance officer"
    (now,) = printed()
    assert (now["code"], now["amendments"].count("; ")) == ("M", 1)


def test_the_command_leaves_a_child_without_a_mark_blank_and_says_what_a_correction_was(
    pupil: Pupil, group: Group, people: People, monday_morning: dt.datetime
) -> None:
    register = make_register(make_session(MONDAY), group)
    other = make_pupil(surname="Other", upn="Z900000000078", group=group)
    mark = make_mark(other, register.session, "N", by=people.tess, register=register)
    amend(mark, "", by=people.tess, at=monday_morning, kind="correction", reason="")
    blank, cleared = printed()
    assert (blank["code"], blank["made_by"], blank["received_at"]) == ("", "", "")
    assert "N to  (corrected while the register was open)" in cleared["amendments"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--as-at", "2026-12-01T09:00"), "still to come"),
        (("--group", "9Z"), "There is no group 9Z."),
        (("--date", "2026-11-22"), "no morning session on 2026-11-22"),
        (("--date", "22/11/2026"), "not a date"),
        (("--as-at", "noon"), "not a moment"),
    ],
)
def test_the_command_refuses_what_it_cannot_answer(pupil: Pupil, asked: tuple[str, str], said: str) -> None:
    make_session(MONDAY)
    with pytest.raises(CommandError, match=said):
        printed(*asked)


def test_the_command_knows_no_other_school(pupil: Pupil) -> None:
    with pytest.raises(CommandError, match="There is no school elm"):
        call_command("show_register", "elm", "--date", str(MONDAY), "--half", "am", "--group", "4A")
