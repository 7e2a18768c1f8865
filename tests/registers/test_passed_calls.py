"""To whom an absence call may be passed, and what their task says of it."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from absence.models import Task
from attendance_mat.audit.consumers import handle_waiting_events
from registers.actions import reporting_absence as actions
from registers.models import Assignment, Pupil, Register
from tests.factories import make_group
from tests.people import People
from tests.registers.calls import reported
from tests.registers.test_absence_reports import pupil, register

__all__ = ["pupil", "register"]


def test_a_call_is_passed_to_a_tutor_of_the_pupil_s_own_group_only_and_the_tutor_is_not_told_why(
    pupil: Pupil, register: Register, people: People, monday_morning: dt.datetime
) -> None:
    report, tutu = reported(pupil, by=people.alma), people.user("tutu")
    Assignment.objects.create(user=tutu, group=make_group("9Z"), weekdays=[0], from_date=dt.date(2026, 9, 1))
    with pytest.raises(ValidationError, match="may see the pupil's record"):
        actions.pass_call_on(report, to=tutu, note="Please ring back", by=people.alma, at=monday_morning)
    Assignment.objects.create(user=tutu, group=register.group, weekdays=[0], from_date=dt.date(2026, 9, 1))
    for to in (tutu, people.ben.user):
        actions.pass_call_on(report, to=to, note="Please ring back", by=people.alma, at=monday_morning)
    handle_waiting_events(at=monday_morning)
    tutors, heads = (Task.objects.get(person=to).words for to in (tutu, people.ben.user))
    assert tutors == "Ines Example reported an absence at 08:40.\nPlease ring back"
    assert heads == "Ines Example reported an absence at 08:40: A high temperature\nPlease ring back"


def test_a_call_about_a_hidden_pupil_is_passed_to_nobody_the_pupil_is_hidden_from(
    pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    report = reported(pupil, by=people.ben)
    Pupil.objects.filter(pk=pupil.pk).update(hidden=True)
    with pytest.raises(ValidationError, match="may see the pupil's record"):
        actions.pass_call_on(report, to=people.user("olly"), note="Look", by=people.ben, at=monday_morning)
    assert actions.pass_call_on(report, to=people.user("sadie"), note="Look", by=people.ben, at=monday_morning).pk
