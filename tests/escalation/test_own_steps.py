"""A step for a tutor is found and recorded by the pupil's own tutor, and by no other."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from attendance_mat.trust.models import School
from escalation import actions
from escalation.models import CaseTask
from escalation.rules.ladder import Crossing
from registers.models import Assignment, FamilyTie, Group, Pupil
from tests.escalation.on_the_ladder import follow_ladder, make_crossing, occasion
from tests.factories import make_contact, make_group, make_pupil, make_sessions
from tests.people import SINCE, People

TODAY = dt.date(2026, 11, 23)
STEPS = "/s/alder-primary/steps/"
TALK = "Talk with the pupil about what keeps them away."
LOG_IN = 6  # session, person, school and membership, and the schema selected twice

Browse = Callable[[str], Client]


def ask_tutor(pupil: Pupil, school: School, at: dt.datetime, **given: Any) -> CaseTask:
    """Put a pupil at a stage, and a step for the tutor into the case."""
    stage = actions.propose_stage(
        make_crossing(pupil), crossing=Crossing(dt.date(2026, 11, 18)), occasion=occasion(school, at)
    )
    assert stage is not None
    asked: dict[str, Any] = {"does": "task", "words": TALK, "role": "tutor", "due_date": TODAY, **given}
    return CaseTask.objects.create(case=stage.case, made_at=at, **asked)


@pytest.fixture
def group(alder: School, people: People) -> Group:
    """Return the group whose tutor is Tutu, at a school that follows the tests' ladder."""
    follow_ladder(alder, by=people.ben)
    make_sessions(dt.date(2026, 11, 2), 25)
    group = make_group("4A")
    Assignment.objects.create(user=people.user("tutu"), group=group, weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    return group


@pytest.fixture
def step(group: Group, alder: School, monday_morning: dt.datetime) -> CaseTask:
    pupil = make_pupil(surname="Wren", group=group)
    make_contact(pupil)
    return ask_tutor(pupil, alder, monday_morning)


def test_a_tutor_finds_the_step_from_the_tasks_and_records_what_came_of_it(step: CaseTask, browse: Browse) -> None:
    tutu = browse("tutu")
    assert STEPS in tutu.get("/s/alder-primary/tasks/").text
    assert TALK in tutu.get(STEPS).text
    assert "Wren" in tutu.get(f"{STEPS}{step.pk}/").text

    refused = tutu.post(f"{STEPS}{step.pk}/", {"outcome": " "})
    assert (refused.status_code, "Say what came of it." in refused.text) == (422, True)
    assert tutu.post(f"{STEPS}{step.pk}/", {"outcome": "The bus is late. A place on the early one."}).status_code == 302

    step.refresh_from_db()
    assert (step.done_by_name, step.outcome) == ("Tutu Marsh", "The bus is late. A place on the early one.")
    assert "No step waits for you." in tutu.get(STEPS).text
    assert tutu.post(f"{STEPS}{step.pk}/", {"outcome": "Again."}).status_code == 404
    assert "The bus is late." in browse("alma").get(f"/s/alder-primary/cases/{step.case_id}/").text


def test_a_step_done_meanwhile_is_refused_with_the_words_kept(
    step: CaseTask, browse: Browse, monkeypatch: pytest.MonkeyPatch, people: People, alder: School
) -> None:
    do_step = actions.do_step

    def done_meanwhile(task: CaseTask, **given: Any) -> CaseTask:
        do_step(task, **given)
        return do_step(task, **given)

    monkeypatch.setattr(actions, "do_step", done_meanwhile)
    said = browse("tutu").post(f"{STEPS}{step.pk}/", {"outcome": "Rung the aunt."})

    assert (said.status_code, "has been done or cancelled already" in said.text) == (422, True)
    assert "Rung the aunt." in said.text


def test_another_group_s_step_is_not_found(
    step: CaseTask, alder: School, browse: Browse, monday_morning: dt.datetime
) -> None:
    pupil = make_pupil(surname="Heron", group=make_group("4B"))
    make_contact(pupil)
    theirs = ask_tutor(pupil, alder, monday_morning)
    tutu = browse("tutu")

    assert "Heron" not in tutu.get(STEPS).text
    assert tutu.get(f"{STEPS}{theirs.pk}/").status_code == 404
    assert tutu.post(f"{STEPS}{theirs.pk}/", {"outcome": "Met."}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.done_at is None


def test_a_step_about_one_s_own_family_is_not_found(step: CaseTask, browse: Browse, people: People) -> None:
    FamilyTie.objects.create(user=people.user("tutu"), pupil=step.case.pupil)
    tutu = browse("tutu")

    assert TALK not in tutu.get(STEPS).text
    assert tutu.post(f"{STEPS}{step.pk}/", {"outcome": "Met."}).status_code == 404


def test_a_step_for_another_role_is_not_found(step: CaseTask, browse: Browse) -> None:
    other = CaseTask.objects.create(
        case=step.case, does="call", words="Ring home.", role="attendance_officer", due_date=TODAY,
        made_at=step.made_at,
    )  # fmt: skip
    assert "Ring home." not in browse("tutu").get(STEPS).text
    assert browse("tutu").post(f"{STEPS}{other.pk}/", {"outcome": "Rung."}).status_code == 404
    assert browse("alma").get(f"{STEPS}{step.pk}/").status_code == 404  # she works the case itself


@pytest.mark.parametrize(("name", "status"), [("cass", 404), ("dov", 403)])
def test_another_school_and_who_does_no_tasks_are_kept_out(
    step: CaseTask, browse: Browse, name: str, status: int
) -> None:
    assert browse(name).get(f"{STEPS}{step.pk}/").status_code == status


def test_the_list_costs_the_same_for_two_steps_and_for_twenty(
    step: CaseTask, browse: Browse, django_assert_num_queries: Any
) -> None:
    tutu = browse("tutu")
    made = 1
    for wanted in (2, 20):
        for _ in range(wanted - made):
            CaseTask.objects.create(
                case=step.case, does="task", words=TALK, role="tutor", due_date=TODAY, made_at=step.made_at
            )
        made = wanted
        with django_assert_num_queries(LOG_IN + 2):  # the page's count, the page
            said = tutu.get(STEPS).text
        assert said.count(TALK) == wanted
