"""The pages on which the office takes absence calls, decides them and passes them on."""

import datetime as dt

import pytest

from absence.models import Task
from attendance_mat.audit.consumers import handle_waiting_events
from registers.models import AbsenceReport, ExpectedMark, PassedCall, Pupil
from tests.factories import make_contact, make_group, make_pupil, make_session
from tests.people import People
from tests.registers.calls import TODAY, reported

HERE = "/s/alder-primary"
CALL = {
    "name": "Ines Example", "channel": "telephone", "received_on": "2026-11-23", "received_time": "08:40",
    "first_date": "2026-11-23", "last_date": "2026-11-23", "halves": "both", "reason": "A high temperature",
}  # fmt: skip
LOGGING_IN = 6  # session, person, school, membership, and two changes of schema


@pytest.fixture
def pupil(people: People) -> Pupil:
    for half in ("am", "pm"):
        make_session(TODAY, half)
    return make_pupil(surname="Quillon", forename="Ada", group=make_group())


def test_a_child_is_found_by_three_letters_and_no_name_is_in_the_address(browse, pupil: Pupil) -> None:
    make_pupil(surname="Other", group=make_group())
    reply = browse("olly").post(f"{HERE}/absence-reports/", {"words": "qui"})
    html = reply.content.decode()
    assert reply.status_code == 200
    assert f"/pupils/{pupil.pk}/absence-call/" in html
    assert "Other" not in html
    assert "No child on roll" in browse("olly").post(f"{HERE}/absence-reports/", {"words": "zzz"}).content.decode()
    assert browse("olly").post(f"{HERE}/absence-reports/", {"words": ""}).status_code == 422


def test_a_call_is_left_undecided_and_waits_on_today(browse, pupil: Pupil) -> None:
    browser = browse("olly")
    assert browser.get(f"{HERE}/pupils/{pupil.pk}/absence-call/").status_code == 200
    reply = browser.post(f"{HERE}/pupils/{pupil.pk}/absence-call/", CALL)
    report = AbsenceReport.objects.get()
    assert reply["Location"] == f"{HERE}/absence-reports/{report.pk}/"
    assert (report.outcome, report.taken_by_name, report.channel) == ("", "Olly Frost", "telephone")
    assert "1 report of an absence waits" in browser.get(f"{HERE}/today/").content.decode()
    assert "Quillon" in browser.get(f"{HERE}/absence-reports/").content.decode()
    assert "A high temperature" in browser.get(reply["Location"]).content.decode()


def test_a_call_is_decided_as_it_is_taken(browse, pupil: Pupil) -> None:
    browser = browse("olly")
    reply = browser.post(f"{HERE}/pupils/{pupil.pk}/absence-call/", {**CALL, "code": "I"}, follow=True)
    assert "Accepted. 2 sessions to come: the register says not expected." in reply.content.decode()
    assert ExpectedMark.objects.get().code == "I"
    assert "Accepted" in browser.get(f"{HERE}/absence-reports/?state=decided").content.decode()


