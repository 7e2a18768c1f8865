"""The late desk: an arrival makes the mark that the clock and the register say, once, and overwrites nothing."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from registers.actions.arriving import child_is_here
from registers.actions.coming_in import Came, come_in
from registers.actions.moving import strike_movement
from registers.actions.signing_out import Departure, sign_out
from registers.actions.taking import finish_register, mark_everyone_else_present
from registers.models import Contradiction, ExpectedMark, FamilyTie, Mark, MarkAmendment, Movement, Pupil, Register
from registers.queries.on_site import Standing, everybody
from registers.rules.movements import Leaving, MovementKind
from tests.factories import make_group, make_mark, make_pupil, make_register, make_session
from tests.people import People
from tests.registers.moving import MONDAY, monday

It = Callable[[dt.datetime], None]


@pytest.fixture
def pupil(people: People) -> Pupil:
    make_session(MONDAY, "am")
    make_session(MONDAY, "pm")
    return make_pupil(surname="Moss", forename="Ada", group=make_group())


def expect(pupil: Pupil, code: str, by: object, halves: str = "am") -> ExpectedMark:
    return ExpectedMark.objects.create(
        pupil=pupil, from_date=MONDAY, until_date=MONDAY + dt.timedelta(days=1), halves=halves, code=code,
        origin="office", granted_by=by.user, granted_by_name=by.name, granted_by_role=by.role,
        granted_at=monday("08:00"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arrived", "code", "minutes"), [("08:45", "/", None), ("08:58", "L", 8), ("09:20", "L", 30), ("09:21", "U", 31)]
)
def test_the_clock_and_the_register_s_close_make_the_mark(
    pupil: Pupil, people: People, it_is: It, arrived: str, code: str, minutes: int | None
) -> None:
    it_is(monday("09:30"))
    came = come_in(pupil, arrived_at=monday(arrived), reason="Bus", by=people.member("olly"), at=monday("09:30"))
    mark = Mark.objects.get()
    assert (came.outcome, came.code, mark.code, mark.minutes_late) == (Came.MARKED, code, code, minutes)
    assert (mark.source, mark.comment) == ("late desk", "Bus")
    assert mark.arrived_at == (monday(arrived) if minutes else None)
    assert everybody(monday("09:30"))[0].standing is Standing.ON_SITE


def test_an_absence_without_a_reason_is_amended_and_what_it_said_stays(pupil: Pupil, people: People, it_is: It) -> None:
    make_mark(pupil, make_session(MONDAY), "N", by=people.tess)
    it_is(monday("09:40"))
    came = come_in(pupil, arrived_at=monday("09:40"), reason="Overslept", by=people.alma, at=monday("09:40"))
    (change,) = MarkAmendment.objects.all()
    assert (came.code, change.original_code, change.amended_code) == ("U", "N", "U")
    assert change.reason == "Arrived at 09:40. Overslept"
    assert change.source == "late desk"
    assert "closed at 09:20" in came.why


def test_a_correction_while_the_register_is_open_needs_no_reason(pupil: Pupil, people: People, it_is: It) -> None:
    make_mark(pupil, make_session(MONDAY), "N", by=people.tess)
    it_is(monday("09:00"))
    come_in(pupil, arrived_at=monday("09:00"), by=people.alma, at=monday("09:00"))
    change = MarkAmendment.objects.get()
    assert (change.kind, change.amended_code, change.amended_comment) == ("correction", "L", "Came in at the late desk")


def test_a_second_press_is_harmless(pupil: Pupil, people: People, it_is: It) -> None:
    it_is(monday("09:00"))
    outcomes = [
        come_in(pupil, arrived_at=monday("08:58"), by=people.alma, at=monday("09:00")).outcome for _ in range(2)
    ]
    assert outcomes == [Came.MARKED, Came.REPEATED]
    assert (Mark.objects.count(), Movement.objects.count(), MarkAmendment.objects.count()) == (1, 1, 0)


def test_a_mark_of_the_same_arrival_is_a_repeat_whoever_made_it(pupil: Pupil, people: People, it_is: It) -> None:
    it_is(monday("09:00"))
    make_mark(pupil, make_session(MONDAY), "L", by=people.tess, arrived_at=monday("08:58"), minutes_late=8)
    came = come_in(pupil, arrived_at=monday("08:58"), by=people.alma, at=monday("09:00"))
    assert (came.outcome, came.minutes_late) == (Came.REPEATED, 8)


@pytest.mark.parametrize("code", ["/", "L"])
def test_a_child_marked_present_is_a_contradiction_and_nothing_changes(
    pupil: Pupil, people: People, it_is: It, code: str
) -> None:
    it_is(monday("09:40"))
    make_mark(pupil, make_session(MONDAY), code, by=people.tess)
    came = come_in(pupil, arrived_at=monday("09:40"), by=people.alma, at=monday("09:40"))
    assert (came.outcome, came.code) == (Came.CONTRADICTED, code)
    assert not Movement.objects.exists()
    assert not MarkAmendment.objects.exists()


def test_a_reason_that_is_established_stays_and_the_child_is_on_the_list(
    pupil: Pupil, people: People, it_is: It
) -> None:
    make_mark(pupil, make_session(MONDAY), "M", by=people.alma)
    it_is(monday("10:30"))
    came = come_in(pupil, arrived_at=monday("10:30"), by=people.alma, at=monday("10:30"))
    assert (came.outcome, came.code) == (Came.STAYS, "M")
    assert not MarkAmendment.objects.exists()
    assert everybody(monday("10:30"))[0].standing is Standing.ON_SITE


def test_an_expected_absence_stays_too_once_the_register_has_closed(pupil: Pupil, people: People, it_is: It) -> None:
    expect(pupil, "M", people.alma)
    it_is(monday("10:30"))
    came = come_in(pupil, arrived_at=monday("10:30"), by=people.alma, at=monday("10:30"))
    assert (came.outcome, came.code) == (Came.STAYS, "M")


def test_who_was_not_expected_and_comes_before_the_close_is_late_and_a_contradiction(
    pupil: Pupil, people: People, it_is: It
) -> None:
    expect(pupil, "M", people.alma)
    it_is(monday("09:00"))
    come_in(pupil, arrived_at=monday("09:00"), by=people.alma, at=monday("09:00"))
    assert Mark.objects.get().code == "L"
    assert Contradiction.objects.count() == 1


def test_an_activity_nobody_confirmed_explains_nothing(pupil: Pupil, people: People, it_is: It) -> None:
    expect(pupil, "B", people.alma)
    it_is(monday("10:30"))
    assert come_in(pupil, arrived_at=monday("10:30"), by=people.alma, at=monday("10:30")).code == "U"


@pytest.mark.parametrize(
    ("arrived", "at", "words"),
    [(monday("09:05"), "09:00", "still to come"), (monday("09:05") - dt.timedelta(days=1), "09:00", "a time of today")],
)
def test_a_time_that_cannot_be_is_refused(
    pupil: Pupil, people: People, arrived: dt.datetime, at: str, words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        come_in(pupil, arrived_at=arrived, by=people.alma, at=monday(at))


def test_there_is_no_arrival_without_a_group_a_session_or_a_place_on_the_roll(people: People, it_is: It) -> None:
    it_is(monday("09:00"))
    at = monday("09:00")
    with pytest.raises(ValidationError, match="does not meet"):
        come_in(make_pupil(group=make_group()), arrived_at=at, by=people.alma, at=at)
    make_session(MONDAY)
    with pytest.raises(ValidationError, match="no registration group"):
        come_in(make_pupil(), arrived_at=at, by=people.alma, at=at)
    gone = make_pupil(group=make_group())
    gone.roll_periods.update(until_date=MONDAY)
    with pytest.raises(ValidationError, match="not on the roll"):
        come_in(gone, arrived_at=at, by=people.alma, at=at)


def test_one_s_own_child_is_for_somebody_else(pupil: Pupil, people: People) -> None:
    FamilyTie.objects.create(user=people.alma.user, pupil=pupil)
    with pytest.raises(ValidationError, match="family"):
        come_in(pupil, arrived_at=monday("08:50"), by=people.alma, at=monday("08:50"))


def out_for(pupil: Pupil, people: People, clock: str, **said: object) -> None:
    departure = Departure(at=monday(clock), reason=Leaving.APPOINTMENT, authorised_by="Ben Okafor", **said)
    sign_out(pupil, departure, by=people.alma, at=monday(clock))


def test_a_sign_out_has_the_afternoon_expect_it_and_the_return_ends_that(
    pupil: Pupil, people: People, it_is: It
) -> None:
    make_mark(pupil, make_session(MONDAY), "/", by=people.tess)
    it_is(monday("10:05"))
    out_for(pupil, people, "10:05")
    expected = ExpectedMark.objects.get()
    assert (expected.code, expected.halves, expected.origin) == ("M", "pm", "signed out 10:05")
    it_is(monday("11:30"))
    came = come_in(pupil, arrived_at=monday("11:30"), by=people.alma, at=monday("11:30"))
    assert (came.outcome, came.minutes_out) == (Came.BACK, 85)
    expected.refresh_from_db()
    assert expected.ended_at == monday("11:30")


def test_who_is_due_back_before_the_afternoon_s_close_is_expected_there(
    pupil: Pupil, people: People, it_is: It
) -> None:
    it_is(monday("10:05"))
    out_for(pupil, people, "10:05", due_back_at=monday("11:30"))
    assert not ExpectedMark.objects.exists()


def test_an_appointment_that_is_not_over_by_the_close_is_the_afternoon_s_mark(
    pupil: Pupil, people: People, it_is: It
) -> None:
    it_is(monday("12:00"))
    out_for(pupil, people, "12:00")
    it_is(monday("13:40"))
    finish_register(make_register(make_session(MONDAY, "pm"), make_group()), by=people.tess, at=monday("13:40"))
    assert Mark.objects.get().code == "M"
    it_is(monday("13:45"))
    came = come_in(pupil, arrived_at=monday("13:45"), by=people.alma, at=monday("13:45"))
    assert (came.outcome, came.code) == (Came.BACK, "M")


def test_a_return_while_the_afternoon_is_open_is_late(pupil: Pupil, people: People, it_is: It) -> None:
    it_is(monday("12:00"))
    out_for(pupil, people, "12:00")
    it_is(monday("13:10"))
    came = come_in(pupil, arrived_at=monday("13:10"), by=people.alma, at=monday("13:10"))
    mark = Mark.objects.get(session__half="pm")
    assert (came.outcome, came.code, mark.code, mark.minutes_late) == (Came.BACK, "L", "L", 10)
    assert mark.comment == "Back after being signed out at 12:00"


def test_a_return_is_later_than_the_leaving(pupil: Pupil, people: People, it_is: It) -> None:
    it_is(monday("10:05"))
    out_for(pupil, people, "10:05")
    with pytest.raises(ValidationError, match="signed out at 10:05"):
        come_in(pupil, arrived_at=monday("10:00"), by=people.alma, at=monday("10:05"))


def test_an_entry_that_was_wrong_is_struck_out_with_its_reason_and_stays_on_record(
    pupil: Pupil, people: People, it_is: It
) -> None:
    it_is(monday("10:05"))
    out_for(pupil, people, "10:05")
    row = Movement.objects.get()
    with pytest.raises(ValidationError):
        strike_movement(row, because=" ", by=people.alma, at=monday("10:06"))
    for _ in range(2):
        strike_movement(row, because="The other Ada.", by=people.member("olly"), at=monday("10:06"))
    first, second = Movement.objects.order_by("pk")
    assert (first.struck, second.struck, second.because) == (False, True, "The other Ada.")
    assert (second.entry, second.recorded_by_name, second.at) == (first.entry, "Olly Frost", first.at)
    assert ExpectedMark.objects.get().ended_at is not None


def test_striking_out_a_return_leaves_what_is_expected_alone(pupil: Pupil, people: People, it_is: It) -> None:
    it_is(monday("09:00"))
    come_in(pupil, arrived_at=monday("09:00"), by=people.alma, at=monday("09:00"))
    strike_movement(Movement.objects.get(), because="Nobody came.", by=people.alma, at=monday("09:01"))
    assert list(Movement.objects.values_list("kind", "struck")) == [("in", False), ("in", True)]
    assert Mark.objects.get().code == "L"
    assert Movement.objects.last().kind == MovementKind.IN


def test_who_is_signed_out_is_left_out_of_everyone_else_is_present(pupil: Pupil, people: People, it_is: It) -> None:
    it_is(monday("12:00"))
    out_for(pupil, people, "12:00", due_back_at=monday("13:20"))
    it_is(monday("13:05"))
    register = Register.objects.get_or_create(
        session=make_session(MONDAY, "pm"), group=make_group(),
        defaults={"opened_at": monday("13:00"), "closes_at": monday("13:30")},
    )[0]  # fmt: skip
    assert mark_everyone_else_present(register, number=1, by=people.tess, at=monday("13:05")) == 0
    assert not Mark.objects.exists()
    with pytest.raises(ValidationError, match="no mark yet"):
        finish_register(register, by=people.tess, at=monday("13:05"))
    assert child_is_here(register, pupil.pk, base=0, by=people.tess, at=monday("13:05")) == "\\"


def test_a_return_in_the_minute_of_the_leaving_comes_after_it(pupil: Pupil, people: People, it_is: It) -> None:
    make_mark(pupil, make_session(MONDAY), "/", by=people.tess)
    it_is(monday("10:00"))
    out_for(pupil, people, "10:00")
    at = monday("10:00:30")
    it_is(at)
    came = come_in(pupil, arrived_at=monday("10:00"), by=people.alma, at=at)
    assert (came.outcome, came.minutes_out) == (Came.BACK, 0)
    assert list(Movement.objects.order_by("at").values_list("kind", "at"))[1] == (MovementKind.IN, at)
