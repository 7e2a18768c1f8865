"""The pages of the late desk, of who is on site and of the count, as those use them whom they are for."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from registers.models import (
    Contact,
    FamilyTie,
    Mark,
    Movement,
    Permit,
    Pupil,
)
from tests.factories import make_contact, make_group, make_mark, make_pupil, make_session
from tests.people import People
from tests.registers.moving import MONDAY, make_movement, monday

DESK, SITE = "/s/alder-primary/late-desk/", "/s/alder-primary/on-site/"
Browse = Callable[[str], Client]
LOGGING_IN = 6


@pytest.fixture
def pupil(people: People, it_is: Callable[[dt.datetime], None]) -> Pupil:
    make_session(MONDAY, "am")
    make_session(MONDAY, "pm")
    it_is(monday("09:05"))
    return make_pupil(surname="Moss", forename="Ada", group=make_group())


def child(pupil: Pupil, act: str = "") -> str:
    return f"{DESK}pupils/{pupil.pk}/{act}"


@pytest.mark.parametrize(
    ("name", "status"), [("olly", 200), ("alma", 200), ("sadie", 200), ("ben", 200), ("tess", 403)]
)
def test_the_desk_is_for_those_who_keep_it(pupil: Pupil, browse: Browse, name: str, status: int) -> None:
    assert browse(name).get(DESK).status_code == status


def test_a_child_is_found_by_three_letters_with_a_script_and_without(pupil: Pupil, browse: Browse) -> None:
    client = browse("olly")
    whole = client.post(f"{DESK}find/", {"words": "mos"})
    part = client.post(f"{DESK}find/", {"words": "mos"}, headers={"HX-Request": "true"})
    assert "Moss, Ada, 4A" in whole.text
    assert child(pupil) in part.text
    assert "Moss, Ada shown." in part.text  # the one line of the part that is announced
    assert "<html" not in part.text
    assert "<html" in whole.text


@pytest.mark.parametrize(("words", "status", "said"), [
    ("mo", 422, "Enter three letters"), ("", 422, "Enter three letters"), ("zzz", 200, "Nobody on roll"),
    ("4a", 200, "Moss, Ada"),
])  # fmt: skip
def test_too_few_letters_are_asked_for_more(pupil: Pupil, browse: Browse, words: str, status: int, said: str) -> None:
    response = browse("olly").post(f"{DESK}find/", {"words": words})
    assert response.status_code == status
    assert said in response.text


def test_an_arrival_is_entered_with_what_the_clock_makes_of_it(pupil: Pupil, browse: Browse) -> None:
    client = browse("olly")
    page = client.get(child(pupil)).text
    assert "The register of 4A began at 08:50 and closes at 09:20: an arrival now is late (L)." in page
    done = client.post(child(pupil, "arrive/"), {"at": "09:02", "reason": "Overslept", "words": "again"}, follow=True)
    assert "Entered: L, arrived at 09:02, 12 minutes late." in done.text
    mark = Mark.objects.get()
    assert (mark.code, mark.comment, mark.minutes_late) == ("L", "Overslept: again", 12)


@pytest.mark.parametrize("sent", [{"at": ""}, {"at": "25:00"}, {"at": "09:59"}, {"at": "09:02", "reason": "Dragons"}])
def test_an_arrival_that_cannot_be_is_said_beside_the_field_and_nothing_is_lost(
    pupil: Pupil, browse: Browse, sent: dict[str, str]
) -> None:
    response = browse("olly").post(child(pupil, "arrive/"), {**sent, "words": "The bus broke down"})
    assert response.status_code == 422
    assert "The bus broke down" in response.text
    assert not Mark.objects.exists()


def test_an_arrival_of_a_child_marked_present_is_shown_as_a_contradiction(
    pupil: Pupil, people: People, browse: Browse
) -> None:
    make_mark(pupil, make_session(MONDAY), "/", by=people.tess)
    response = browse("olly").post(child(pupil, "arrive/"), {"at": "09:04"})
    assert response.status_code == 409
    assert "has this child present already (/)" in response.text
    assert Mark.objects.get().changes == 0


def test_a_gate_list_enters_whom_it_can_and_keeps_the_rest_with_the_reason(
    pupil: Pupil, people: People, browse: Browse
) -> None:
    for forename in ("Bea", "Cy"):
        make_pupil(surname="Reed", forename=forename, group=make_group())
    response = browse("olly").post(
        f"{DESK}gate/", {"at": "08:55", "names": "9:01 moss\nreed\nreed bea\nnobody\n29:00 moss\n09:59 reed cy"}
    )
    assert response.status_code == 422
    assert {mark.pupil.forename: mark.minutes_late for mark in Mark.objects.all()} == {"Ada": 11, "Bea": 5}
    for said in ("2 children fit", "Nobody on roll has this name", "29:00 is not a time", "09:59 is still to come"):
        assert said in response.text
    assert response.context["form"]["names"].value() == "reed\nnobody\n29:00 moss\n09:59 reed cy"


def test_a_gate_list_may_be_empty_or_too_long_and_loses_nothing(pupil: Pupil, browse: Browse) -> None:
    client = browse("olly")
    assert client.get(f"{DESK}gate/").status_code == 200
    assert "at least one name" in client.post(f"{DESK}gate/", {"at": "08:55", "names": " "}).text
    assert "at most 40 names" in client.post(f"{DESK}gate/", {"at": "08:55", "names": "moss\n" * 41}).text


def sent(**fields: object) -> dict[str, object]:
    return {"at": "09:04", "reason": "appointment", "collector": "", **fields}


def test_a_child_is_signed_out_to_a_contact_and_signed_in_again(pupil: Pupil, browse: Browse, it_is) -> None:
    mum = make_contact(pupil, name="Mum Example", may_collect=True, collect_password="Heron")
    client = browse("olly")
    assert "Heron" in client.get(child(pupil)).text
    done = client.post(child(pupil, "sign-out/"), sent(collector=mum.pk, due_back="11:30"), follow=True)
    assert "Signed out at 09:04." in done.text
    assert "due 11:30" in done.text
    it_is(monday("10:29"))
    page = client.get(child(pupil)).text
    assert "Sign in" in page
    back = client.post(child(pupil, "arrive/"), {"at": "10:29"}, follow=True)
    assert "Back at 10:29, after 1 hour 25 minutes out." in back.text
    assert [(row.kind, row.collector_id) for row in Movement.objects.order_by("pk")] == [("out", mum.pk), ("in", None)]


@pytest.mark.parametrize(("fields", "said"), [
    ({"reason": ""}, "Choose why the pupil leaves."),
    ({"collector": "other"}, "Enter the name of whoever collects."),
    ({"collector": "999999"}, "Choose who collects from the list."),
    ({"due_back": "08:00", "authorised_by": "Ben"}, "The expected return is after the leaving"),
    ({}, "Name the member of staff who authorises it."),
    ({"collector": "other", "collector_name": "Aunt", "password": "Stork"}, "The password is wrong"),
])  # fmt: skip
def test_what_is_wrong_with_a_leaving_is_said_and_nothing_entered_is_lost(
    pupil: Pupil, browse: Browse, fields: dict[str, object], said: str
) -> None:
    make_contact(pupil, may_collect=True, collect_password="Heron")
    response = browse("olly").post(child(pupil, "sign-out/"), sent(words="To the dentist", **fields))
    assert response.status_code == 422
    assert said in response.text
    assert "To the dentist" in response.text
    assert "Stork" not in response.text
    assert response.wsgi_request.sensitive_post_parameters == ("password",)
    assert not Movement.objects.filter(kind="out").exists()


def test_a_restriction_stands_above_the_form_with_the_safeguarding_lead(
    pupil: Pupil, people: People, browse: Browse
) -> None:
    people.member("sadie")
    dad = make_contact(pupil, name="Dad Example", no_contact=True)
    make_contact(pupil, name="Gran Example", court_order="Supervised contact only.", may_collect=True)
    client = browse("olly")
    page = client.get(child(pupil)).text
    assert "Do not release to Dad Example" in page
    assert "Supervised contact only. Call the safeguarding lead: Sadie Blum." in page
    refused = client.post(child(pupil, "sign-out/"), sent(collector=dad.pk, authorised_by="Ben Okafor"))
    assert "Call the safeguarding lead, Sadie Blum, now." in refused.text
    assert Contact.objects.count() == 2


def test_a_press_twice_on_sign_out_says_so(pupil: Pupil, browse: Browse) -> None:
    client = browse("olly")
    once, twice = (
        client.post(child(pupil, "sign-out/"), sent(authorised_by="Ben Okafor"), follow=True).text for _ in range(2)
    )
    assert "No adult is named who collects this pupil. Ben Okafor authorised it." in once
    assert "has been signed out since 09:04" in twice


def test_who_walked_out_is_recorded_and_shown_as_without_permission(pupil: Pupil, browse: Browse) -> None:
    done = browse("olly").post(child(pupil, "sign-out/"), sent(reason="walked out"), follow=True)
    assert "Recorded: left without permission at 09:04." in done.text
    assert "Without permission" in done.text


def test_what_a_pupil_may_do_is_recorded_and_ended(pupil: Pupil, browse: Browse) -> None:
    client = browse("olly")
    assert client.post(child(pupil, "permits/give/"), {"kind": "time out", "word_of": ""}).status_code == 422
    page = client.post(child(pupil, "permits/give/"), {"kind": "time out", "word_of": "The plan"}, follow=True).text
    assert "on the word of The plan" in page
    permit = Permit.objects.get()
    assert "Ended." in client.post(child(pupil, f"permits/{permit.pk}/end/"), follow=True).text
    refused = client.post(child(pupil, "permits/give/"), {"kind": "time out", "word_of": "The plan"})
    assert "This was ended today" in refused.text


def test_one_s_own_child_is_for_somebody_else_at_the_desk(pupil: Pupil, people: People, browse: Browse) -> None:
    permit = Permit.objects.create(
        pupil=pupil, kind="time out", from_date=MONDAY, word_of="The plan", given_by=people.alma.user,
        given_by_name="Alma Reyes", given_by_role="attendance_officer", given_at=monday("08:00"),
    )  # fmt: skip
    FamilyTie.objects.create(user=people.member("olly").user, pupil=pupil)
    client = browse("olly")
    assert "family" in client.post(child(pupil, f"permits/{permit.pk}/end/"), follow=True).text
    assert "family" in client.post(child(pupil, "arrive/"), {"at": "09:04"}).text


def test_an_entry_is_struck_out_with_a_reason_from_the_log(pupil: Pupil, people: People, browse: Browse) -> None:
    row = make_movement(pupil, "out", "09:00", by=people.alma)
    client, address = browse("olly"), f"{DESK}movements/{row.pk}/strike/"
    assert "Say why: it is kept" in client.post(address, {"because": ""}, follow=True).text
    assert "Struck out." in client.post(address, {"because": "The other Ada"}, follow=True).text
    assert "Nothing has been entered today." in client.get(DESK).text


def test_a_child_of_another_school_and_a_leaver_are_not_found(pupil: Pupil, browse: Browse) -> None:
    client = browse("olly")
    gone = make_pupil(until_date=MONDAY)
    assert client.get(child(gone)).status_code == 404
    assert client.post(f"{DESK}movements/999/strike/", {"because": "x"}).status_code == 404


def test_who_is_absent_beyond_an_appointment_is_listed(pupil: Pupil, people: People, browse: Browse, it_is) -> None:
    it_is(monday("13:40"))
    make_movement(pupil, "out", "10:00", by=people.alma, reason="appointment", due_back_at=monday("11:30"))
    page = browse("olly").get(DESK).text
    assert "Absent beyond the appointment" in page
    assert "due back 11:30, not back by the afternoon register." in page
    assert "Overdue" in page


@pytest.mark.parametrize("children", [2, 20])
def test_the_desk_asks_as_often_for_twenty_as_for_two(
    pupil: Pupil, people: People, browse: Browse, django_assert_max_num_queries, children: int
) -> None:
    for _ in range(children):
        one = make_pupil(group=make_group())
        make_movement(one, "in", "08:59", by=people.alma)
        make_movement(one, "out", "09:00", by=people.alma)
    client = browse("olly")
    client.get(DESK)
    with django_assert_max_num_queries(LOGGING_IN + 8):
        client.get(DESK)


def test_the_day_without_a_session_has_no_register_to_explain(people: People, browse: Browse) -> None:
    one = make_pupil(surname="Fern", group=make_group())
    assert "No register is due for this child today." in browse("olly").get(child(one)).text
    assert "does not meet today" in browse("olly").post(child(one, "arrive/"), {"at": "08:50"}).text


@pytest.mark.parametrize(("at", "said"), [
    ("08:45", "begins at 08:50: an arrival before it is present."), ("09:30", "closed at 09:20: an arrival now is"),
])  # fmt: skip
def test_what_the_close_makes_of_an_arrival_is_explained(
    pupil: Pupil, browse: Browse, it_is, at: str, said: str
) -> None:
    it_is(monday(at))
    assert said in browse("olly").get(child(pupil)).text
