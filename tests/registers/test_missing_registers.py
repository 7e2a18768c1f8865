"""The board of registers that are out: which are missing and since when, reminding, and sending somebody to look."""

import datetime as dt
from collections.abc import Callable
from smtplib import SMTPException

import pytest
from django.core import mail
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from attendance_mat.accounts.models import User
from attendance_mat.audit.consumers import handle_waiting_events
from registers.actions import chasing
from registers.actions.entering import school_policy
from registers.actions.outstanding import OutRegister, registers_out
from registers.models import Assignment, Group, PresenceCheck, RegisterReminder, TimetabledLesson
from registers.queries.lessons import lessons_of
from registers.rules.chasing import OutState, minutes_over, out_state, why_not_remind
from tests.conftest import LONDON
from tests.factories import make_group, make_mark, make_pupil, make_register, make_session
from tests.people import SINCE, People
from tests.registers.lessons import (
    make_lesson,
    make_lesson_mark,
    make_lesson_register,
    make_period,
    make_teaching_group,
)

Browse = Callable[[str], Client]
ItIs = Callable[[dt.datetime], None]
MONDAY = dt.date(2026, 11, 23)
BOARD = "/s/alder-primary/missing/"
STARTS = dt.datetime(2026, 11, 23, 8, 50, tzinfo=LONDON)  # as national.yaml has the morning; due ten minutes later
LOGGING_IN = 6


def at(minutes: int) -> dt.datetime:
    """Return so many minutes after the morning session starts."""
    return STARTS + dt.timedelta(minutes=minutes)


@pytest.fixture
def group(people: People) -> Group:
    """Return 8B with two children, whose register Tess takes on Mondays."""
    made = make_group("8B")
    make_session(MONDAY)
    for _ in range(2):
        make_pupil(group=made)
    Assignment.objects.create(user=people.tess.user, group=made, weekdays=[0], from_date=SINCE)
    return made


def out_at(moment: dt.datetime, people: People) -> list[OutRegister]:
    """Return what is out of the whole school's registers."""
    lessons = lessons_of(moment.date())
    return registers_out(moment.date(), Group.objects.all(), lessons, policy=school_policy(), at=moment)


@pytest.mark.parametrize(
    ("minutes", "saved", "state"),
    [
        (-1, False, OutState.NOT_DUE),
        (0, False, OutState.MISSING),
        (-1, True, OutState.BEGUN),
        (9, True, OutState.BEGUN),
    ],
)
def test_a_register_is_missing_from_the_moment_it_is_due_unless_something_is_saved(
    minutes: int, saved: bool, state: OutState
) -> None:
    assert out_state(due_at=STARTS, at=at(minutes), is_saved=saved) is state
    assert minutes_over(STARTS, at(minutes)) == max(0, minutes)


@pytest.mark.parametrize(
    ("state", "minutes_ago", "why"),
    [
        (OutState.MISSING, None, ""),
        (OutState.MISSING, 10, ""),
        (OutState.MISSING, 9, "less than 10 minutes ago"),
        (OutState.BEGUN, None, "Marks are saved"),
        (OutState.NOT_DUE, None, "not due yet"),
    ],
)
def test_one_is_reminded_of_a_missing_register_once_in_so_many_minutes(
    state: OutState, minutes_ago: int | None, why: str
) -> None:
    last = None if minutes_ago is None else at(-minutes_ago)
    said = why_not_remind(state, last_at=last, at=at(0), again_after=10)
    assert why in said
    assert bool(said) is bool(why)


def test_the_board_says_which_registers_are_out_who_takes_them_and_how_late_they_are(
    group: Group, people: People, browse: Browse, it_is: ItIs
) -> None:
    begun = make_group("9C")
    (child, _) = (make_pupil(group=begun), make_pupil(group=begun))
    make_mark(child, make_session(MONDAY), "/", by=people.tess, group=begun)
    it_is(at(24))
    page = browse("alma").get(BOARD).text
    assert "1 is missing, 1 is begun" in page
    assert "8B, morning" in page
    assert people.tess.name in page
    assert "14 minutes overdue" in page
    assert "1 of 2 marked" in page
    assert page.count("Send an ambassador") == 1  # nobody is sent after a register that is begun


def test_a_register_is_not_on_the_board_before_its_session_nor_once_it_is_finished(
    group: Group, people: People
) -> None:
    make_session(MONDAY, "pm")
    assert out_at(at(-1), people) == []
    assert [(row.what, row.state) for row in out_at(at(1), people)] == [("8B, morning", OutState.NOT_DUE)]
    make_register(make_session(MONDAY), group, finished_at=at(5), finished_by=people.tess.user)
    assert out_at(at(30), people) == []


