"""An entry at the desk is corrected in one step: what it said before stays, and marks and expectations follow."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from registers.actions.coming_in import come_in
from registers.actions.correcting_movements import Corrected, correct_movement
from registers.actions.moving import strike_movement
from registers.actions.signing_out import Departure, sign_out
from registers.models import ExpectedMark, FamilyTie, Mark, MarkAmendment, Movement, Pupil
from registers.rules.movements import Leaving
from tests.factories import make_contact, make_group, make_mark, make_pupil, make_session
from tests.people import People
from tests.registers.moving import MONDAY, monday

It = Callable[[dt.datetime], None]
Browse = Callable[[str], Client]


@pytest.fixture
def pupil(people: People) -> Pupil:
    for half in ("am", "pm"):
        make_session(MONDAY, half)
    return make_pupil(surname="Moss", forename="Ada", group=make_group())


def leaves(pupil: Pupil, people: People, clock: str, **said: object) -> Movement:
    contact = make_contact(pupil, may_collect=True)
    departure = Departure(at=monday(clock), reason=Leaving.APPOINTMENT, contact=contact, **said)
    return sign_out(pupil, departure, by=people.alma, at=monday(clock)).movement


def correct(row: Movement, people: People, clock: str, *, now: str = "14:00", because: str = "The clock was wrong",
            **said: object) -> Movement:  # fmt: skip
    return correct_movement(row, Corrected(monday(clock), **said), because=because, by=people.alma, at=monday(now))


def test_a_leaving_s_time_is_corrected_and_what_it_said_stays_beside_it(
    pupil: Pupil, people: People, it_is: It
) -> None:
    it_is(monday("12:00"))
    row = leaves(pupil, people, "12:00")
    assert ExpectedMark.objects.get().halves == "pm"
    fresh = correct(row, people, "12:10", due_back_at=monday("12:40"), words="Dentist", now="12:20")
    first, second = Movement.objects.order_by("pk")
    assert (first.at, first.because, second.at, second.because) == (
        monday("12:00"), "", monday("12:10"), "The clock was wrong",
    )  # fmt: skip
    assert (second.entry, second.recorded_by_name, second.collector_name) == (
        first.entry, "Alma Reyes", first.collector_name,
    )  # fmt: skip
    # And nothing is expected of the afternoon any more: they are due back before it
    assert not ExpectedMark.objects.filter(ended_at__isnull=True).exists()
    # When the return is not expected after all, the afternoon is again
    correct(fresh, people, "12:10", words="Dentist", now="12:30")
    assert ExpectedMark.objects.get(ended_at__isnull=True).code == "M"


@pytest.mark.parametrize(("clock", "code", "minutes"), [("08:45", "/", None), ("09:00", "L", 10), ("09:30", "U", 40)])
def test_an_arrival_s_time_is_corrected_and_its_mark_amended_by_the_clock(
    pupil: Pupil, people: People, it_is: It, clock: str, code: str, minutes: int | None
) -> None:
    it_is(monday("09:31"))
    come_in(pupil, arrived_at=monday("09:10"), reason="Bus", by=people.alma, at=monday("09:31"))
    it_is(monday("09:40"))
    correct(Movement.objects.get(), people, clock, words="Bus", now="09:40")
    mark, change = Mark.objects.get(), MarkAmendment.objects.get()
    assert (mark.code, mark.minutes_late) == (code, minutes)
    assert (change.original_code, change.reason, change.amended_by_name) == ("L", "The clock was wrong", "Alma Reyes")


def test_one_in_time_who_came_late_after_all_is_late(pupil: Pupil, people: People, it_is: It) -> None:
    it_is(monday("09:31"))
    come_in(pupil, arrived_at=monday("08:45"), by=people.alma, at=monday("09:31"))
    it_is(monday("09:40"))
    correct(Movement.objects.get(), people, "08:55", now="09:40")
    assert (Mark.objects.get().code, Mark.objects.get().minutes_late) == ("L", 5)


@pytest.mark.parametrize(("came", "clock"), [("08:40", "08:45"), ("08:45", "08:50")])
def test_one_who_was_in_time_either_way_keeps_the_mark(
    pupil: Pupil, people: People, it_is: It, came: str, clock: str
) -> None:
    it_is(monday("09:31"))
    come_in(pupil, arrived_at=monday(came), by=people.alma, at=monday("09:31"))
    it_is(monday("09:40"))
    correct(Movement.objects.get(), people, clock, now="09:40")
    assert (Mark.objects.get().code, MarkAmendment.objects.count()) == ("/", 0)


def still_expected() -> list[str]:
    return list(ExpectedMark.objects.filter(ended_at__isnull=True).values_list("halves", flat=True))


def test_to_correct_a_leaving_of_one_who_is_back_has_nothing_expected(pupil: Pupil, people: People, it_is: It) -> None:
    make_mark(pupil, make_session(MONDAY), "/", by=people.tess)
    it_is(monday("10:00"))
    row = leaves(pupil, people, "10:00")
    it_is(monday("11:30"))
    come_in(pupil, arrived_at=monday("11:30"), by=people.alma, at=monday("11:30"))
    assert still_expected() == []
    it_is(monday("12:00"))
    correct(row, people, "10:05", now="12:00")
    assert still_expected() == []


@pytest.mark.parametrize("is_struck", [False, True])
def test_an_earlier_leaving_put_right_leaves_what_a_later_one_has_expected(
    pupil: Pupil, people: People, it_is: It, is_struck: bool
) -> None:
    make_mark(pupil, make_session(MONDAY), "/", by=people.tess)
    it_is(monday("09:30"))
    row = leaves(pupil, people, "09:30", due_back_at=monday("10:30"))
    it_is(monday("10:20"))
    come_in(pupil, arrived_at=monday("10:20"), by=people.alma, at=monday("10:20"))
    it_is(monday("12:30"))
    leaves(pupil, people, "12:30")
    assert still_expected() == ["pm"]
    if is_struck:
        strike_movement(row, because="Another child", by=people.alma, at=monday("12:40"))
    else:
        correct(row, people, "09:35", due_back_at=monday("10:30"), now="12:40")
    assert still_expected() == ["pm"]


def test_a_return_that_made_no_mark_changes_none(pupil: Pupil, people: People, it_is: It) -> None:
    make_mark(pupil, make_session(MONDAY), "/", by=people.tess)
    it_is(monday("10:00"))
    leaves(pupil, people, "10:00")
    it_is(monday("11:00"))
    come_in(pupil, arrived_at=monday("11:00"), by=people.alma, at=monday("11:00"))
    correct(Movement.objects.get(kind="in"), people, "10:50", now="11:05")
    assert (Mark.objects.get().code, MarkAmendment.objects.count()) == ("/", 0)


def test_the_words_alone_are_corrected_and_no_mark_is_touched(pupil: Pupil, people: People, it_is: It) -> None:
    it_is(monday("09:31"))
    come_in(pupil, arrived_at=monday("09:10"), reason="Bus", by=people.alma, at=monday("09:31"))
    it_is(monday("09:40"))
    correct(Movement.objects.get(), people, "09:10", words="Train", now="09:40")
    assert (Movement.objects.last().words, MarkAmendment.objects.count()) == ("Train", 0)


def test_what_cannot_be_is_refused_and_says_why(pupil: Pupil, people: People, it_is: It) -> None:
    it_is(monday("10:00"))
    out = leaves(pupil, people, "10:00")
    it_is(monday("11:00"))
    come_in(pupil, arrived_at=monday("11:00"), by=people.alma, at=monday("11:00"))
    for words, row, clock, said in (
        ("is still to come", out, "14:01", {}),
        ("had not yet left, or had come in again", out, "11:00", {}),
        ("Say why: it is kept with the entry", out, "10:01", {"because": " "}),
        ("Nothing is different", out, "10:00", {}),
        ("The expected return is after the leaving", out, "10:05", {"due_back_at": monday("10:05")}),
        ("had not yet left", Movement.objects.get(kind="in"), "10:00", {}),
    ):
        with pytest.raises(ValidationError, match=words):
            correct(row, people, clock, **said)
    with pytest.raises(ValidationError, match="Only an entry of today"):
        correct_movement(out, Corrected(monday("10:01")), because="x", by=people.alma,
                         at=monday("10:00") + dt.timedelta(days=1))  # fmt: skip
    FamilyTie.objects.create(user=people.alma.user, pupil=pupil)
    with pytest.raises(ValidationError, match="family"):
        correct(out, people, "10:01")


def test_an_arrival_moved_into_another_session_is_entered_anew(pupil: Pupil, people: People, it_is: It) -> None:
    it_is(monday("09:31"))
    come_in(pupil, arrived_at=monday("09:10"), reason="Bus", by=people.alma, at=monday("09:31"))
    with pytest.raises(ValidationError, match="in another session than the mark"):
        correct(Movement.objects.get(), people, "13:10")


def test_who_corrects_what_somebody_else_changed_meanwhile_is_told(pupil: Pupil, people: People, it_is: It) -> None:
    it_is(monday("10:00"))
    row = leaves(pupil, people, "10:00")
    fresh = correct(row, people, "10:05", now="10:10")
    with pytest.raises(ValidationError, match="while you worked"):
        correct(row, people, "10:07", now="10:11")
    strike_movement(fresh, because="Nobody left", by=people.alma, at=monday("10:12"))
    with pytest.raises(ValidationError, match="while you worked"):
        correct(fresh, people, "10:07", now="10:13")


def test_it_is_corrected_on_its_page_which_shows_what_it_said_each_time(
    pupil: Pupil, people: People, it_is: It, browse: Browse
) -> None:
    it_is(monday("10:00"))
    row, client = leaves(pupil, people, "10:00"), browse("olly")
    desk = f"/s/alder-primary/late-desk/pupils/{pupil.pk}/"
    assert desk in client.get(f"/s/alder-primary/pupils/{pupil.pk}/").text
    it_is(monday("10:10"))
    address = f"/s/alder-primary/late-desk/movements/{row.pk}/correct/"
    assert address in client.get(desk).text
    wrong = client.post(address, {"at": "10:05", "due_back": "10:40", "words": "Dentist", "because": ""})
    assert wrong.status_code == 422
    assert "Say why: it is kept with the entry." in wrong.text
    assert 'value="Dentist"' in wrong.text
    sent = {"at": "10:05", "due_back": "10:40", "words": "Dentist", "because": "Read the wrong clock"}
    assert client.post(address, sent)["Location"] == desk
    assert "Corrected: Read the wrong clock" in client.get(desk).text
    html = client.get(f"/s/alder-primary/late-desk/movements/{Movement.objects.last().pk}/correct/").text
    for said in ("10:00", "10:05", "Read the wrong clock", "Olly Frost", "Alma Reyes"):
        assert said in html
    assert "while you worked" in client.post(address, sent).text
    assert browse("cass").get(address).status_code == 404
    assert browse("tess").get(address).status_code == 403
