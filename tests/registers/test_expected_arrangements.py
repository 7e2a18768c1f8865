"""What is arranged of one pupil beforehand: part time, another school, study leave, a suspension, signed out."""

import datetime as dt

import pytest

from registers.models import ExpectedMark, FamilyTie, Pupil
from tests.factories import make_contact, make_pupil
from tests.registers.test_expected_pages import ALDER, EXPECTED, TUESDAY, group, pupils

__all__ = ["group", "pupils"]


def arrange(client, pupil: Pupil, kind: str, **fields: object):
    dates = {"first_date": "2026-11-24", "last_date": "2026-12-04"}
    return client.post(f"{ALDER}/pupils/{pupil.pk}/expected/{kind}/", {**dates, **fields})


def taken(pupil: Pupil) -> list[tuple[str, str, str, str]]:
    rows = ExpectedMark.objects.filter(pupil=pupil, ended_at__isnull=True).order_by("from_date")
    return [(row.code, f"{row.from_date:%d %b}", f"{row.until_date:%d %b}", row.halves) for row in rows]


def test_a_part_time_timetable_is_a_weekly_pattern_with_an_end_and_a_review(browse, pupils) -> None:
    parent, client = make_contact(pupils[0]), browse("alma")
    fields = {"away": ["2-pm", "4-am", "4-pm"], "review_date": "2026-12-02", "agreed_with": parent.pk}
    assert arrange(client, pupils[0], "part-time", **fields).status_code == 302
    assert taken(pupils[0]) == [
        ("C2", "25 Nov", "26 Nov", "pm"), ("C2", "27 Nov", "28 Nov", "both"),
        ("C2", "02 Dec", "03 Dec", "pm"), ("C2", "04 Dec", "05 Dec", "both"),
    ]  # fmt: skip
    assert f"Agreed with {parent.name}" in client.get(f"{ALDER}/pupils/{pupils[0].pk}/expected/").text
    assert "part-time timetable, on Wed 2 Dec 2026" in client.get(EXPECTED).text


def test_above_or_below_compulsory_school_age_part_time_is_x(browse, group) -> None:
    pupil = make_pupil(dob=dt.date(2009, 5, 4), group=group)
    fields = {"away": ["2-pm"], "review_date": "2026-12-02", "agreed_with": make_contact(pupil).pk}
    assert arrange(browse("alma"), pupil, "part-time", **fields).status_code == 302
    assert {code for code, *_ in taken(pupil)} == {"X"}


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("part-time", {"away": []}, "Tick at least one session of the week."),
        ("part-time", {"review_date": "2026-12-05"}, "Look at it again between its first day and its last."),
        ("part-time", {"agreed_with": ""}, "Choose who agreed: a contact the pupil lives with."),
        ("part-time", {"first_date": "2026-12-25", "last_date": "2026-12-31", "review_date": "2026-12-30"},
         "The school does not meet on any of those sessions."),
        ("other-school", {"away": ["0-am"], "school": " "}, "Name the other school."),
        ("study-leave", {"exams": "24/11/2026 morning"}, "Write each like 12/05/2027 am."),
        ("study-leave", {"exams": "24/13/2026 am"}, "Write each like 12/05/2027 am."),
        ("suspension", {"last_date": "2026-11-20"}, "The last day is before the first."),
        ("suspension", {"first_date": ""}, "Enter the first day."),
        ("signed-out", {"code": "/"}, "is not one of the available choices."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_arrangement_is_said(browse, pupils, kind: str, fields, said: str) -> None:
    whole = {
        "away": ["2-pm"], "review_date": "2026-12-02", "agreed_with": make_contact(pupils[0]).pk, "school": "Elm",
    }  # fmt: skip
    response = arrange(browse("alma"), pupils[0], kind, **{**whole, **fields})
    assert response.status_code == 422
    assert said in response.text
    assert not ExpectedMark.objects.exists()


def test_the_days_at_another_school_are_d(browse, pupils) -> None:
    assert arrange(browse("alma"), pupils[0], "other-school", away=["3-am", "3-pm"], school="Elm").status_code == 302
    assert taken(pupils[0]) == [("D", "26 Nov", "27 Nov", "both"), ("D", "03 Dec", "04 Dec", "both")]


def test_study_leave_leaves_the_exams_out(browse, pupils) -> None:
    fields = {"last_date": "2026-11-25", "exams": "24/11/2026 AM\n\n2026-11-25 pm\n"}
    assert arrange(browse("alma"), pupils[0], "study-leave", **fields).status_code == 302
    assert taken(pupils[0]) == [("S", "24 Nov", "25 Nov", "pm"), ("S", "25 Nov", "26 Nov", "am")]


@pytest.mark.parametrize(
    ("fields", "rows"),
    [
        ({}, [("E", "24 Nov", "05 Dec", "both")]),
        ({"from_midday": "on"}, [("E", "24 Nov", "25 Nov", "pm"), ("E", "25 Nov", "05 Dec", "both")]),
        ({"from_midday": "on", "last_date": "2026-11-24"}, [("E", "24 Nov", "25 Nov", "pm")]),
    ],
)
def test_a_suspension_begins_in_the_morning_or_at_midday(browse, pupils, fields, rows: list[object]) -> None:
    assert arrange(browse("alma"), pupils[0], "suspension", **fields).status_code == 302
    assert taken(pupils[0]) == rows


def test_a_code_of_another_role_is_refused(browse, pupils) -> None:
    response = arrange(browse("olly"), pupils[0], "suspension")
    assert "E is for another role to enter." in response.text


def test_a_child_signed_out_is_expected_back_tomorrow(browse, pupils) -> None:
    assert arrange(browse("alma"), pupils[0], "signed-out", code="M").status_code == 302
    row = ExpectedMark.objects.get()
    assert (row.code, row.halves, row.origin, row.until_date) == ("M", "pm", "signed out at 08:50", TUESDAY)


def test_ending_an_arrangement_ends_all_that_was_entered_with_it(browse, pupils, people) -> None:
    client = browse("alma")
    arrange(client, pupils[0], "other-school", away=["3-am", "4-am"], school="Elm")
    arrange(client, pupils[0], "signed-out", code="M")
    end = f"{EXPECTED}{ExpectedMark.objects.filter(code='D').first().pk}/end/"
    assert client.post(end).status_code == client.post(end).status_code == 302
    assert [code for code, *_ in taken(pupils[0])] == ["M"]
    FamilyTie.objects.create(user=people.alma.user, pupil=pupils[0])
    client.post(f"{EXPECTED}{ExpectedMark.objects.get(code='M').pk}/end/")
    assert [code for code, *_ in taken(pupils[0])] == ["M"]


@pytest.mark.parametrize("kind", ["part-time", "other-school", "study-leave", "suspension", "signed-out"])
def test_each_form_is_drawn_and_led_to_from_the_pupils_page(browse, pupils, kind: str) -> None:
    menu = browse("alma").get(f"{ALDER}/pupils/{pupils[0].pk}/expected/").text
    assert f"/pupils/{pupils[0].pk}/expected/{kind}/" in menu
    assert "Record it" in browse("alma").get(f"{ALDER}/pupils/{pupils[0].pk}/expected/{kind}/").text
    assert "Expected absences" in browse("alma").get(f"{ALDER}/pupils/{pupils[0].pk}/").text


def test_an_arrangement_there_is_none_of_is_not_found(browse, pupils) -> None:
    assert browse("alma").get(f"{ALDER}/pupils/{pupils[0].pk}/expected/whim/").status_code == 404
