"""*They are here* that was pressed without a connection is done once, as of the moment at which it was pressed."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from attendance_mat.accounts.member import machine
from attendance_mat.audit.models import AuditEvent, Event
from registers.actions.closing import close_due_registers
from registers.actions.expecting import expect_absence
from registers.actions.taking import finish_register
from registers.models import Assignment, Contradiction, FamilyTie, Mark, MarkAmendment, Pupil, Register, Source
from tests.conftest import LONDON
from tests.factories import amend, make_group, make_mark, make_pupil, make_register, make_session
from tests.people import SINCE, People

Browse = Callable[[str], Client]
Moment = Callable[[dt.datetime], None]
TODAY, TOMORROW = dt.date(2026, 11, 23), dt.date(2026, 11, 24)
PRESSED = dt.datetime(2026, 11, 23, 8, 45, tzinfo=dt.UTC)
AFTER_THE_CLOSE = dt.datetime(2026, 11, 23, 10, 30, tzinfo=LONDON)


@pytest.fixture
def pupil(people: People, monday_morning: dt.datetime) -> Pupil:
    """Return a child of Tess's class who has leave this morning."""
    Assignment.objects.create(user=people.tess.user, group=make_group(), weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    child = make_pupil(group=make_group())
    expect(child, "M", people, monday_morning)
    return child


@pytest.fixture
def register(pupil: Pupil) -> Register:
    return make_register(make_session(TODAY), make_group())


def expect(pupil: Pupil, code: str, people: People, at: dt.datetime) -> None:
    dates = {"from_date": TODAY, "until_date": TOMORROW, "halves": "am"}
    expect_absence(pupil, **dates, code=code, origin="office", by=people.ben, at=at)


def press(
    client: Client, register: Register, pupil: Pupil, *, at: dt.datetime = PRESSED, base: int = 0, key: str = ""
) -> dict[str, Any]:
    """Send what a device kept of the press, and return the row's answer."""
    row = {"pupil": pupil.pk, "code": "/", "base": base, "made_at": at.isoformat(), "here": True}
    body = json.dumps({"key": key or str(uuid4()), "rows": [row]})
    address = f"/s/alder-primary/api/registers/{register.pk}/marks/"
    reply = client.post(address, body, content_type="application/json")
    assert reply.status_code == 200, reply.json()
    return dict(reply.json()["rows"][0])


def test_the_child_is_present_since_then_and_the_office_is_told_once(
    browse: Browse, register: Register, pupil: Pupil, people: People
) -> None:
    client, key = browse("tess"), str(uuid4())
    first = press(client, register, pupil, key=key)
    assert (first["outcome"], first["code"], first["base"]) == ("saved", "/", 1)
    assert first["why"] == "Marked present. The office knows that the child is here."
    # When it is sent again, under the same key and, from another page, under one of its own
    assert press(client, register, pupil, key=key) == first
    again = press(client, register, pupil)
    assert (again["outcome"], again["why"]) == ("same", "This child is marked as here already.")
    mark = Mark.objects.get()
    assert (mark.code, mark.made_at, mark.made_by) == ("/", PRESSED, people.tess.user)
    assert Contradiction.objects.get().mark == mark
    event = AuditEvent.objects.get(kind=Event.CHILD_IS_HERE)
    assert (event.by, event.detail["pressed_at"]) == (people.tess.user, PRESSED.isoformat())
    assert MarkAmendment.objects.count() == 0


@pytest.mark.parametrize("is_closed", [True, False], ids=["closed", "finished"])
def test_pressed_while_the_register_was_open_and_received_after_it_is_an_amendment_made_offline(
    browse: Browse, register: Register, pupil: Pupil, people: People, it_is: Moment,
    monday_morning: dt.datetime, is_closed: bool,
) -> None:  # fmt: skip
    # Given that what was expected has become the mark meanwhile
    if is_closed:
        it_is(AFTER_THE_CLOSE)
        close_due_registers(by=machine("Closing", at=AFTER_THE_CLOSE), at=AFTER_THE_CLOSE)
    else:
        finish_register(register, by=people.alma, at=monday_morning)
    assert Mark.objects.get().code == "M"
    answer = press(browse("tess"), register, pupil)
    assert (answer["outcome"], answer["code"]) == ("saved", "/")
    change = MarkAmendment.objects.get()
    assert (change.kind, change.reason, change.source) == ("amendment", "made offline", Source.OFFLINE)
    assert (change.made_at, change.amended_by, Mark.objects.get().code) == (PRESSED, people.tess.user, "/")
    assert Contradiction.objects.count() == 1


def test_pressed_once_it_was_finished_the_child_is_late_and_once_it_was_closed_the_mark_stays(
    browse: Browse, register: Register, pupil: Pupil, people: People, it_is: Moment, monday_morning: dt.datetime
) -> None:
    other, visitor = make_pupil(group=make_group()), make_pupil(group=make_group())
    expect(other, "M", people, monday_morning)
    expect(visitor, "V", people, monday_morning)
    finish_register(register, by=people.tess, at=monday_morning)
    it_is(AFTER_THE_CLOSE)
    client = browse("tess")
    late = press(client, register, pupil, at=dt.datetime(2026, 11, 23, 9, 5, tzinfo=LONDON), base=1)
    assert (late["outcome"], late["code"], Mark.objects.get(pupil=pupil).minutes_late) == ("saved", "L", 15)
    after = dt.datetime(2026, 11, 23, 10, 0, tzinfo=LONDON)
    stays = press(client, register, other, at=after)
    assert stays["outcome"] == "same"
    assert stays["why"].startswith("The register was closed by then: the mark stays as it is, and the office knows")
    assert (stays["code"], Mark.objects.get(pupil=other).code) == ("", "M")  # a classroom is not told why
    assert stays["base"] == 1  # of the mark that stands
    assert Contradiction.objects.count() == 2
    # And is told to the office once, from however many pages
    press(client, register, other, at=after, base=1)
    assert AuditEvent.objects.filter(kind=Event.CHILD_IS_HERE).count() == 2
    # And who was expected elsewhere and confirmed nowhere has no mark that could stay
    none = press(client, register, visitor, at=after)
    assert (none["outcome"], none["why"]) == ("refused", "The register is closed: enter when the child arrived.")


def test_what_somebody_else_entered_meanwhile_is_a_clash_and_one_s_own_family_is_refused(
    browse: Browse, register: Register, pupil: Pupil, people: People
) -> None:
    make_mark(pupil, register.session, "I", by=people.alma, register=register)
    answer = press(browse("tess"), register, pupil)
    assert (answer["outcome"], answer["by"], answer["code"], answer["base"]) == ("clash", "Alma Reyes", "", 1)
    assert "chose “Present, morning”" in answer["why"]
    assert Mark.objects.get().code == "I"
    # Then pressed again, having seen that, it counts
    assert press(browse("tess"), register, pupil, base=1)["outcome"] == "saved"
    assert Mark.objects.get().code == "/"
    FamilyTie.objects.create(user=people.tess.user, pupil=pupil)
    assert press(browse("tess"), register, pupil, base=2)["outcome"] == "refused"


@pytest.mark.parametrize(
    ("pressed_at", "seen"),
    [(PRESSED, 1), (PRESSED, 2)],
    ids=["of the mark it saw before that was made", "of a later entry"],
)
def test_a_press_from_before_what_stands_amends_nothing_once_the_register_is_closed(
    browse: Browse, register: Register, pupil: Pupil, people: People, it_is: Moment, pressed_at: dt.datetime, seen: int
) -> None:
    it_is(AFTER_THE_CLOSE)
    close_due_registers(by=machine("Closing", at=AFTER_THE_CLOSE), at=AFTER_THE_CLOSE)
    if seen > 1:
        rang = AFTER_THE_CLOSE + dt.timedelta(minutes=5)
        amend(Mark.objects.get(), "I", by=people.alma, at=rang, reason="Rang: ill")
    before = Mark.objects.get()
    answer = press(browse("tess"), register, pupil, at=pressed_at, base=seen)
    after = Mark.objects.get()
    assert (answer["outcome"], after.code, after.changes) == ("same", before.code, before.changes)
    assert "It was entered after They are here was pressed: the mark stays" in answer["why"]
    # The office settles it
    assert Contradiction.objects.get().mark == after


def test_a_press_from_before_the_register_could_be_opened_amends_nothing_once_it_is_closed(
    browse: Browse, pupil: Pupil, people: People, it_is: Moment, monday_morning: dt.datetime
) -> None:
    dates = {"from_date": TODAY, "until_date": TOMORROW, "halves": "pm"}
    expect_absence(pupil, **dates, code="M", origin="office", by=people.ben, at=monday_morning)
    afternoon = make_register(make_session(TODAY, "pm"), make_group())
    evening = dt.datetime(2026, 11, 23, 18, tzinfo=LONDON)
    it_is(evening)
    close_due_registers(by=machine("Closing", at=evening), at=evening)
    answer = press(browse("tess"), afternoon, pupil, at=dt.datetime(2026, 11, 23, 12, tzinfo=LONDON))
    assert (answer["outcome"], Mark.objects.get().code) == ("same", "M")


def test_it_goes_with_the_marks_of_others_and_before_the_register_is_finished(
    browse: Browse, register: Register, pupil: Pupil
) -> None:
    other = make_pupil(group=make_group())
    rows = [
        {"pupil": pupil.pk, "code": "/", "base": 0, "made_at": PRESSED.isoformat(), "here": True},
        {"pupil": other.pk, "code": "N", "base": 0, "made_at": PRESSED.isoformat()},
    ]
    client, address = browse("tess"), f"/s/alder-primary/api/registers/{register.pk}/marks/"
    for asked in ({"rows": rows}, {"rows": [], "finish": PRESSED.isoformat()}):
        body = json.dumps({"key": str(uuid4()), **asked})
        reply = client.post(address, body, content_type="application/json")
        assert reply.status_code == 200
    assert dict(Mark.objects.values_list("pupil", "code")) == {pupil.pk: "/", other.pk: "N"}
    assert AuditEvent.objects.get(kind=Event.REGISTER_FINISHED).detail["present"] == 1
