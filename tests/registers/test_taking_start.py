"""The start page, opening a register, and what the timer does."""

import datetime as dt

import pytest
from django.db import DatabaseError

from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.published.models import RegistersDue
from attendance_mat.trust import queries
from attendance_mat.trust.models import School
from registers import tasks
from registers.actions import closing
from registers.models import Assignment, Mark, Pupil, Register
from tests.conftest import LONDON
from tests.factories import make_group, make_pupil, make_register, make_session
from tests.people import SINCE, People
from tests.registers.test_taking_page import TODAY, Form, expect, form, mark_of, pupils, register

__all__ = ["form", "pupils", "register"]


def test_the_start_page_gives_the_next_register_in_one_press(browse, people: People) -> None:
    Assignment.objects.create(user=people.tess.user, group=make_group(), weekdays=[0], from_date=SINCE)
    make_pupil(group=make_group())
    make_session(TODAY, "am")
    make_session(TODAY, "pm")
    client = browse("tess")
    html = client.get("/s/alder-primary/").content.decode()
    assert "Not open" in html
    assert "Later today" in html
    response = client.post(f"/s/alder-primary/sessions/{TODAY}/am/groups/{make_group().pk}/register/")
    opened = Register.objects.get()
    assert response.url == f"/s/alder-primary/registers/{opened.pk}/"
    assert (opened.taken_by, opened.closes_at) == (people.tess.user, dt.datetime(2026, 11, 23, 9, 20, tzinfo=LONDON))
    assert "In progress" in client.get("/s/alder-primary/").content.decode()


def test_an_overdue_register_says_by_how_much(browse, register: Register, it_is) -> None:
    it_is(dt.datetime(2026, 11, 23, 9, 32, tzinfo=LONDON))
    html = browse("tess").get("/s/alder-primary/").content.decode()
    assert "12 minutes" in html
    assert "Overdue" in html


@pytest.mark.parametrize(
    ("date", "half", "status"), [("2026-11-23", "pm", 404), ("nonsense", "am", 404), ("2026-11-23", "xx", 404)]
)
def test_a_session_that_is_not_held_has_no_register(
    browse, register: Register, date: str, half: str, status: int
) -> None:
    address = f"/s/alder-primary/sessions/{date}/{half}/groups/{make_group().pk}/register/"
    assert browse("tess").post(address).status_code == status


def test_an_afternoon_is_not_opened_in_the_morning_and_a_link_asks_first(browse, register: Register) -> None:
    make_session(TODAY, "pm")
    address = f"/s/alder-primary/sessions/{TODAY}/{{}}/groups/{make_group().pk}/register/"
    client = browse("tess")
    assert "still to come" in client.post(address.format("pm")).content.decode()
    assert "Open the register" in client.get(address.format("pm")).content.decode()
    assert client.get(address.format("am")).url == f"/s/alder-primary/registers/{register.pk}/"
    assert Register.objects.count() == 1


def test_finished_registers_are_listed_as_finished(form: Form) -> None:
    form.press("everyone-3")
    form.press("finish")
    html = form.client.get("/s/alder-primary/").content.decode()
    assert "Every register that is due is finished." in html


def test_a_data_protection_lead_takes_no_register_and_is_sent_to_the_records(browse) -> None:
    response = browse("dov").get("/s/alder-primary/")
    assert (response.status_code, response.url) == (302, "/s/alder-primary/records/looks/")


@pytest.mark.parametrize("button", ["here-x-y", "here-1", "dance", "everyone-x", f"everyone-{'9' * 5000}"])
def test_a_button_that_is_not_ours_does_no_harm(form: Form, button: str) -> None:
    form.press(button)
    assert form.status in {200, 404, 422}


@pytest.mark.parametrize("seen", ["", "x", "9999999|N|", "-1||", "||||"])
def test_a_form_that_was_meddled_with_overwrites_nothing(form: Form, pupils: list[Pupil], seen: str) -> None:
    form.press("save", **{f"mark_{pupils[0].pk}": "N"})
    fields = {f"seen_{pupils[0].pk}": seen, f"mark_{pupils[0].pk}": "/", "key": "not a key"}
    assert "someone else changed this mark" in form.press("save", **fields)
    assert mark_of(pupils[0]) == "N"


