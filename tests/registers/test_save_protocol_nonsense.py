"""A save that cannot be meant is refused with words, and never fails."""

import json
import uuid

import pytest

from registers.models import Mark, Pupil, Register
from tests.factories import make_group, make_pupil, make_register, make_session
from tests.people import People
from tests.registers.test_save_protocol import TODAY, pupil, register, row, send

__all__ = ["pupil", "register", "send"]


def test_a_pupil_of_another_group_or_none_is_refused_with_words(send, pupil: Pupil) -> None:
    stranger = make_pupil(group=make_group("5B"))
    left = make_pupil(group=make_group(), until_date=TODAY)
    for other in (stranger, left, Pupil(pk=987654321)):
        response = send(row(pupil, "N"), row(other, "N"))
        assert response.status_code == 422
        assert "Row 2" in response.json()["detail"][0]
    assert not Mark.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"made_at": "2026-11-23T08:59:00Z"},
        {"made_at": "2026-11-20T08:50:00Z"},
        {"made_at": "2999-01-01T00:00:00Z"},
        {"made_at": "1000-01-01T00:00:00Z"},
        {"code": "L", "arrived_at": "2026-11-20T08:50:00Z"},
        {"code": "L", "arrived_at": "2026-11-23T12:00:00Z"},
    ],
)
def test_times_that_cannot_be_are_refused_with_words(send, pupil: Pupil, fields: dict[str, str]) -> None:
    response = send({**row(pupil, "N"), **fields})
    assert response.status_code == 422
    assert response.json()["detail"]


NONSENSE: list[object] = [
    None, 3, "x", [], {}, {"pupil": None}, {"pupil": "one"}, {"pupil": -1}, {"pupil": 10**30}, {"pupil": True},
    {"code": 4.5}, {"code": "ABC"}, {"code": None}, {"code": ["/"]}, {"code": "\x00"}, {"code": "\ud800"},
    {"base": -1}, {"base": "x"}, {"base": 10**30}, {"made_at": ""}, {"made_at": 5}, {"made_at": "yesterday"},
    {"made_at": "0001-01-01T00:00:00Z"}, {"made_at": "9999-12-31T23:59:59-12:00"}, {"minutes_late": "x"},
    {"minutes_late": 10**9}, {"minutes_late": -1}, {"arrived_at": "soon"}, {"reason": "x" * 501}, {"nature": {}},
    {"comment": "\x00"},
]  # fmt: skip


@pytest.mark.parametrize("wrong", NONSENSE, ids=lambda wrong: repr(wrong)[:40])
def test_nonsense_in_a_row_is_refused_and_never_fails(send, pupil: Pupil, wrong: object) -> None:
    bad = {**row(pupil, "N"), **wrong} if isinstance(wrong, dict) and wrong else wrong
    response = send(bad)
    assert response.status_code == 400
    assert response.json()["message"]
    assert not Mark.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[]", b"null", b'{"key": 1}', b'{"rows": {}}', b"NaN", b"[" * 100_000]
)
def test_a_body_that_is_no_save_is_refused_and_never_fails(browse, register: Register, body: bytes) -> None:
    address = f"/s/alder-primary/api/registers/{register.pk}/marks/"
    assert browse("tess").post(address, body, content_type="application/json").status_code == 400


def test_a_pupil_twice_in_one_save_is_refused(send, pupil: Pupil) -> None:
    assert send(row(pupil, "N"), row(pupil, "/")).status_code == 422


def test_marks_are_not_sent_in_the_name_of_the_next_person_on_the_device(
    browse, register: Register, pupil: Pupil, people: People
) -> None:
    address = f"/s/alder-primary/api/registers/{register.pk}/marks/"
    body = json.dumps({"key": str(uuid.uuid4()), "rows": [row(pupil, "N")]})
    headers = {"X-Person": str(people.tess.user_id)}
    reply = browse("alma").post(address, body, content_type="application/json", headers=headers)
    assert (reply.status_code, reply.json()["error"]) == (409, "someone else")
    assert not Mark.objects.exists()


def test_a_device_is_told_in_words_of_our_own_that_a_register_is_not_its_person_s(
    send, pupil: Pupil, register: Register, people: People, browse
) -> None:
    """A device lets go of what waits for a register that is not its person's: a network's own page must not say so."""
    elsewhere = make_register(make_session(TODAY), make_group("5B"))
    assert send(row(pupil, "N"), pk=elsewhere.pk).json()["error"] == "not found"
    assert send(row(pupil, "N"), by="cass").json()["error"] == "not found"
    assert send(row(pupil, "N"), by="dov").json()["error"] == "not allowed"
    # A page whose token has run out is only to be loaded again
    client = browse("tess")
    client.handler.enforce_csrf_checks = True
    address = f"/s/alder-primary/api/registers/{register.pk}/marks/"
    stale = client.post(address, "{}", content_type="application/json")
    assert (stale.status_code, stale.json()["error"]) == (403, "page expired")
