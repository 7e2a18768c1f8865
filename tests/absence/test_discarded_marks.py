"""Marks that a device kept and nobody took are discarded only with the office knowing."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from absence.models import Task
from attendance_mat.accounts.roles import Role
from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.audit.models import AuditEvent, Event
from registers.models import Pupil
from tests.conftest import MONDAY_MORNING
from tests.factories import make_group, make_pupil
from tests.people import People
from tests.registers.lessons import make_lesson, make_period, make_teaching_group

Browse = Callable[[str], Client]
ADDRESS = "/s/alder-primary/api/discarded-marks/"
MADE = "2026-11-20T08:52:00+00:00"


def discard(client: Client, register: str, *codes: str, key: str = ""):
    pupil = Pupil.objects.filter(surname="Quillfeather").first() or make_pupil(
        surname="Quillfeather", group=make_group()
    )
    rows = [{"pupil": pupil.pk, "code": code, "base": 0, "made_at": MADE} for code in codes]
    body = json.dumps({"key": key or str(uuid4()), "register": register, "rows": rows})
    return client.post(ADDRESS, body, content_type="application/json")


def test_the_log_keeps_them_and_the_attendance_officer_is_asked_to_look(browse: Browse, people: People) -> None:
    group = make_group()
    assert discard(browse("tess"), f"2026-11-20 am {group.pk}", "N", "").status_code == 204  # no register of hers
    event = AuditEvent.objects.get(kind=Event.MARKS_DISCARDED)
    assert (event.by, event.subject_id) == (people.tess.user, group.pk)
    assert [(mark["code"], mark["made_at"]) for mark in event.detail["marks"]] == [("N", MADE), ("", MADE)]
    for _ in range(2):
        handle_waiting_events(at=MONDAY_MORNING)
    task = Task.objects.get()
    assert (task.kind, task.role) == (Task.Kind.REGISTER, Role.ATTENDANCE_OFFICER)
    assert task.words.startswith("Tess Lindqvist discarded 2 marks of 4A, Friday 20 November 2026, AM (N, none), which")
    assert "Quillfeather" not in task.words


def test_those_of_a_lesson_name_the_lesson(browse: Browse, people: People) -> None:
    group = make_teaching_group("9A/Ma", make_pupil(group=make_group()))
    made = make_lesson(group, make_period(), teacher=people.tess.user)
    assert discard(browse("tess"), f"2026-11-20 lesson {made.pk}", "L").status_code == 204
    handle_waiting_events(at=MONDAY_MORNING)
    assert "discarded a mark of 9A/Ma, period 1, Friday 20 November 2026 (L), which was" in Task.objects.get().words


@pytest.mark.parametrize(
    ("who", "register", "codes", "status"),
    [
        ("tess", "2026-11-20 am 999999", ["N"], 404),
        ("tess", "2026-11-31 am {}", ["N"], 404),
        ("tess", "2026-11-20 noon {}", ["N"], 400),
        ("tess", "2026-11-20 am {}", [], 400),
        ("tess", "2026-11-20 am {}", ["absent"], 400),
        ("dov", "2026-11-20 am {}", ["N"], 403),
        ("cass", "2026-11-20 am {}", ["N"], 404),
    ],
)
def test_what_cannot_be_understood_or_is_not_theirs_to_say_is_not_recorded(
    browse: Browse, who: str, register: str, codes: list[str], status: int
) -> None:
    assert discard(browse(who), register.format(make_group().pk), *codes).status_code == status
    assert not AuditEvent.objects.filter(kind=Event.MARKS_DISCARDED).exists()


def test_nothing_is_discarded_in_another_s_name(browse: Browse) -> None:
    body = json.dumps({"register": f"2026-11-20 am {make_group().pk}", "rows": []})
    client = browse("tess")
    reply = client.post(ADDRESS, body, content_type="application/json", headers={"X-Person": "0"})
    assert (reply.status_code, reply.json()["error"]) == (409, "someone else")


def test_a_discard_pressed_again_after_a_lost_reply_is_on_record_once(browse: Browse) -> None:
    client, register, key = browse("tess"), f"2026-11-20 am {make_group().pk}", str(uuid4())
    assert [discard(client, register, "N", key=key).status_code for _ in range(2)] == [204, 204]
    assert AuditEvent.objects.filter(kind=Event.MARKS_DISCARDED).count() == 1
    # Then another one needs a key of its own
    reply = discard(client, register, "L", key=key)
    assert (reply.status_code, reply.json()["error"]) == (409, "key used before")
    assert discard(client, register, "L", key="x").status_code == 400
    assert AuditEvent.objects.filter(kind=Event.MARKS_DISCARDED).count() == 1