def test_a_lesson_s_register_is_on_the_board_as_well(group: Group, people: People, browse: Browse, it_is: ItIs) -> None:
    pupil = make_pupil()
    lesson = make_lesson(make_teaching_group("9A/Ma", pupil), make_period(), teacher=people.tess.user)
    it_is(at(24))
    client = browse("alma")
    page = client.get(BOARD).text
    assert "9A/Ma, period 1, Maths" in page
    assert "19 minutes overdue" in page
    # Once a mark is saved in it, nobody is reminded
    register = make_lesson_register(lesson, MONDAY)
    make_lesson_mark(pupil, register, "/", by=people.tess).save()
    refused = client.post(f"{BOARD}lesson-{lesson.pk}/remind/", follow=True)
    assert "Marks are saved in this register" in refused.text
    assert not RegisterReminder.objects.exists()


def test_a_reminder_is_kept_with_its_time_shows_to_the_teacher_and_goes_by_e_mail(
    group: Group, people: People, browse: Browse, it_is: ItIs
) -> None:
    it_is(at(12))
    done = browse("alma").post(f"{BOARD}am-{group.pk}/remind/", follow=True)
    assert "8B, morning: Tess Lindqvist reminded at 09:02." in done.text
    assert "Reminded at 09:02 by Alma Reyes" in done.text
    reminder = RegisterReminder.objects.get()
    assert (reminder.mail, reminder.to) == ("waiting", "Tess Lindqvist")
    # When its event is handled, the e-mail goes and names no child
    handle_waiting_events(at=at(13))
    (sent,) = mail.outbox
    assert sent.to == ["tess@example.org"]
    assert "8B, morning" in sent.body
    assert "Example" not in sent.body
    assert "E-mail sent" in browse("alma").get(BOARD).text
    # And the teacher sees it on the register, until something is saved
    tess = browse("tess")
    assert "Alma Reyes asked for 8B, morning at 09:02." in tess.get("/s/alder-primary/").text
    page = tess.post(f"/s/alder-primary/sessions/{MONDAY}/am/groups/{group.pk}/register/", follow=True).text
    assert "Alma Reyes asked for it at 09:02." in page
    register = make_register(make_session(MONDAY), group)
    make_mark(group.places.first().pupil, make_session(MONDAY), "/", by=people.tess, register=register)
    assert "asked for it" not in tess.get(f"/s/alder-primary/registers/{register.pk}/").text
    assert "asked for" not in tess.get("/s/alder-primary/").text


def test_the_same_register_is_not_asked_for_again_within_ten_minutes(
    group: Group, people: People, browse: Browse, it_is: ItIs
) -> None:
    it_is(at(12))
    client = browse("alma")
    client.post(f"{BOARD}am-{group.pk}/remind/")
    again = client.post(f"{BOARD}am-{group.pk}/remind/", follow=True)
    assert "A reminder of this register was sent less than 10 minutes ago." in again.text
    it_is(at(23))
    client.post(f"{BOARD}am-{group.pk}/remind/")
    assert RegisterReminder.objects.count() == 2


