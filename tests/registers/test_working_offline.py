"""What a device needs of the server to work without it: a key, pages of registers nobody has opened, a way to save."""

import datetime as dt
import json
import uuid
from base64 import b64decode
from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client

from attendance_mat.web.joined import joined
from registers.models import Assignment, LessonMark, LessonRegister, Mark, MarkAmendment, Pupil, Register, SaveReceipt
from registers.rules.device import device_key
from tests.factories import make_group, make_pupil, make_register, make_session
from tests.people import SINCE, People
from tests.registers.a_lesson import AFTER_IT, IN_THE_LESSON, Lesson, lesson

__all__ = ["lesson"]
Browse = Callable[[str], Client]
TODAY = dt.date(2026, 11, 23)
SCHOOL = "/s/alder-primary"
KEY = f"{SCHOOL}/api/device-key/"


@pytest.fixture
def pupil(people: People) -> Pupil:
    """Return a child of Tess's class, whose register of this morning nobody has opened."""
    group = make_group()
    Assignment.objects.create(user=people.tess.user, group=group, weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    make_session(TODAY)
    return make_pupil(group=group, surname="Quillfeather")


def place(pupil: Pupil, half: str = "am", date: str = "2026-11-23") -> str:
    return f"sessions/{date}/{half}/groups/{make_group().pk}"


def save(client: Client, address: str, pupil: Pupil, code: str = "N", *, key: str = "", **fields: object):
    rows = [{"pupil": pupil.pk, "code": code, "base": 0, "made_at": "2026-11-23T08:45:00+00:00", **fields}]
    body = json.dumps({"key": key or str(uuid.uuid4()), "rows": rows})
    return client.post(f"{SCHOOL}/api/{address}/marks/", body, content_type="application/json")


def test_a_person_has_one_key_on_one_device_and_another_on_every_other() -> None:
    mine = device_key("secret", person=1, device="d" * 32)
    others = [
        device_key("secret", person=2, device="d" * 32),
        device_key("secret", person=1, device="e" * 32),
        device_key("another", person=1, device="d" * 32),
    ]
    assert mine == device_key("secret", person=1, device="d" * 32)
    assert len(mine.key) == 32
    assert len({one.owner for one in (mine, *others)} | {one.key.hex() for one in (mine, *others)}) == 8


def test_the_same_person_gets_the_same_key_back_on_their_device(browse: Browse, people: People) -> None:
    client = browse("tess")
    reply = client.post(KEY)
    cookie = reply.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"], len(cookie.value)) == (True, "Lax", 32)
    assert "no-store" in reply["Cache-Control"]
    assert len(b64decode(reply.json()["key"])) == 32
    # When she signs in there again, or another person does
    again, other = browse("tess"), browse("tutu")
    for browser in (again, other):
        browser.cookies["device"] = cookie.value
    assert again.post(KEY).json() | {"seconds": 0} == reply.json() | {"seconds": 0}  # a slow machine may need one
    assert other.post(KEY).json()["key"] != reply.json()["key"]
    # Then a name nobody gave a device is not taken
    again.cookies["device"] = "x; path=/"
    assert again.post(KEY).json()["owner"] != reply.json()["owner"]


def test_what_was_kept_under_an_earlier_secret_still_opens(browse: Browse, settings: LazySettings) -> None:
    client = browse("tess")
    before = client.post(KEY).json()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new secret, as long as the one that it follows"
    after = client.post(KEY).json()
    assert after["owner"] != before["owner"]
    assert after["earlier"] == [{"owner": before["owner"], "key": before["key"]}]


@pytest.mark.parametrize(("who", "status"), [("dov", 403), ("", 401)])
def test_a_key_is_issued_to_those_who_take_registers(browse: Browse, who: str, status: int) -> None:
    client = browse(who) if who else Client()
    assert client.post(KEY).status_code == status


def test_the_worker_is_served_whole_from_the_school_s_own_scope_and_only_when_it_is_new(alder: object) -> None:
    reply = Client().get(f"{SCHOOL}/worker.js")
    assert (reply.status_code, reply["Content-Type"], reply["Cache-Control"]) == (200, "text/javascript", "no-cache")
    assert "default-src 'self'" in reply.text
    assert joined("js/register-worker.js") in reply.text
    assert "importScripts" not in reply.text
    assert Client().get(f"{SCHOOL}/worker.js", headers={"If-None-Match": reply["ETag"]}).status_code == 304


def test_a_register_nobody_has_opened_is_shown_and_stays_unopened(browse: Browse, pupil: Pupil) -> None:
    page = browse("tess").get(f"{SCHOOL}/{place(pupil)}/register/draft/")
    assert page.status_code == 200
    assert "Quillfeather" in page.text
    assert f"{SCHOOL}/api/{place(pupil)}/marks/" in page.text
    assert not Register.objects.exists()


def test_once_it_is_open_the_draft_leads_to_it(browse: Browse, pupil: Pupil) -> None:
    register = make_register(make_session(TODAY), make_group())
    page = browse("tess").get(f"{SCHOOL}/{place(pupil)}/register/draft/")
    assert page["Location"] == f"{SCHOOL}/registers/{register.pk}/"


@pytest.mark.parametrize(
    ("who", "half", "date"),
    [
        ("tutu", "am", "2026-11-23"),
        ("tess", "pm", "2026-11-23"),
        ("tess", "am", "no-day"),
        ("tess", "zz", "2026-11-23"),
    ],
)
def test_nobody_else_s_register_nor_one_of_no_session_is_found(
    browse: Browse, pupil: Pupil, who: str, half: str, date: str
) -> None:
    client = browse(who)
    assert client.get(f"{SCHOOL}/{place(pupil, half, date)}/register/draft/").status_code == 404
    assert save(client, place(pupil, half, date), pupil).status_code == 404
    assert not Register.objects.exists()


def test_a_save_opens_the_register_and_a_repeat_gets_the_same_reply_by_either_way(browse: Browse, pupil: Pupil) -> None:
    key, client = str(uuid.uuid4()), browse("tess")
    first = save(client, place(pupil), pupil, key=key)
    assert first.json()["rows"][0]["outcome"] == "saved"
    register = Register.objects.get()
    assert save(client, place(pupil), pupil, key=key).json() == first.json()
    assert save(client, f"registers/{register.pk}", pupil, key=key).json() == first.json()
    assert (Mark.objects.count(), SaveReceipt.objects.count()) == (1, 1)
    assert Mark.objects.get().made_at == dt.datetime(2026, 11, 23, 8, 45, tzinfo=dt.UTC)


def test_a_save_before_the_session_is_refused_and_says_why(browse: Browse, pupil: Pupil) -> None:
    make_session(TODAY, "pm")
    reply = save(browse("tess"), place(pupil, "pm"), pupil)
    assert (reply.status_code, reply.json()["error"]) == (422, "refused")
    assert "cannot be opened yet" in reply.json()["detail"][0]
    assert not Register.objects.exists()


def test_a_lesson_nobody_has_opened_is_shown_saved_and_then_led_to(lesson: Lesson) -> None:
    address = f"lessons/{TODAY}/{lesson.lesson.pk}"
    page = lesson.client.get(f"{SCHOOL}/{address}/register/draft/")
    assert "Ada" in page.text
    assert not LessonRegister.objects.exists()
    assert lesson.client.get(f"{SCHOOL}/{address}/register/")["Location"] == f"{SCHOOL}/lessons/"
    # When marks come that were made without a connection
    made_at = IN_THE_LESSON.isoformat()
    key = str(uuid.uuid4())
    first = save(lesson.client, address, lesson.pupils[0], key=key, made_at=made_at)
    assert first.json()["rows"][0]["outcome"] == "saved"
    there = save(lesson.client, f"lesson-registers/{lesson.register.pk}", lesson.pupils[0], key=key, made_at=made_at)
    assert there.json() == first.json()
    assert LessonMark.objects.get().code == "N"
    # Then its address leads to the register
    for leads in (f"{SCHOOL}/{address}/register/draft/", f"{SCHOOL}/{address}/register/"):
        assert lesson.client.get(leads)["Location"] == lesson.address


@pytest.mark.parametrize("address", ["lessons/not-a-day/1", "lessons/2026-11-23/987654321"])
def test_no_such_lesson_is_not_found(lesson: Lesson, address: str) -> None:
    assert lesson.client.get(f"{SCHOOL}/{address}/register/draft/").status_code == 404
    assert save(lesson.client, address, lesson.pupils[0]).status_code == 404


def test_a_lesson_s_marks_that_come_after_it_say_made_offline(
    lesson: Lesson, it_is: Callable[[dt.datetime], None]
) -> None:
    it_is(AFTER_IT)
    made_at = IN_THE_LESSON.isoformat()
    save(lesson.client, f"lessons/{TODAY}/{lesson.lesson.pk}", lesson.pupils[0], made_at=made_at)
    mark = LessonMark.objects.get()
    assert (mark.code, mark.source, mark.made_at) == ("N", "offline", IN_THE_LESSON)


def test_a_key_lasts_as_long_as_is_left_of_the_session(
    browse: Browse, it_is: Callable[[dt.datetime], None], settings: LazySettings
) -> None:
    it_is(dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC))
    client = browse("tess")
    assert client.post(KEY).json()["seconds"] == pytest.approx(settings.SESSION_COOKIE_AGE, abs=5)
    it_is(dt.datetime(2026, 11, 23, 11, 0, tzinfo=dt.UTC))
    assert client.post(KEY).json()["seconds"] == pytest.approx(settings.SESSION_COOKIE_AGE - 3 * 60 * 60, abs=5)
    it_is(dt.datetime(2026, 11, 23, 21, 0, tzinfo=dt.UTC))
    assert client.post(KEY).json()["seconds"] == 0


def test_a_change_dated_before_the_mark_it_changes_was_received_needs_a_reason(
    browse: Browse, pupil: Pupil, it_is: Callable[[dt.datetime], None]
) -> None:
    # Given a first mark that came after the close
    it_is(AFTER_IT)
    teacher, address = browse("tess"), place(pupil)
    assert save(teacher, address, pupil).json()["rows"][0]["outcome"] == "saved"
    # When it is changed in the afternoon as if before the close
    it_is(dt.datetime(2026, 11, 23, 14, 20, tzinfo=AFTER_IT.tzinfo))
    answer = save(teacher, address, pupil, "/", base=1).json()["rows"][0]
    assert (answer["outcome"], answer["why"]) == (
        "refused", "The register is closed: say why the mark is amended.",
    )  # fmt: skip
    # Then it takes a reason, and a change of that change is no different
    given = save(teacher, address, pupil, "/", base=1, reason="Seen in class").json()["rows"][0]
    assert given["outcome"] == "saved"
    assert save(teacher, address, pupil, base=2).json()["rows"][0]["outcome"] == "refused"
    assert MarkAmendment.objects.get().reason == "Seen in class"
