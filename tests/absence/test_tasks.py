"""Tasks outside a case: asked for once, done with what came of it, dropped with a reason, seen by whose they are."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from absence.actions.tasks import NO_OUTCOME, NO_REASON, ask_for, do_task, drop_task, drop_tasks_of
from absence.models import Task
from attendance_mat.accounts.member import Member, machine
from attendance_mat.accounts.roles import Role
from attendance_mat.admission.actions.hiding import end_naming, name_person
from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.audit.models import AuditEvent, Event
from registers.models import Assignment, FamilyTie
from tests.factories import make_group, make_pupil
from tests.people import People

WHO_IS_ASKING = 6  # session, person, school, membership, and two changes of schema
Browse = Callable[[str], Client]


def url(name: str, *args: object, slug: str = "alder-primary") -> str:
    return f"/s/{slug}" + reverse(f"absence:{name}", urlconf="attendance_mat.school_urls", args=args)


def ask(by: Member, at: dt.datetime, *, origin: str = "call 1", **given: object) -> Task:
    asked: dict[str, Any] = {
        "words": "Ring back about the dentist",
        "of": Role.ATTENDANCE_OFFICER,
        "due_at": at,
        **given,
    }
    return ask_for(Task.Kind.CALL, origin=origin, by=by, at=at, **asked)


def test_an_origin_asks_for_a_kind_of_task_once(people: People, monday_morning: dt.datetime) -> None:
    first = ask(people.member("olly"), monday_morning)
    assert ask(people.alma, monday_morning + dt.timedelta(minutes=1), words="Again").pk == first.pk
    assert Task.objects.get().words == "Ring back about the dentist"
    assert AuditEvent.objects.filter(kind=Event.TASK_ASKED_FOR).count() == 1


def test_a_task_is_done_once_with_what_came_of_it(people: People, monday_morning: dt.datetime) -> None:
    task = ask(people.member("olly"), monday_morning)
    with pytest.raises(ValidationError, match=NO_OUTCOME):
        do_task(task, outcome="  ", by=people.alma, at=monday_morning)
    done = do_task(task, outcome="Spoke to the mother", by=people.alma, at=monday_morning)
    again = do_task(task, outcome="Something else", by=people.ben, at=monday_morning)
    assert (again.outcome, again.done_by_name) == (done.outcome, "Alma Reyes") == ("Spoke to the mother", "Alma Reyes")
    assert drop_task(task, because="Late thought", by=people.ben, at=monday_morning).dropped_at is None


def test_a_task_dropped_says_why_and_cannot_be_done(people: People, monday_morning: dt.datetime) -> None:
    task = ask(people.member("olly"), monday_morning)
    with pytest.raises(ValidationError, match=NO_REASON):
        drop_task(task, because="", by=people.alma, at=monday_morning)
    assert drop_tasks_of("call 1", because="The child came in.", by=people.alma, at=monday_morning) == 1
    assert drop_tasks_of("call 1", because="The child came in.", by=people.alma, at=monday_morning) == 0
    with pytest.raises(ValidationError, match="dropped: The child came in"):
        do_task(task, outcome="Rang", by=people.alma, at=monday_morning)


def test_nobody_settles_a_task_about_their_own_family(people: People, monday_morning: dt.datetime) -> None:
    pupil = make_pupil()
    FamilyTie.objects.create(user=people.alma.user, pupil=pupil)
    task = ask(people.member("olly"), monday_morning, pupil=pupil)
    with pytest.raises(ValidationError, match="family"):
        do_task(task, outcome="Rang", by=people.alma, at=monday_morning)
    with pytest.raises(ValidationError, match="family"):
        drop_task(task, because="Not needed", by=people.alma, at=monday_morning)
    assert drop_task(task, because="Not needed", by=people.ben, at=monday_morning).dropped_at


@pytest.mark.parametrize("role", [Role.ATTENDANCE_OFFICER, Role.TUTOR, Role.OFFICE])
def test_what_a_role_is_asked_of_a_pupil_hidden_from_it_is_asked_of_the_safeguarding_lead(
    role: Role, people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    task = ask(people.ben, monday_morning, pupil=make_pupil(hidden=True), of=role)
    assert task.role == Role.SAFEGUARDING_LEAD
    assert "Ring back about the dentist" in browse("sadie").get(url("tasks")).text
    assert "Ring back about the dentist" not in browse("alma").get(url("tasks") + "?show=all").text


def test_of_a_hidden_pupil_two_roles_make_one_task_for_the_lead_and_the_head_keeps_theirs(
    people: People, monday_morning: dt.datetime
) -> None:
    pupil = make_pupil(hidden=True)
    for role in (Role.TUTOR, Role.OFFICE):
        ask(people.alma, monday_morning, pupil=pupil, of=role)
    ask(people.alma, monday_morning, pupil=pupil, of=Role.HEADTEACHER, origin="call 2")
    ask(people.alma, monday_morning, pupil=make_pupil(), of=Role.OFFICE, origin="call 3")
    assert list(Task.objects.order_by("pk").values_list("role", flat=True)) == [
        "safeguarding_lead", "headteacher", "office",
    ]  # fmt: skip


@pytest.mark.parametrize("press", ["done", "drop"])
def test_the_safeguarding_lead_s_task_is_read_by_the_office_and_settled_by_the_lead_or_the_head(
    press: str, people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    def look(origin: str) -> Task:
        return ask_for(
            Task.Kind.SAFEGUARDING, words="Look at who came", origin=origin, due_at=monday_morning, by=people.alma,
            at=monday_morning, of=Role.SAFEGUARDING_LEAD, pupil=make_pupil(),
        )  # fmt: skip

    first, second = look("movement 1"), look("movement 2")
    sent = {"outcome": "Looked into", "do": press}
    page = browse("olly").get(url("task", first.pk)).text
    refused = browse("olly").post(url("task", first.pk), sent)

    assert "Whoever this task is for settles it" in page
    assert 'name="do"' not in page
    assert refused.status_code == 422
    assert "Whoever this task is for settles it" in refused.text
    assert drop_tasks_of("movement 1", because="It ended.", by=people.alma, at=monday_morning) == 0
    assert Task.objects.filter(done_at__isnull=True, dropped_at__isnull=True).count() == 2
    for name, task in (("sadie", first), ("ben", second)):
        assert browse(name).post(url("task", task.pk), sent).status_code == 302
    assert not Task.objects.filter(done_at__isnull=True, dropped_at__isnull=True).exists()


def test_a_look_at_safeguarding_asked_of_one_person_is_theirs_and_a_machine_ends_what_is_over(
    people: People, monday_morning: dt.datetime
) -> None:
    asked: dict[str, Any] = {"words": "Look", "due_at": monday_morning, "by": people.ben, "at": monday_morning}
    mine = ask_for(Task.Kind.SAFEGUARDING, origin="a", of=people.alma.user, **asked)
    ask_for(Task.Kind.SAFEGUARDING, origin="b", of=Role.SAFEGUARDING_LEAD, **asked)
    assert do_task(mine, outcome="Seen", by=people.alma, at=monday_morning).done_at
    assert drop_tasks_of("b", because="Died.", by=machine("Absence", at=monday_morning), at=monday_morning) == 1


def test_what_was_to_do_about_a_pupil_who_has_died_is_dropped(people: People, monday_morning: dt.datetime) -> None:
    pupil = make_pupil(died_on=monday_morning.date())
    task = ask(people.member("olly"), monday_morning, pupil=pupil)
    other = ask(people.member("olly"), monday_morning, origin="call 2", pupil=make_pupil())
    AuditEvent.objects.create(
        kind=Event.PUPIL_DIED, at=monday_morning, by=people.ben.user, by_name="Ben Okafor", by_role="headteacher",
        subject_type="registers.pupil", subject_id=pupil.pk, detail={"pupil": pupil.pk},
    )  # fmt: skip
    handle_waiting_events(at=monday_morning)
    task.refresh_from_db()
    other.refresh_from_db()
    assert task.dropped_because == "The pupil has died."
    assert other.dropped_at is None


def test_people_see_their_own_tasks_and_the_office_everybodys(
    people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    ask(people.alma, monday_morning, of=people.tess.user, words="Set work for the detention")
    ask(people.alma, monday_morning, origin="call 2", words="For the officer")
    teachers = browse("tess").get(url("tasks")).content.decode()
    assert "Set work for the detention" in teachers
    assert "For the officer" not in teachers
    assert "For everybody" not in teachers
    assert "For the officer" in browse("alma").get(url("tasks")).content.decode()
    everybodys = browse("olly").get(url("tasks") + "?show=all").content.decode()
    assert "Set work for the detention" in everybodys
    assert "For the officer" in everybodys


def test_a_tutor_sees_the_tasks_of_tutors_about_their_own_group_only(
    people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    tutu = people.member("tutu")
    mine, other = make_group("7A"), make_group("7B")
    Assignment.objects.create(user=tutu.user, group=mine, weekdays=[0], from_date=dt.date(2026, 9, 1))
    ask(people.alma, monday_morning, of=Role.TUTOR, pupil=make_pupil(group=mine), words="Talk about the lates")
    ask(people.alma, monday_morning, origin="b", of=Role.TUTOR, pupil=make_pupil(group=other), words="Elsewhere")
    page = browse("tutu").get(url("tasks")).content.decode()
    assert "Talk about the lates" in page
    assert "Elsewhere" not in page
    hidden = Task.objects.get(origin="b")
    assert browse("tutu").get(url("task", hidden.pk)).status_code == 404


def test_a_task_about_a_hidden_pupil_is_seen_by_those_who_may_find_the_pupil(
    people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    task = ask(people.ben, monday_morning, pupil=make_pupil(hidden=True))
    assert browse("alma").get(url("task", task.pk)).status_code == 404
    assert browse("ben").get(url("task", task.pk)).status_code == 200


def test_a_task_about_a_hidden_pupil_is_given_to_a_person_who_may_find_the_pupil_and_to_nobody_else(
    people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    pupil, tess, sadie = make_pupil(hidden=True), people.tess, people.member("sadie")
    with pytest.raises(ValidationError, match="Tess Lindqvist is not among those who may see this pupil"):
        ask(people.ben, monday_morning, pupil=pupil, of=tess.user)
    assert ask(people.ben, monday_morning, origin="call 2", pupil=pupil, of=sadie.user).person == sadie.user
    # When the lead names them, the task is theirs to see, and the lead's and the head's; nobody else's
    naming = name_person(pupil, tess.user, by=sadie, at=monday_morning)
    task = ask(people.ben, monday_morning, pupil=pupil, of=tess.user)
    for name, seen in (("tess", 200), ("sadie", 200), ("ben", 200), ("alma", 404), ("olly", 404)):
        assert browse(name).get(url("task", task.pk)).status_code == seen, name
    assert "Ring back about the dentist" in browse("tess").get(url("tasks")).text
    # And from when the naming ends it is not
    end_naming(naming, by=sadie, at=monday_morning)
    assert browse("tess").get(url("task", task.pk)).status_code == 404


def test_a_task_is_done_and_dropped_from_its_page(people: People, browse: Browse, monday_morning: dt.datetime) -> None:
    task, other = ask(people.alma, monday_morning), ask(people.alma, monday_morning, origin="call 2")
    browser = browse("alma")
    empty = browser.post(url("task", task.pk), {"outcome": "", "do": "done"})
    assert empty.status_code == 422
    assert "Say what was done, or why it need not be done" in empty.content.decode()
    assert browser.post(url("task", task.pk), {"outcome": "Rang", "do": "done"})["Location"] == url("tasks")
    assert browser.post(url("task", other.pk), {"outcome": "Not needed", "do": "drop"})["Location"] == url("tasks")
    late = browser.post(url("task", other.pk), {"outcome": "Rang", "do": "done"})
    assert late.status_code == 422
    assert "This task was dropped" in late.content.decode()
    settled = browser.get(url("tasks") + "?show=settled").content.decode()
    assert "Done by Alma Reyes" in settled
    assert "Rang" in browser.get(url("task", task.pk)).content.decode()


def test_another_schools_task_is_not_found(people: People, browse: Browse, monday_morning: dt.datetime) -> None:
    task = ask(people.alma, monday_morning)
    assert browse("cass").get(url("task", task.pk)).status_code == 404


def test_twenty_tasks_take_as_many_statements_as_two(
    people: People, browse: Browse, monday_morning: dt.datetime, django_assert_num_queries: Callable[..., object]
) -> None:
    browser, group = browse("alma"), make_group()

    def fill(first: int, last: int) -> None:
        for number in range(first, last):
            ask(people.ben, monday_morning, origin=f"call {number}", pupil=make_pupil(group=group))

    fill(0, 2)
    with django_assert_num_queries(WHO_IS_ASKING + 5):
        browser.get(url("tasks"))
    fill(2, 20)
    with django_assert_num_queries(WHO_IS_ASKING + 5):
        browser.get(url("tasks"))
