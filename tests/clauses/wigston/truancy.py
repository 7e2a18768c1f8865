"""Truancy at Wigston: the attendance team and the head of year at once, work from the teacher for the detention."""

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest

from absence.actions.following_truancy import confirm_truancy, log_call
from absence.models import Task, TruancyAlert
from attendance_mat.accounts.member import Member
from attendance_mat.audit.consumers import handle_waiting_events
from registers.actions.deciding_lessons import LessonEntry
from registers.actions.taking_lessons import save_lesson_marks
from registers.models import Assignment
from tests.clauses import proves
from tests.clauses.schools import Browse
from tests.clauses.truancy import TUESDAY, School, at, school
from tests.people import People
from tests.registers.lessons import make_lesson, make_lesson_register, make_period, make_teaching_group

__all__ = ["school"]
SEPTEMBER = dt.date(2025, 9, 1)


@pytest.fixture
def missing(school: Callable[[str], School]) -> TruancyAlert:
    """Return the alert about a pupil marked present at 8:35 and absent from period 2, maths, at 9:45."""
    here = school("wigston")
    here.it_is(at(9, 45))
    group = make_teaching_group("9A/Ma", here.pupil, from_date=SEPTEMBER)
    period = make_period(2, weekday=1, from_date=SEPTEMBER)
    lesson = make_lesson(group, period, teacher=here.people.tess.user, from_date=SEPTEMBER)
    register = make_lesson_register(lesson, TUESDAY)
    entry = LessonEntry(here.pupil.pk, "N", 0, at(9, 45))
    save_lesson_marks(register, [entry], key=uuid4(), digest="", by=here.people.tess, at=at(9, 45))
    handle_waiting_events(at=at(9, 45))
    return TruancyAlert.objects.get()


def head_of_year(people: People) -> Member:
    hana = people.member("hana")
    Assignment.objects.create(user=hana.user, year=9, weekdays=[0, 1, 2, 3, 4], from_date=SEPTEMBER)
    return hana


@proves("WAT-3.05")
def test_an_alert_reaches_the_attendance_team_and_the_head_of_year_within_a_minute(
    missing: TruancyAlert, people: People, browse: Browse
) -> None:
    head_of_year(people)
    assert missing.raised_at - at(9, 45) <= dt.timedelta(minutes=1)
    asked = Task.objects.filter(pupil=missing.pupil).values_list("role", "asked_at")
    assert {role for role, when in asked if when - at(9, 45) <= dt.timedelta(minutes=1)} == {
        "attendance_officer", "office", "head_of_year",
    }  # fmt: skip
    for name in ("alma", "olly", "hana"):
        assert missing.pupil.list_name in browse(name).get("/s/alder-primary/truancy/").content.decode()
        assert "Last seen: Morning registration" in browse(name).get("/s/alder-primary/tasks/").content.decode()


@proves("WAT-3.06")
def test_a_confirmed_truancy_asks_the_maths_teacher_for_work_before_the_detention(
    missing: TruancyAlert, people: People, browse: Browse
) -> None:
    hana = head_of_year(people)
    detention = dt.datetime.combine(TUESDAY + dt.timedelta(days=1), dt.time(15, 10), tzinfo=at(9).tzinfo)
    # Given the head of year's sanction is asked for
    refused = browse("hana").post(f"/s/alder-primary/truancy/{missing.pk}/confirm/", {})
    assert "Write down the sanction" in refused.content.decode()
    # When it is confirmed with a detention on Wednesday, then the maths teacher has a task due before it
    confirm_truancy(missing, sanction="Detention", detention_at=detention, by=hana, at=at(12))
    task = Task.objects.get(kind="set work")
    assert (task.person, task.due_at < detention) == (missing.lesson.lesson.teacher, True)
    assert "Set work for a detention at 15:10 on 5 November 2025" in task.words
    assert "Set work" in browse("tess").get("/s/alder-primary/tasks/").content.decode()


@proves("WAT-7.16")
def test_one_set_not_on_site_has_a_contact_task_at_once_and_the_calls_are_kept(
    school: Callable[[str], School], browse: Browse
) -> None:
    here = school("wigston")
    alert = here.not_on_site(at(10, 10))
    assert here.still_to_do("contact") == [("attendance_officer", at(10, 10))]
    page = f"/s/alder-primary/truancy/{alert.pk}/"
    assert "tel:01632960000" in browse("alma").get(page).content.decode()
    contact = here.pupil.contacts.get()
    log_call(alert, contact, reached=False, words="Left a message", by=here.people.alma, at=at(10, 12))
    assert "Nobody answered: Left a message" in browse("alma").get(page).content.decode()
