"""A name goes on the roll on its starting day, and the authority is told of it within five days."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.admission.actions import returns as returning
from attendance_mat.admission.actions.joining import Start, add_pupil, readmit
from attendance_mat.admission.models import AuthorityReturn, Joining
from attendance_mat.admission.queries import returns as queries
from attendance_mat.admission.rules.joining import wrong_starting_day
from attendance_mat.admission.rules.returns import deletion_due, how_due, joining_due
from attendance_mat.trust.models import Enrolment
from registers.models import FamilyTie, GroupMember, Mark, Pupil, PupilYear, RollPeriod
from registers.queries.taking import register_rows
from registers.rules.roll import Period
from tests.factories import make_group, make_pupil, make_register, make_session, make_sessions
from tests.people import People

TODAY = dt.date(2026, 11, 23)
A_DAY = dt.timedelta(days=1)
AT = dt.datetime(2026, 11, 23, 8, 50, tzinfo=dt.UTC)
DOB = dt.date(2017, 3, 4)
MIRA = {"surname": "Lindholm", "forename": "Mira", "dob": DOB, "sex": "F", "address": "1 Example Road"}


def start(day: dt.date = TODAY, **fields: Any) -> Start:
    return Start(**{"day": day, "basis": "agreed", "agreed_with": "Astrid Lindholm", "year": 4, **fields})


def wrong(day: dt.date, *, basis: str = "agreed", periods: tuple[Period, ...] = (), is_open: bool = True) -> str:
    return wrong_starting_day(
        day, basis=basis, today=TODAY, dob=DOB, periods=periods, open_days=[day] if is_open else []
    )


@pytest.mark.parametrize("days", [-400, 0, 1, 300])
def test_a_starting_day_may_be_agreed_for_a_day_past_or_to_come(days: int) -> None:
    assert wrong(TODAY + days * A_DAY) == ""


@pytest.mark.parametrize(
    ("day", "options", "why"),
    [
        (DOB, {}, "not after the date of birth"),
        (TODAY + A_DAY, {"basis": "attended"}, "cannot have attended on a day that is still to come"),
        (TODAY + 551 * A_DAY, {}, "at most a year and a half ahead"),
        (TODAY, {"is_open": False}, "The school does not meet on that day"),
        (TODAY, {"periods": (Period(TODAY - 9 * A_DAY),)}, "on the roll from 14 November 2026 already"),
        (
            TODAY,
            {"periods": (Period(TODAY - A_DAY, TODAY + A_DAY),)},
            "until 24 November 2026. Give that day or a later",
        ),
        (TODAY, {"periods": (Period(TODAY + A_DAY),)}, "on the roll from 24 November 2026 already"),
    ],
)
def test_a_day_that_cannot_be_a_starting_day_is_refused(day: dt.date, options: dict[str, Any], why: str) -> None:
    assert why in wrong(day, **options)


def test_a_pupil_may_come_back_on_the_very_day_they_were_off() -> None:
    assert wrong(TODAY, periods=(Period(dt.date(2026, 9, 1), TODAY),)) == ""


@pytest.mark.parametrize(
    ("starting", "entered", "junior", "due"),
    [
        (TODAY, TODAY, False, TODAY + 5 * A_DAY),
        (TODAY + 10 * A_DAY, TODAY, False, TODAY + 15 * A_DAY),  # the name goes on the roll on its starting day
        (TODAY - 10 * A_DAY, TODAY, False, TODAY + 5 * A_DAY),  # entered late
        (dt.date(2026, 9, 1), TODAY, True, None),
        (dt.date(2026, 9, 2), TODAY, True, TODAY + 5 * A_DAY),  # not the year's first day
        (dt.date(2026, 9, 1), TODAY, False, TODAY + 5 * A_DAY),  # not the most junior class
    ],
)
def test_the_new_pupil_return_is_due_by_the_fifth_day_after(
    starting: dt.date, entered: dt.date, junior: bool, due: dt.date | None
) -> None:
    given = {"starting_day": starting, "entered_on": entered, "first_of_year": dt.date(2026, 9, 1)}
    assert joining_due(most_junior_class=junior, **given) == due


@pytest.mark.parametrize(("senior", "over", "due"), [(True, True, None), (True, False, TODAY), (False, True, TODAY)])
def test_the_deletion_return_is_due_by_the_deletion(senior: bool, over: bool, due: dt.date | None) -> None:
    assert deletion_due(off_roll_on=TODAY, most_senior_class=senior, year_is_over=over) == due


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (None, "Only if the authority asks"),
        (TODAY, "Due today"),
        (TODAY + A_DAY, "Due in 1 day, on 24 November 2026"),
        (TODAY - A_DAY, "1 day overdue, since 22 November 2026"),
        (TODAY - 3 * A_DAY, "3 days overdue, since 20 November 2026"),
    ],
)
def test_when_a_return_is_due_is_said_in_words(due: dt.date | None, words: str) -> None:
    assert how_due(due, today=TODAY) == words


def test_a_new_pupil_is_on_the_roll_and_on_the_register_from_the_starting_day(people: People) -> None:
    group = make_group()
    session = make_session(TODAY)
    made = add_pupil(MIRA, start(group=group), by=people.alma, at=AT)
    pupil = made.roll_period.pupil
    assert RollPeriod.objects.get(pupil=pupil).from_date == TODAY
    assert PupilYear.objects.get(pupil=pupil).year == 4
    assert Enrolment.objects.get(pupil_id=pupil.pk).from_date == TODAY
    assert (made.basis, made.agreed_with, made.entered_by_role) == ("agreed", "Astrid Lindholm", "attendance_officer")
    assert [row.pupil_id for row in register_rows(make_register(session, group), by=people.tess)] == [pupil.pk]
    task = AuthorityReturn.objects.get()
    assert (task.kind, task.due_date) == ("joining", TODAY + 5 * A_DAY)


def test_a_child_who_does_not_come_is_on_the_roll_from_the_starting_day_and_not_before(people: People) -> None:
    group = make_group()
    yesterday, today = make_session(TODAY - 3 * A_DAY), make_session(TODAY)
    add_pupil(MIRA, start(group=group), by=people.alma, at=AT)
    rows = register_rows(make_register(today, group), by=people.tess)
    # Then they are there to be marked absent, with no mark made for them
    assert [row.code for row in rows] == [""]
    assert not Mark.objects.exists()
    assert register_rows(make_register(yesterday, group), by=people.tess) == []


@pytest.mark.parametrize(
    ("particulars", "given", "field", "why"),
    [
        ({"dob": TODAY + A_DAY}, {}, "dob", "still to come"),
        ({"upn": "A000000000001"}, {}, "upn", "A pupil here has this number"),
        ({}, {"day": TODAY + A_DAY}, "day", "The school does not meet on that day"),
        ({}, {"agreed_with": "  "}, "agreed_with", "Say with whom the day was agreed"),
    ],
)
def test_a_pupil_is_refused_beside_the_field_and_nothing_is_half_done(
    people: People, particulars: dict[str, Any], given: dict[str, Any], field: str, why: str
) -> None:
    make_session(TODAY)
    make_pupil(upn="A000000000001")
    with pytest.raises(ValidationError) as refused:
        add_pupil({**MIRA, **particulars}, start(**given), by=people.alma, at=AT)
    assert why in refused.value.message_dict[field][0]
    assert Pupil.objects.count() == 1


def test_no_one_need_have_agreed_a_day_on_which_a_pupil_simply_came(people: People) -> None:
    make_session(TODAY)
    made = add_pupil(MIRA, start(basis="attended", agreed_with=""), by=people.alma, at=AT)
    assert made.basis == "attended"


def test_reception_on_the_first_day_of_the_year_is_told_only_if_the_authority_asks(people: People) -> None:
    make_session(dt.date(2026, 9, 1))
    given = start(dt.date(2026, 9, 1), year=0, most_junior_class=True)
    add_pupil({**MIRA, "dob": dt.date(2022, 1, 1)}, given, by=people.alma, at=AT)
    task = AuthorityReturn.objects.get()
    assert task.due_date is None
    # When the authority asks, then it is due
    returning.ask_for_return(task, due=TODAY + A_DAY, by=people.alma, at=AT)
    assert AuthorityReturn.objects.get().due_date == TODAY + A_DAY
    with pytest.raises(ValidationError, match="due or sent already"):
        returning.ask_for_return(task, due=TODAY, by=people.alma, at=AT)


def test_an_authority_asks_for_no_day_in_the_past(people: People) -> None:
    make_session(dt.date(2026, 9, 1))
    given = start(dt.date(2026, 9, 1), year=0, most_junior_class=True)
    add_pupil({**MIRA, "dob": dt.date(2022, 1, 1)}, given, by=people.alma, at=AT)
    with pytest.raises(ValidationError, match="Give today or a later day"):
        returning.ask_for_return(AuthorityReturn.objects.get(), due=TODAY - A_DAY, by=people.alma, at=AT)


def test_a_pupil_who_comes_back_has_two_times_on_the_roll(people: People) -> None:
    group = make_group()
    make_session(TODAY)
    pupil = make_pupil(group=group, until_date=dt.date(2026, 10, 1))
    GroupMember.objects.filter(pupil=pupil).update(until_date=None)  # as some file left it
    readmit(pupil, start(group=group), by=people.alma, at=AT)
    periods = RollPeriod.objects.filter(pupil=pupil).order_by("from_date").values_list("from_date", "until_date")
    assert list(periods) == [(dt.date(2026, 9, 1), dt.date(2026, 10, 1)), (TODAY, None)]
    assert Joining.objects.get().roll_period.from_date == TODAY
    places = GroupMember.objects.filter(pupil=pupil).order_by("from_date").values_list("from_date", "until_date")
    assert list(places) == [(dt.date(2026, 9, 1), TODAY), (TODAY, None)]


def test_a_pupil_on_the_roll_or_dead_or_of_ones_family_is_not_entered_again(people: People) -> None:
    make_session(TODAY)
    pupil = make_pupil()
    with pytest.raises(ValidationError, match="on the roll from 1 September 2026 already"):
        readmit(pupil, start(), by=people.alma, at=AT)
    Pupil.objects.filter(pk=pupil.pk).update(died_on=TODAY)
    with pytest.raises(ValidationError, match="the pupil has died"):
        readmit(pupil, start(), by=people.alma, at=AT)
    FamilyTie.objects.create(user=people.alma.user, pupil=pupil)
    with pytest.raises(ValidationError, match="You are family of this child"):
        readmit(pupil, start(), by=people.alma, at=AT)


def test_a_return_is_sent_once_and_says_who_when_and_how(people: People) -> None:
    make_session(TODAY)
    add_pupil(MIRA, start(), by=people.alma, at=AT)
    task = AuthorityReturn.objects.get()
    for how in ("By the authority's portal", "Again"):
        returning.send_return(task, how=how, by=people.alma, at=AT)
    task.refresh_from_db()
    assert (task.sent_how, task.sent_by_name, task.sent_at) == ("By the authority's portal", "Alma Reyes", AT)


def test_a_calendar_entered_only_to_christmas_does_not_say_the_year_is_over(people: People) -> None:
    make_sessions(dt.date(2026, 11, 23), 5)
    assert not queries.year_is_over(dt.date(2026, 12, 1))
    assert queries.first_day_of_year(TODAY) == dt.date(2026, 11, 23)
    make_sessions(dt.date(2027, 7, 19), 5)
    assert not queries.year_is_over(dt.date(2027, 7, 23))
    assert queries.year_is_over(dt.date(2027, 7, 24))