def test_a_call_is_passed_to_a_colleague_who_has_a_task_with_the_note(
    browse, pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    note = "She asks about free transport; please ring her back."
    passed = {**CALL, "pass_to": people.alma.user_id, "note": note}
    reply = browse("olly").post(f"{HERE}/pupils/{pupil.pk}/absence-call/", passed, follow=True)
    assert "passed to Alma Reyes" in reply.content.decode()
    handle_waiting_events(at=monday_morning)
    task = Task.objects.get()
    assert (task.kind, task.person, task.pupil, task.asked_by_name) == ("call", people.alma.user, pupil, "Olly Frost")
    assert task.words == f"Ines Example reported an absence at 08:40: A high temperature\n{note}"
    # Once it is decided, there is nothing to do
    report = AbsenceReport.objects.get()
    browse("alma").post(f"{HERE}/absence-reports/{report.pk}/accept/", {"accept-code": "I"})
    handle_waiting_events(at=monday_morning)
    assert Task.objects.get().dropped_because == "The report was decided."


def test_a_report_is_passed_on_accepted_or_closed_from_its_own_page(browse, pupil: Pupil, people: People) -> None:
    browser = browse("olly")
    report = reported(pupil, by=people.alma)
    here = f"{HERE}/absence-reports/{report.pk}"
    assert browser.post(f"{here}/pass/", {"pass-pass_to": people.alma.user_id}).status_code == 422
    browser.post(f"{here}/pass/", {"pass-pass_to": people.alma.user_id, "pass-note": "Please look."})
    assert PassedCall.objects.get().passed_to_name == "Alma Reyes"
    assert "Please look." in browser.get(f"{here}/").content.decode()
    assert browser.post(f"{here}/accept/", {"accept-code": ""}).status_code == 422
    assert browser.post(f"{here}/close/", {"close-outcome": "refused", "close-words": " "}).status_code == 422
    browser.post(f"{here}/close/", {"close-outcome": "refused", "close-words": "The father says otherwise."})
    assert "Not accepted" in browser.get(f"{here}/").content.decode()
    again = browser.post(f"{here}/accept/", {"accept-code": "I"})
    assert again.status_code == 422
    assert "decided this already" in again.content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "Choose who reported it, or write the name."),
        ({"received_time": "25:99"}, "Enter a time like 08:40."),
        ({"received_time": "08:55"}, "That is still to come."),
        ({"first_date": "1066-01-01"}, "a date between 1900 and 2100"),
        ({"first_date": "2020-01-01"}, "more than a year before the call"),
        ({"last_date": "2026-11-22"}, "The last day is before the first."),
        ({"reason": "   "}, "Enter the reason, as the parent gave it."),
        ({"code": "I", "pass_to": "alma"}, "Either decide it now, or pass it on."),
        ({"pass_to": "alma"}, "Write what your colleague needs to know."),
        ({"contact": "stranger"}, "Select a valid choice."),
        ({"code": "ZZ"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_nothing_typed_is_lost(
    browse, pupil: Pupil, people: People, typed: dict, words: str
) -> None:
    named = {"alma": people.alma.user_id, "stranger": make_contact(make_pupil()).pk}
    given = {**CALL, **{field: named.get(value, value) for field, value in typed.items()}}
    reply = browse("olly").post(f"{HERE}/pupils/{pupil.pk}/absence-call/", given)
    assert reply.status_code == 422
    assert words in reply.content.decode()
    if "name" not in typed:
        assert "Ines Example" in reply.content.decode()
    assert not AbsenceReport.objects.exists()


def test_a_call_about_a_hidden_pupil_is_passed_only_to_somebody_who_may_find_them(
    browse, pupil: Pupil, people: People
) -> None:
    pupil.hidden = True
    pupil.save()
    assert browse("olly").get(f"{HERE}/pupils/{pupil.pk}/absence-call/").status_code == 404
    passed = {**CALL, "pass_to": people.alma.user_id, "note": "See to it."}
    reply = browse("ben").post(f"{HERE}/pupils/{pupil.pk}/absence-call/", passed)
    assert reply.status_code == 422
    assert "who may see the pupil" in reply.content.decode()
    assert not AbsenceReport.objects.exists()
    sadie = people.member("sadie")
    given = {**passed, "pass_to": sadie.user_id}
    assert browse("ben").post(f"{HERE}/pupils/{pupil.pk}/absence-call/", given).status_code == 302
    report = AbsenceReport.objects.get()
    assert browse("olly").get(f"{HERE}/absence-reports/{report.pk}/").status_code == 404
    assert "Quillon" not in browse("olly").get(f"{HERE}/absence-reports/").content.decode()


@pytest.mark.parametrize(
    ("name", "status"), [("tess", 403), ("tutu", 403), ("hana", 403), ("cass", 404), ("olly", 200)]
)
def test_calls_are_for_the_office(browse, pupil: Pupil, people: People, name: str, status: int) -> None:
    report = reported(pupil, by=people.alma)
    for path in ("absence-reports/", f"absence-reports/{report.pk}/", f"pupils/{pupil.pk}/absence-call/"):
        assert browse(name).get(f"{HERE}/{path}").status_code == status


@pytest.mark.parametrize("rows", [2, 20])
def test_the_list_asks_as_often_for_twenty_reports_as_for_two(
    browse, people: People, pupil: Pupil, django_assert_max_num_queries, rows: int
) -> None:
    for _ in range(rows):
        reported(make_pupil(group=make_group()), by=people.alma)
    browser = browse("alma")
    with django_assert_max_num_queries(3 + LOGGING_IN):
        assert browser.get(f"{HERE}/absence-reports/").status_code == 200


def test_neither_who_rang_nor_their_name_is_called_optional_since_one_is_needed(browse, pupil: Pupil) -> None:
    page = browse("olly").get(f"{HERE}/pupils/{pupil.pk}/absence-call/").content.decode()
    label = '<label class="field-label" for="id_{}">{}</label>'
    assert label.format("contact", "Who reported it") in page
    assert label.format("name", "Their name, if not in the list") in page
    assert "One of the two is needed" in page
    # And without either the person is told beside the field, and nothing is lost
    reply = browse("olly").post(f"{HERE}/pupils/{pupil.pk}/absence-call/", {**CALL, "name": " "})
    assert reply.status_code == 422
    assert "Choose who reported it, or write the name." in reply.content.decode()
    assert "A high temperature" in reply.content.decode()