@pytest.mark.parametrize("typed", ["nonsense", "25:00"])
def test_a_time_that_is_no_time_is_refused_with_an_example(form: Form, pupils: list[Pupil], typed: str) -> None:
    html = form.press("save", **{f"mark_{pupils[0].pk}": "late", f"time_{pupils[0].pk}": typed})
    assert "Enter the time of arrival, such as 09:05." in html


def test_more_offers_the_codes_this_role_may_use(browse, register: Register, pupils: list[Pupil]) -> None:
    office = Form(browse("olly"), register)
    assert '<option value="I"' in office.html
    assert '<option value="C"' not in office.html  # leave is the head's
    assert "Choose a code." in office.press("save", **{f"mark_{pupils[0].pk}": "more"})
    office.press("save", **{f"mark_{pupils[0].pk}": "more", f"more_{pupils[0].pk}": "I"})
    assert mark_of(pupils[0]) == "I"
    assert '<option value="I"' not in Form(browse("tess"), register).html


@pytest.mark.parametrize("who", ["alma", "ben", "olly", "tara"])
def test_the_office_is_sent_on_to_today(browse, who: str) -> None:
    response = browse(who).get("/s/alder-primary/")
    assert (response.status_code, response.url) == (302, "/s/alder-primary/today/")


def test_the_timer_closes_what_is_due_with_expected_marks_and_leaves_blanks_missing(
    alder: School, register: Register, pupils: list[Pupil], people: People, monday_morning: dt.datetime, it_is
) -> None:
    # Given leave, an unconfirmed visit and a blank in 4A, and leave in 5B whose register nobody opened
    other = make_pupil(group=make_group("5B"))
    expect(pupils[0], "C", people, monday_morning)
    expect(pupils[1], "V", people, monday_morning)
    expect(other, "C", people, monday_morning)
    # When the timer runs at closing time, a minute after, and again
    for minute in (20, 21, 22):
        it_is(dt.datetime(2026, 11, 23, 9, minute, tzinfo=LONDON))
        tasks.close_registers(schema_name=alder.schema_name)
    # Then both leaves stand in the head's name, once, and nothing is made up for the others
    assert dict(Mark.objects.values_list("pupil", "code")) == {pupils[0].pk: "C", other.pk: "C"}
    assert set(Mark.objects.values_list("made_by_name", "source")) == {("Ben Okafor", "expected")}
    assert AuditEvent.objects.filter(kind=Event.REGISTER_CLOSED).count() == 2
    assert Register.objects.filter(finished_at__isnull=False).count() == 0
    assert Register.objects.get(group=make_group("5B")).taken_by is None


def test_a_register_that_fails_to_close_does_not_hold_up_the_others(
    alder: School, register: Register, people: People, it_is, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_register(register.session, make_group("5B"))
    it_is(dt.datetime(2026, 11, 23, 9, 30, tzinfo=LONDON))
    close = closing.close_register

    def fail_first(one: Register, **rest: object) -> None:
        if one == register:
            raise DatabaseError
        close(one, **rest)

    monkeypatch.setattr(closing, "close_register", fail_first)
    tasks.close_registers(schema_name=alder.schema_name)
    assert [event.subject_id for event in AuditEvent.objects.filter(kind=Event.REGISTER_CLOSED)] != [register.pk]
    assert AuditEvent.objects.filter(kind=Event.REGISTER_CLOSED).count() == 1


def test_the_timer_gives_each_school_its_own_task(alder: School, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    for task in (tasks.close_registers, tasks.publish_registers_due):
        monkeypatch.setattr(task, "delay", lambda **told: asked.append(told["schema_name"]))
    tasks.close_registers_that_are_due()
    tasks.publish_registers_due_today()
    assert sorted(asked) == sorted([*queries.schema_names()] * 2)


def test_how_many_registers_a_day_owes_is_published_once(alder: School, register: Register, monday_morning) -> None:
    for _ in range(2):
        tasks.publish_registers_due(schema_name=alder.schema_name)
    due = RegistersDue.objects.get()
    assert (due.half, due.registers, due.pupils) == ("am", 1, 3)