def test_an_e_mail_that_fails_is_noted_and_the_reminder_stands(
    group: Group, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise SMTPException

    monkeypatch.setattr("registers.gateways.reminding.send_mail", refuse)
    (row,) = out_at(at(15), people)
    chasing.remind(row, policy=school_policy(), by=people.alma, at=at(15))
    handle_waiting_events(at=at(16))
    assert RegisterReminder.objects.get().mail == RegisterReminder.Mail.FAILED


def test_where_nobody_takes_a_register_or_none_has_an_address_no_e_mail_is_awaited(
    group: Group, people: People
) -> None:
    User.objects.filter(pk=people.tess.user_id).update(email="nobody@machine.invalid")
    (row,) = out_at(at(15), people)
    chasing.remind(row, policy=school_policy(), by=people.alma, at=at(15))
    handle_waiting_events(at=at(16))
    assert RegisterReminder.objects.get().mail == RegisterReminder.Mail.NONE
    assert mail.outbox == []


def test_an_ambassador_is_sent_and_what_they_found_is_kept_with_who_said_so(
    group: Group, people: People, browse: Browse, it_is: ItIs
) -> None:
    it_is(at(12))
    client = browse("alma")
    sent = client.post(f"{BOARD}am-{group.pk}/look/", {"way": "ambassador"}, follow=True).text
    assert "Student ambassador sent at 09:02 by Alma Reyes" in sent
    check = PresenceCheck.objects.get()
    again = client.post(f"{BOARD}am-{group.pk}/look/", {"way": "slip"}, follow=True).text
    assert "Somebody is on the way to this class already" in again
    it_is(at(15))
    found = client.post(f"{BOARD}checks/{check.pk}/answer/", {"found": "nobody there"}, follow=True).text
    assert "nobody is there, noted at 09:05 by Alma Reyes" in found
    # What was found stands
    client.post(f"{BOARD}checks/{check.pk}/answer/", {"found": "present"})
    assert PresenceCheck.objects.get().found == "nobody there"


@pytest.mark.parametrize(
    ("path", "sent"),
    [("look/", {"way": "pigeon"}), ("look/", {}), ("checks/{check}/answer/", {"found": "?"}), ("checks/0/answer/", {})],
)
def test_what_no_page_sends_is_not_found(
    path: str, sent: dict[str, str], group: Group, people: People, browse: Browse, it_is: ItIs
) -> None:
    it_is(at(12))
    (row,) = out_at(at(12), people)
    check = chasing.send_to_look(row, way=PresenceCheck.Way.SLIP, by=people.alma, at=at(12))
    address = path.format(check=check.pk) if "{" in path or "0" in path else f"{row.key}/{path}"
    assert browse("alma").post(f"{BOARD}{address}", sent).status_code == 404


def test_one_that_is_finished_meanwhile_is_said_to_be_so(
    group: Group, people: People, browse: Browse, it_is: ItIs
) -> None:
    it_is(at(12))
    make_register(make_session(MONDAY), group, finished_at=at(11), finished_by=people.tess.user)
    for action, sent in (("remind", {}), ("look", {"way": "slip"})):
        said = browse("alma").post(f"{BOARD}am-{group.pk}/{action}/", sent, follow=True).text
        assert "That register is not out any more" in said
    assert "No register is out" in browse("alma").get(BOARD).text


def test_a_head_of_year_chases_their_year_alone_and_a_teacher_nothing(
    group: Group, people: People, browse: Browse, it_is: ItIs
) -> None:
    it_is(at(12))
    Assignment.objects.create(user=people.user("hana"), year=9, weekdays=[0], from_date=SINCE)
    make_pupil(group=make_group("9C"), year=9)
    hana = browse("hana")
    page = hana.get(BOARD).text
    assert "9C, morning" in page
    assert "8B, morning" not in page
    assert "not out any more" in hana.post(f"{BOARD}am-{group.pk}/remind/", follow=True).text
    (row, *_) = [row for row in out_at(at(12), people) if row.group == group]
    check = chasing.send_to_look(row, way=PresenceCheck.Way.SLIP, by=people.alma, at=at(12))
    assert hana.post(f"{BOARD}checks/{check.pk}/answer/", {"found": "present"}).status_code == 404
    assert browse("tess").get(BOARD).status_code == 403
    assert browse("tess").post(f"{BOARD}am-{group.pk}/remind/").status_code == 403


def test_today_counts_the_missing_and_leads_to_the_board(
    group: Group, people: People, browse: Browse, it_is: ItIs
) -> None:
    it_is(at(9))
    assert "missing</strong>" not in browse("alma").get("/s/alder-primary/today/").text
    it_is(at(10))
    page = browse("alma").get("/s/alder-primary/today/").text
    assert "1 is missing</strong>" in page
    assert BOARD in page


def test_the_board_alone_answers_the_page_that_looks_again(
    group: Group, people: People, browse: Browse, it_is: ItIs
) -> None:
    it_is(at(12))
    part = browse("alma").get(BOARD, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert f'id="remind-am-{group.pk}"' in part  # so that the focus stays where it was


@pytest.mark.parametrize("count", [2, 20])
def test_the_board_takes_at_most_fourteen_queries_however_many_registers(
    count: int, people: People, browse: Browse, it_is: ItIs, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        pupil = make_pupil(group=make_group(f"G{number}"))
        make_lesson(make_teaching_group(f"L{number}", pupil), make_period(), teacher=people.tess.user)
    for half in ("am", "pm"):
        make_session(MONDAY, half)
    it_is(dt.datetime(2026, 11, 23, 14, 0, tzinfo=LONDON))
    client = browse("alma")
    with django_assert_max_num_queries(14 + LOGGING_IN):
        page = client.get(BOARD).text
    assert page.count("Take it<") == count * 3
    assert TimetabledLesson.objects.count() == count
