"""A child who should be on a trip and is not there: N at once, among those to ring, never a presence (decision 4)."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from attendance_mat.audit.models import AuditEvent, Event
from registers import tasks
from registers.actions.confirming import confirm_children
from registers.actions.not_there import CONFIRMED, TO_COME, WHO_SAYS_SO, say_not_there
from registers.models import ExpectedConfirmation, ExpectedMark, FamilyTie, Mark, MarkAmendment, NotThere, Pupil
from registers.queries.today import expected_on
from tests.conftest import LONDON
from tests.factories import make_contact, make_group, make_mark, make_pupil, make_register, make_session, make_sessions
from tests.people import People

MONDAY = dt.date(2026, 11, 23)
ALDER = "/s/alder-primary"
EXPECTED, ANSWER = f"{ALDER}/expected/", f"{ALDER}/expected/confirm/"
RING = f"{ALDER}/today/?half=am&show=unexplained"
AFTER_CLOSE = dt.datetime(2026, 11, 23, 9, 30, tzinfo=LONDON)
GUIDE = "The guide, by telephone"
Clock = Callable[[dt.datetime], None]


@pytest.fixture
def pupils(people: People) -> list[Pupil]:
    """Return three children of 4A, expected at the museum on Monday."""
    make_sessions(MONDAY, 5)
    group = make_group()
    made = [make_pupil(surname=f"Row{row:02}", group=group) for row in range(3)]
    for pupil in made:
        expect(pupil, people)
    return made


def expect(pupil: Pupil, people: People) -> ExpectedMark:
    return ExpectedMark.objects.create(
        pupil=pupil, from_date=MONDAY, until_date=MONDAY + dt.timedelta(days=1), code="V", nature="The museum",
        origin="trip: the museum", granted_by=people.ben.user, granted_by_name="Ben Okafor",
        granted_by_role="headteacher", granted_at=dt.datetime(2026, 11, 20, 9, tzinfo=LONDON),
    )  # fmt: skip


def of(*pupils: Pupil) -> list[ExpectedMark]:
    return list(ExpectedMark.objects.filter(pupil__in=pupils))


def answer(client: Client, *pupils: Pupil, **fields: object):
    rows = [row.pk for row in of(*pupils)]
    sent = {"date": "2026-11-23", "half": "am", "expected": rows, "seen_by": GUIDE, "answer": "not-there"}
    return client.post(ANSWER, {**sent, **fields})


def code_of(pupil: Pupil) -> str:
    return Mark.objects.get(pupil=pupil, session__half="am").code


@pytest.mark.parametrize("register", ["not opened", "open", "closed", "finished"])
def test_a_child_not_there_is_n_and_to_be_rung_at_once(
    browse, people: People, pupils: list[Pupil], it_is: Clock, register: str
) -> None:
    # Given a trip, and the register of its class in each of its states
    missing, seen, _ = pupils
    make_contact(missing, name="Ines Example", phone="01632 960123")
    if register != "not opened":
        finished = {"finished_at": AFTER_CLOSE, "finished_by": people.tess.user} if register == "finished" else {}
        made = make_register(make_session(MONDAY), make_group(), **finished)
        it_is(AFTER_CLOSE if register != "open" else made.opened_at)
        if register == "closed":
            tasks.close_registers(schema_name=people.alder.schema_name)
    client = browse("olly")
    # When the office says that one is there and one is not
    assert answer(client, seen, answer="there").status_code == 302
    reply = answer(client, missing)
    # Then that one is N in the office's name, and is among those to ring
    assert reply.status_code == 302
    assert code_of(missing) == "N"
    assert "Ines Example" in client.get(RING).text
    said = NotThere.objects.get()
    assert (said.said_by_name, said.entered_by, said.expected.pupil) == (GUIDE, people.user("olly"), missing)
    event = AuditEvent.objects.get(kind=Event.CHILDREN_NOT_THERE)
    assert event.detail["marks"] == 1
    page = client.get(EXPECTED).text
    assert "Not there" in page
    assert f"says {GUIDE}" in page
    # And once the register closes the child's mark is no presence, and the other's is
    it_is(AFTER_CLOSE)
    tasks.close_registers(schema_name=people.alder.schema_name)
    assert (code_of(missing), code_of(seen)) == ("N", "V")


def test_today_lists_what_is_expected_as_it_stands(browse, people: People, pupils: list[Pupil], it_is: Clock) -> None:
    it_is(AFTER_CLOSE)
    client = browse("olly")
    answer(client, pupils[0])
    page = client.get(f"{ALDER}/today/").text
    assert page.count("Not there") == 1
    assert f"morning, says {GUIDE}; entered at 09:30" in page
    assert page.count("<td>Expected</td>") == 2


@pytest.mark.parametrize("is_open", [True, False])
def test_a_child_seen_after_all_is_confirmed_and_what_was_said_stays_on_record(
    people: People, pupils: list[Pupil], it_is: Clock, is_open: bool
) -> None:
    # Given a child said not to be there
    child, session = pupils[0], make_session(MONDAY)
    opened_at = make_register(session, make_group()).opened_at
    it_is(opened_at)
    say_not_there(session, of(child), said_by=GUIDE, by=people.alma, at=opened_at)
    # When somebody confirms the child, before the register closes or after
    later = opened_at + dt.timedelta(minutes=5) if is_open else AFTER_CLOSE
    it_is(later)
    assert confirm_children(session, of(child), seen_by="The coach", by=people.alma, at=later) == 1
    # Then the mark is the expected one, and its change says why
    mark = Mark.objects.get(pupil=child)
    assert (mark.code, mark.nature) == ("V", "The museum")
    change = MarkAmendment.objects.get()
    assert (change.original_code, change.amended_code) == ("N", "V")
    assert (change.kind, change.reason) == (
        "correction" if is_open else "amendment", "Seen there after all, says The coach.",
    )  # fmt: skip
    assert NotThere.objects.count() == 1
    (listed,) = expected_on(MONDAY, Pupil.objects.filter(pk=child.pk))
    assert listed.missed_at is None  # Today says no more that the child is not there


def test_a_mark_that_somebody_made_stands(people: People, pupils: list[Pupil], it_is: Clock) -> None:
    # Given a child who did not go, and sits in the classroom
    session = make_session(MONDAY)
    make_mark(pupils[0], session, "/", by=people.tess)
    it_is(AFTER_CLOSE)
    # When the guide says that the child is not there, and later that it was a mistake
    assert say_not_there(session, of(pupils[0]), said_by=GUIDE, by=people.alma, at=AFTER_CLOSE) == 1
    assert code_of(pupils[0]) == "/"
    confirm_children(session, of(pupils[0]), seen_by=GUIDE, by=people.alma, at=AFTER_CLOSE)
    # Then the mark is as the teacher made it
    assert code_of(pupils[0]) == "/"


def test_what_is_said_twice_stands_once(people: People, pupils: list[Pupil], monday_morning: dt.datetime) -> None:
    session, rows = make_session(MONDAY), of(*pupils)
    made = [say_not_there(session, rows, said_by=GUIDE, by=people.alma, at=monday_morning) for _ in range(2)]
    assert made == [3, 0]
    assert (NotThere.objects.count(), Mark.objects.filter(code="N").count()) == (3, 3)
    assert not MarkAmendment.objects.exists()


def test_a_child_in_no_class_is_put_on_record_without_a_mark(
    people: People, pupils: list[Pupil], monday_morning: dt.datetime
) -> None:
    row = expect(make_pupil(surname="Nowhere"), people)
    assert say_not_there(make_session(MONDAY), [row], said_by=GUIDE, by=people.alma, at=monday_morning) == 1
    assert not Mark.objects.exists()


def test_a_child_confirmed_there_is_not_said_to_be_missing(browse, pupils: list[Pupil]) -> None:
    client = browse("alma")
    answer(client, pupils[0], answer="there")
    refused = answer(client, pupils[0])
    assert refused.status_code == 422
    assert CONFIRMED.replace("'", "&#x27;") in refused.text
    assert not NotThere.objects.exists()
    assert ExpectedConfirmation.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"seen_by": " "}, WHO_SAYS_SO),
        ({"expected": []}, "Tick the children it is about."),
        ({"expected": ["0"]}, "One of these children is no longer expected there."),
        ({"half": "pm"}, TO_COME),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(browse, pupils, fields: dict[str, object], said: str) -> None:
    refused = answer(browse("alma"), *pupils, **fields)
    assert (refused.status_code, said in refused.text) == (422, True)
    assert not NotThere.objects.exists()
    assert not Mark.objects.exists()


def test_nobody_answers_for_their_own_family(people: People, pupils: list[Pupil], monday_morning: dt.datetime) -> None:
    FamilyTie.objects.create(user=people.alma.user, pupil=pupils[0])
    with pytest.raises(ValidationError, match="You are family"):
        say_not_there(make_session(MONDAY), of(*pupils), said_by=GUIDE, by=people.alma, at=monday_morning)
    assert not Mark.objects.exists()
