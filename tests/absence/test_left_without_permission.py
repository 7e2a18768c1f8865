"""Who walked out is looked for, and who came for a pupil in vain is for the safeguarding lead, each once."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from absence.models import Task, TruancyAlert
from attendance_mat.audit.consumers import handle_waiting_events
from registers.actions.signing_out import Departure, sign_out
from registers.rules.movements import Leaving
from tests.factories import make_contact, make_group, make_pupil, make_session
from tests.people import People
from tests.registers.moving import MONDAY


def test_who_walked_out_is_looked_for_once(people: People, monday_morning: dt.datetime) -> None:
    make_session(MONDAY)
    pupil = make_pupil(group=make_group())
    departure = Departure(at=monday_morning, reason=Leaving.WALKED_OUT)
    for _ in range(2):
        sign_out(pupil, departure, by=people.alma, at=monday_morning)
        handle_waiting_events(at=monday_morning)
    assert TruancyAlert.objects.get().pupil == pupil
    assert Task.objects.filter(pupil=pupil, kind=Task.Kind.CONTACT).count() == 1


def test_somebody_who_may_not_have_contact_and_came_is_a_task_too(people: People, monday_morning: dt.datetime) -> None:
    pupil = make_pupil(group=make_group())
    father = make_contact(pupil, no_contact=True)
    departure = Departure(at=monday_morning, reason=Leaving.APPOINTMENT, contact=father)
    with pytest.raises(ValidationError):
        sign_out(pupil, departure, by=people.alma, at=monday_morning)
    handle_waiting_events(at=monday_morning)
    task = Task.objects.get()
    assert task.words.startswith("Not released at 08:50 to somebody who came, by Alma Reyes")
    assert father.name not in task.words
