"""Saving by the protocol of decision 7: nothing lost, nothing doubled, nothing overwritten unseen."""

import datetime as dt
import json
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.roles import GRANTS, Role
from attendance_mat.audit.models import AuditEvent, Event
from registers.actions.expecting import expect_absence
from registers.models import Assignment, FamilyTie, Mark, MarkAmendment, Pupil, Register, SaveReceipt
from tests.conftest import LONDON
from tests.factories import make_group, make_pupil, make_register, make_session
from tests.people import SINCE, People

TODAY = dt.date(2026, 11, 23)
CLOSES = dt.datetime(2026, 11, 23, 9, 20, tzinfo=LONDON)
MADE_AT = "2026-11-23T08:50:00+00:00"
LATER = "2026-11-23T09:10:00+00:00"  # before the close, and once a first mark was received
LOG_IN = 4  # session, person, school, membership


@pytest.fixture
def register(people: People) -> Register:
    """Return this morning's register of Tess's class, with one child."""
    Assignment.objects.create(user=people.tess.user, group=make_group(), weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    make_pupil(group=make_group())
    return make_register(make_session(TODAY), make_group())


@pytest.fixture
def pupil(register: Register) -> Pupil:
    return Pupil.objects.get()


@pytest.fixture
def send(browse, register: Register) -> Callable:
    """Return a function that sends rows, as Tess unless another is named, and returns the response."""

    def sender(*rows: dict, by: str = "tess", key: str = "", school: str = "alder-primary", pk: int = 0):
        body = {"key": key or str(uuid.uuid4()), "rows": rows}
        address = f"/s/{school}/api/registers/{pk or register.pk}/marks/"
        return browse(by).post(address, json.dumps(body), content_type="application/json")

    return sender


def row(pupil: Pupil, code: str, base: int = 0, **fields: object) -> dict[str, object]:
    return {"pupil": pupil.pk, "code": code, "base": base, "made_at": MADE_AT, **fields}


def outcome(response) -> tuple[str, str]:
    assert response.status_code == 200, response.content
    answer = response.json()["rows"][0]
    return answer["outcome"], answer["why"]


def test_a_mark_is_saved_with_who_made_it_when_and_when_it_came(send, pupil: Pupil, people: People) -> None:
    response = send(row(pupil, "N"))
    assert response.json()["rows"][0] == {
        "pupil": pupil.pk, "outcome": "saved", "code": "N", "words": "Reason not yet established", "base": 1,
        "minutes_late": None, "comment": "", "why": "",
    }  # fmt: skip
    assert (response.json()["marked"], response.json()["left"]) == (1, 0)
    mark = Mark.objects.get()
    assert (mark.code, mark.made_by_name, mark.made_by_role, mark.source) == (
        "N",
        "Tess Lindqvist",
        "teacher",
        "teacher",
    )
    assert AuditEvent.objects.get(kind=Event.MARKS_SAVED).detail == {"marks": [mark.pk], "codes": {"N": 1}}


def test_a_repeated_request_gets_the_same_reply_and_changes_nothing(send, pupil: Pupil) -> None:
    # Given a save whose reply was lost, and a correction since
    key = str(uuid.uuid4())
    first = send(row(pupil, "N"), key=key)
    send(row(pupil, "/", base=1))
    # When the first is sent again
    again = send(row(pupil, "N"), key=key)
    # Then its reply is the same, and the correction stands
    assert (again.status_code, again.json()) == (200, first.json())
    assert (Mark.objects.get().code, MarkAmendment.objects.count(), SaveReceipt.objects.count()) == ("/", 1, 2)


def test_the_same_key_with_another_body_is_a_conflict(send, pupil: Pupil) -> None:
    key = str(uuid.uuid4())
    send(row(pupil, "N"), key=key)
    assert send(row(pupil, "/", base=1), key=key).status_code == 409
    assert Mark.objects.get().code == "N"


def test_a_mark_that_is_there_already_is_the_same(send, pupil: Pupil) -> None:
    send(row(pupil, "N"))
    assert outcome(send(row(pupil, "N"))) == ("same", "")
    assert outcome(send(row(pupil, "", base=1)))[0] == "saved"  # cleared while open
    assert outcome(send(row(pupil, "", base=2)))[0] == "same"


def test_a_stale_page_is_told_whose_mark_stands_and_overwrites_nothing(send, pupil: Pupil, people: People) -> None:
    # Given that the office marked the child after the teacher loaded the page
    send(row(pupil, "N"), by="alma")
    # When the teacher saves present, having seen a blank
    answer = send(row(pupil, "/")).json()["rows"][0]
    # Then the reply has the other value, name and time, and the next base to send
    assert (answer["outcome"], answer["code"], answer["by"], answer["base"]) == ("clash", "N", "Alma Reyes", 1)
    assert dt.datetime.fromisoformat(answer["at"]).date() == TODAY
    assert Mark.objects.get().code == "N"
    # And choosing again, having seen it, is saved
    assert outcome(send(row(pupil, "/", base=1)))[0] == "saved"


def test_a_clash_names_whoever_changed_the_mark_last(send, pupil: Pupil) -> None:
    send(row(pupil, "N"))
    send(row(pupil, "/", base=1), by="alma")
    answer = send(row(pupil, "L", base=1, arrived_at="2026-11-23T08:50:00Z")).json()["rows"][0]
    assert (answer["outcome"], answer["by"], answer["code"]) == ("clash", "Alma Reyes", "/")


def test_while_the_register_is_open_a_change_is_a_correction_and_is_logged(send, pupil: Pupil) -> None:
    send(row(pupil, "N"))
    send(row(pupil, "/", base=1))
    change = MarkAmendment.objects.get()
    assert (change.kind, change.original_code, change.amended_code) == ("correction", "N", "/")
    detail = {"mark": change.mark_id, "pupil": pupil.pk, "old": "N", "new": "/"}
    assert AuditEvent.objects.get(kind=Event.MARK_CORRECTED).detail == detail


@pytest.mark.parametrize(
    ("code", "arrived", "expected"),
    [
        ("L", "09:20:00", "saved"),
        ("L", "09:21:00", "refused"),
        ("U", "09:21:00", "saved"),
        ("U", "09:20:00", "refused"),
    ],
)
def test_late_is_l_up_to_and_at_the_closing_time_and_u_a_minute_after(
    send, pupil: Pupil, it_is, code: str, arrived: str, expected: str
) -> None:
    it_is(dt.datetime(2026, 11, 23, 9, 30, tzinfo=LONDON))
    result, why = outcome(send(row(pupil, code, arrived_at=f"2026-11-23T{arrived}Z")))
    assert result == expected
    if expected == "refused":
        assert f"Use {'U' if code == 'L' else 'L'}." in why
    else:
        assert Mark.objects.get().minutes_late == (30 if code == "L" else 31)


def test_on_the_first_day_after_summer_time_late_still_turns_at_twenty_past_nine(send, it_is, pupil: Pupil) -> None:
    # Given Monday 26 October 2026, the clocks having gone back on the Sunday
    monday = dt.date(2026, 10, 26)
    it_is(dt.datetime(2026, 10, 26, 9, 30, tzinfo=LONDON))
    register = make_register(make_session(monday), make_group())
    # When a child arrives on the stroke of closing, and is entered as U
    late = {"made_at": "2026-10-26T09:20:00Z", "arrived_at": "2026-10-26T09:20:00+00:00"}
    assert outcome(send(row(pupil, "U", **late), pk=register.pk))[1].endswith("Use L.")
    # Then L is right, half an hour after ten to nine
    assert outcome(send(row(pupil, "L", **late), pk=register.pk))[0] == "saved"
    assert Mark.objects.get().minutes_late == 30


def test_late_without_a_time_is_taken_to_be_now_or_refused_once_closed(send, pupil: Pupil, it_is) -> None:
    send(row(pupil, "L"))
    assert Mark.objects.get().arrived_at == dt.datetime.fromisoformat(MADE_AT)
    other = make_pupil(group=make_group())
    it_is(dt.datetime(2026, 11, 23, 11, 0, tzinfo=LONDON))
    result, why = outcome(send({**row(other, "L"), "made_at": "2026-11-23T11:00:00Z"}))
    assert (result, why) == ("refused", "The register closed at 09:20: say when the child arrived, or use U.")


def test_minutes_late_alone_say_when_the_child_came(send, pupil: Pupil) -> None:
    send(row(pupil, "L", minutes_late=0))
    assert Mark.objects.get().arrived_at == dt.datetime(2026, 11, 23, 8, 50, tzinfo=LONDON)


def test_after_closing_a_change_needs_a_reason_and_is_an_amendment(send, pupil: Pupil, it_is) -> None:
    send(row(pupil, "N"))
    it_is(dt.datetime(2026, 11, 23, 11, 0, tzinfo=LONDON))
    late = {"made_at": "2026-11-23T11:00:00Z"}
    assert "say why" in outcome(send({**row(pupil, "/", base=1), **late}))[1]
    assert outcome(send({**row(pupil, "/", base=1, reason="Was in the library"), **late}))[0] == "saved"
    change = MarkAmendment.objects.get()
    assert (change.kind, change.reason) == ("amendment", "Was in the library")
    assert AuditEvent.objects.filter(kind=Event.MARK_AMENDED).count() == 1


def test_one_who_may_take_but_not_amend_is_refused_once_closed(send, pupil: Pupil, it_is, monkeypatch) -> None:
    send(row(pupil, "N"))
    monkeypatch.delitem(GRANTS[Role.TEACHER], Permission.AMEND_REGISTER)
    it_is(dt.datetime(2026, 11, 23, 11, 0, tzinfo=LONDON))
    assert outcome(send(row(pupil, "/", base=1, made_at=LATER))) == (
        "refused",
        "The register is closed: the office amends it.",
    )


def test_what_is_left_unsaid_stays_as_it_was(send, pupil: Pupil) -> None:
    # Given a child late with a note
    late = {"arrived_at": "2026-11-23T08:50:00Z", "comment": "Bus"}
    send(row(pupil, "L", **late))
    # When L is sent again without them, it is the same; with another time, a correction that keeps the note
    assert outcome(send(row(pupil, "L", base=1)))[0] == "same"
    assert outcome(send(row(pupil, "L", base=1, arrived_at="2026-11-23T08:51:00Z")))[0] == "saved"
    assert (Mark.objects.get().minutes_late, Mark.objects.get().comment) == (1, "Bus")


def test_made_before_the_close_and_received_after_it_is_an_amendment_made_offline(send, pupil: Pupil, it_is) -> None:
    send(row(pupil, "N"))
    it_is(dt.datetime(2026, 11, 23, 11, 0, tzinfo=LONDON))
    assert outcome(send(row(pupil, "/", base=1, made_at=LATER)))[0] == "saved"
    change = MarkAmendment.objects.get()
    assert (change.kind, change.reason, change.source) == ("amendment", "made offline", "offline")
    # And a first mark received late keeps the time it was made
    other = make_pupil(group=make_group())
    send(row(other, "N"))
    mark = Mark.objects.get(pupil=other)
    assert (mark.source, mark.made_at) == ("offline", dt.datetime.fromisoformat(MADE_AT))


def test_a_teacher_may_not_enter_a_code_that_is_another_roles(send, pupil: Pupil) -> None:
    assert outcome(send(row(pupil, "I"))) == ("refused", "I (Illness) is for another role to enter.")
    assert outcome(send(row(pupil, "I"), by="alma"))[0] == "saved"


@pytest.mark.parametrize(
    ("code", "words"), [("\\", "other half"), ("H", "Use C"), ("B", "needs its nature"), ("A", "not an")]
)
def test_a_code_that_does_not_fit_is_refused_with_what_to_use(send, pupil: Pupil, code: str, words: str) -> None:
    result, why = outcome(send(row(pupil, code), by="alma"))
    assert result == "refused"
    assert words in why
    assert not Mark.objects.exists()


def test_one_refused_row_does_not_hold_up_the_others(send, pupil: Pupil) -> None:
    other = make_pupil(group=make_group())
    answers = send(row(pupil, "I"), row(other, "N")).json()["rows"]
    assert [answer["outcome"] for answer in answers] == ["refused", "saved"]


def test_staff_do_not_mark_their_own_family(send, pupil: Pupil, people: People) -> None:
    FamilyTie.objects.create(user=people.tess.user, pupil=pupil)
    result, why = outcome(send(row(pupil, "/")))
    assert result == "refused"
    assert "family" in why


def test_an_expected_child_is_not_marked_over(send, pupil: Pupil, people: People, monday_morning: dt.datetime) -> None:
    tomorrow = TODAY + dt.timedelta(days=1)
    leave = {"from_date": TODAY, "until_date": tomorrow, "halves": "both", "code": "C", "origin": "leave"}
    expect_absence(pupil, **leave, by=people.ben, at=monday_morning)
    for by, code in [("tess", "N"), ("tess", "/"), ("alma", "/")]:
        result, why = outcome(send(row(pupil, code), by=by))
        assert result == "refused"
        assert "They are here" in why
    assert outcome(send(row(pupil, "I"), by="alma"))[0] == "saved"


def test_a_register_out_of_reach_is_not_found(send, pupil: Pupil, register: Register, browse) -> None:
    elsewhere = make_register(make_session(TODAY), make_group("5B"))
    assert send(row(pupil, "N"), pk=elsewhere.pk).status_code == 404  # another group's
    assert send(row(pupil, "N"), by="tutu").status_code == 404  # a tutor of no group
    assert send(row(pupil, "N"), by="cass", school="birch-high").status_code == 404  # that number, in another school
    assert send(row(pupil, "N"), by="cass").status_code in {403, 404}  # a member of another school
    assert not Mark.objects.exists()


def test_signed_out_is_said_in_json_and_never_redirected(client, register: Register, pupil: Pupil) -> None:
    address = f"/s/alder-primary/api/registers/{register.pk}/marks/"
    response = client.post(address, "{}", content_type="application/json")
    assert (response.status_code, response.json()["error"]) == (401, "signed out")


@pytest.mark.parametrize("children", [2, 30])
def test_a_save_takes_at_most_eight_statements_however_many_marks(browse, register: Register, children: int) -> None:
    pupils = [*Pupil.objects.all(), *(make_pupil(group=make_group()) for _ in range(children - 1))]
    client, address = browse("tess"), f"/s/alder-primary/api/registers/{register.pk}/marks/"

    def statements(*rows: dict) -> list[str]:
        body = json.dumps({"key": str(uuid.uuid4()), "rows": rows})
        with CaptureQueriesContext(connection) as queries:
            response = client.post(address, body, content_type="application/json")
        assert {answer["outcome"] for answer in response.json()["rows"]} == {"saved"}
        return [query["sql"] for query in queries if not query["sql"].startswith("SET search_path")]

    statements(row(make_pupil(group=make_group()), "N"))  # from here on it is as it is all day
    for entries in ([row(pupil, "N") for pupil in pupils], [row(pupil, "/", base=1) for pupil in pupils]):
        seen = statements(*entries)
        assert len(seen) <= LOG_IN + 8, "\n".join(sql[:120] for sql in seen)
