"""Who takes a register at a school of Advance, and whom its steps are for."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from absence.models import Task
from attendance_mat.audit.consumers import handle_waiting_events
from tests.clauses import proves
from tests.clauses.deciding import SCHOOL, only_the_designated_teacher_takes_a_register
from tests.clauses.law import TODAY
from tests.clauses.leading import only_the_secondary_is_warned_of
from tests.clauses.nights import AUTUMN, Nights, fall, letters, stages
from tests.clauses.schools import Adopt, Browse
from tests.factories import make_group, make_pupil, make_session
from tests.people import People


@proves("ALP-3.09")
def test_a_teacher_opens_the_register_of_their_own_class_and_no_other(adopt, people, browse) -> None:
    adopt("advance")
    only_the_designated_teacher_takes_a_register(people, browse)


@proves("ALP-6.12")
def test_a_call_passed_to_the_attendance_officer_is_a_task_with_the_note_in_their_list(
    adopt, people, browse, monday_morning
) -> None:
    # Given a call at 08:40 that the office takes, and passes on
    adopt("advance")
    for half in ("am", "pm"):
        make_session(TODAY, half)
    pupil = make_pupil(group=make_group())
    call = {
        "name": "Ines Example", "channel": "telephone", "received_on": TODAY, "received_time": "08:40",
        "first_date": TODAY, "last_date": TODAY, "halves": "both", "reason": "Will not leave the house",
        "pass_to": people.alma.user_id, "note": "Third time this month; she would like to talk.",
    }  # fmt: skip
    assert browse("olly").post(f"{SCHOOL}/pupils/{pupil.pk}/absence-call/", call).status_code == 302
    # When the room above has been told
    handle_waiting_events(at=monday_morning)
    # Then the attendance officer's list has it with the note, and the office's has not
    tasks = browse("alma").get(f"{SCHOOL}/tasks/").content.decode()
    assert "Third time this month; she would like to talk." in tasks
    task = Task.objects.get()
    assert (task.person, task.asked_by_name) == (people.alma.user, "Olly Frost")


@proves("ALP-0.01")
@pytest.mark.parametrize(
    ("pupil", "said", "raised"),
    [
        ({"dob": dt.date(2022, 1, 10), "year": -1}, fall((97, 138)), False),
        ({"dob": dt.date(2019, 10, 10), "year": 1}, fall((108, 120), (124, 138)), True),
    ],
)
def test_a_nursery_child_at_70_percent_raises_no_step_and_a_child_of_year_one_at_89_9_does(
    nights: Callable[[str], Nights], pupil: dict[str, Any], said: str, *, raised: bool
) -> None:
    school = nights("advance")
    child = school.pupil(said, last=AUTUMN[68], **pupil)
    for _ in range(2):
        school.pass_night(AUTUMN[68])

    assert bool(stages(child)) is raised
    assert bool(letters(child)) is raised


@proves("ALP-3.14")
def test_an_officer_who_is_no_senior_leader_is_warned_of_in_a_secondary_and_not_in_a_primary(
    adopt: Adopt, people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    adopt("advance")
    only_the_secondary_is_warned_of(people, browse, monday_morning, "advance")
