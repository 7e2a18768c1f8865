"""Finish that was pressed without a connection is done once, by who pressed it, and never where children are blank."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.published.models import FinishedRegister
from registers.models import Assignment, LessonRegister, Pupil, Register
from tests.conftest import LONDON
from tests.factories import make_group, make_mark, make_pupil, make_register, make_session
from tests.people import SINCE, People
from tests.registers.a_lesson import TODAY, Lesson, lesson

__all__ = ["lesson"]
Browse = Callable[[str], Client]
PRESSED = "2026-11-23T08:45:00+00:00"
SCHOOL = "/s/alder-primary"


@pytest.fixture
def register(people: People) -> Register:
    """Return this morning's open register of Tess's class, with one child who is marked."""
    group, session = make_group(), make_session(TODAY)
    Assignment.objects.create(user=people.tess.user, group=group, weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    made = make_register(session, group)
    make_mark(make_pupil(group=group), session, "/", by=people.tess, register=made)
    return made


def finish(client: Client, at: str, *, key: str = "", pressed: str = PRESSED, **others: object):
    body = {"key": key or str(uuid4()), "rows": [], "finish": pressed, **others}
    return client.post(f"{SCHOOL}/api/{at}/marks/", json.dumps(body), content_type="application/json")


def test_it_is_finished_once_at_the_server_s_moment_and_the_event_says_when_it_was_pressed(
    browse: Browse, register: Register, people: People
) -> None:
    client, key = browse("tess"), str(uuid4())
    first = finish(client, f"registers/{register.pk}", key=key)
    assert first.status_code == 200
    assert first.json()["rows"] == []
    # When it is sent again, under the same key and, by another tab, under one of its own
    assert finish(client, f"registers/{register.pk}", key=key).json() == first.json()
    assert finish(client, f"registers/{register.pk}").json()["finished_at"] == first.json()["finished_at"]
    register.refresh_from_db()
    assert register.finished_at is not None
    assert (register.finished_by, f"{register.finished_at.astimezone(LONDON):%H:%M}") == (people.tess.user, "08:50")
    event = AuditEvent.objects.get(kind=Event.REGISTER_FINISHED)
    assert (event.by, event.detail["pressed_at"], event.detail["present"]) == (people.tess.user, PRESSED, 1)
    assert FinishedRegister.objects.count() == 1


def test_it_is_refused_while_a_child_has_no_mark(browse: Browse, register: Register) -> None:
    make_pupil(group=register.group, surname="Quillfeather")
    reply = finish(browse("tess"), f"registers/{register.pk}")
    assert (reply.status_code, reply.json()["detail"]) == (422, ["1 child has no mark yet."])
    register.refresh_from_db()
    assert register.finished_at is None


@pytest.mark.parametrize(
    ("pressed", "words"),
    [
        ("2026-11-23T08:53:00+00:00", "Finish was pressed in the future: check the clock of this device."),
        ("2026-11-22T23:59:00+00:00", "Finish was pressed before the day of the register."),
    ],
    ids=["future", "yesterday"],
)
def test_a_moment_that_cannot_be_true_is_refused(browse: Browse, register: Register, pressed: str, words: str) -> None:
    reply = finish(browse("tess"), f"registers/{register.pk}", pressed=pressed)
    assert (reply.status_code, reply.json()["detail"]) == (422, [words])


def test_nothing_and_both_at_once_are_not_understood(browse: Browse, register: Register) -> None:
    row = {"pupil": Pupil.objects.get().pk, "code": "N", "base": 1, "made_at": PRESSED}
    at = f"{SCHOOL}/api/registers/{register.pk}/marks/"
    wrong: list[dict[str, object]] = [{"rows": []}, {"rows": [row], "finish": PRESSED}, {"rows": [], "finish": "soon"}]
    for asked in wrong:
        body = json.dumps({"key": str(uuid4()), **asked})
        assert browse("tess").post(at, body, content_type="application/json").status_code == 400
    register.refresh_from_db()
    assert register.finished_at is None


def test_it_is_not_done_in_another_s_name_or_out_of_reach(browse: Browse, register: Register) -> None:
    at = f"{SCHOOL}/api/registers/{register.pk}/marks/"
    body = json.dumps({"key": str(uuid4()), "rows": [], "finish": PRESSED})
    sent = browse("alma").post(at, body, content_type="application/json", headers={"X-Person": "0"})
    assert (sent.status_code, sent.json()["error"]) == (409, "someone else")
    assert browse("tutu").post(at, body, content_type="application/json").status_code == 404
    register.refresh_from_db()
    assert register.finished_at is None


def test_a_lesson_s_register_is_finished_the_same_way(lesson: Lesson) -> None:
    at = f"lessons/{TODAY}/{lesson.lesson.pk}"
    refused = finish(lesson.client, at)
    assert (refused.status_code, refused.json()["detail"]) == (422, ["3 children have no mark yet."])
    lesson.press("everyone-3")
    assert finish(lesson.client, at).status_code == 200
    assert LessonRegister.objects.get().finished_by == lesson.people.tess.user
    event = AuditEvent.objects.get(kind=Event.LESSON_REGISTER_FINISHED)
    assert event.detail["pressed_at"] == PRESSED
