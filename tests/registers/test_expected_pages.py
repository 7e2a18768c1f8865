"""Trips entered for several pupils and confirmed child by child; a pupil's own arrangements."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.audit.models import AuditEvent, Event
from registers import tasks
from registers.actions.confirming import confirm_children
from registers.models import ExpectedConfirmation, ExpectedMark, FamilyTie, Mark, Pupil
from registers.queries.taking import register_rows
from tests.conftest import LONDON
from tests.factories import make_group, make_pupil, make_register, make_session, make_sessions

MONDAY, TUESDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 24)
ALDER = "/s/alder-primary"
EXPECTED, CONFIRM, ACTIVITY = f"{ALDER}/expected/", f"{ALDER}/expected/confirm/", f"{ALDER}/expected/activity/"
LOGGING_IN = 6
TRIP = {
    "code": "V", "name": "Year 4 to the science museum", "halves": "both", "first_date": "2026-11-23",
    "last_date": "2026-11-23",
}  # fmt: skip


@pytest.fixture
def group(alder):
    make_sessions(MONDAY, 10)
    return make_group()


@pytest.fixture
def pupils(group) -> list[Pupil]:
    return [make_pupil(surname=f"Row{row:02}", group=group) for row in range(3)]


@pytest.fixture
def trip(browse, group, pupils):
    """Return a function that enters a trip as Alma and gives the response; all three pupils go unless told."""

    def enter(who: str = "alma", **fields: object):
        sent = {**TRIP, "pupils": [pupil.pk for pupil in pupils], **fields}
        return browse(who).post(f"{ACTIVITY}?group={group.pk}", sent)

    return enter


def confirm(client, pupils: list[Pupil], **fields: object):
    rows = ExpectedMark.objects.filter(pupil__in=pupils).values_list("pk", flat=True)
    sent = {"date": "2026-11-23", "half": "am", "expected": list(rows), "seen_by": "The guide, by telephone"}
    return client.post(CONFIRM, {**sent, **fields})


def test_the_pupils_of_the_groups_chosen_are_listed(browse, group, pupils) -> None:
    other = make_pupil(surname="Elsewhere", group=make_group("6A"))
    page = browse("alma").get(f"{ACTIVITY}?group={group.pk}").text
    assert all(pupil.list_name in page for pupil in pupils)
    assert other.list_name not in page
    assert "Expect them there" not in browse("alma").get(ACTIVITY).text


def test_a_trip_is_entered_for_several_pupils_at_once(trip, people, pupils) -> None:
    assert trip().status_code == 302
    rows = ExpectedMark.objects.all()
    assert {row.pupil_id for row in rows} == {pupil.pk for pupil in pupils}
    assert {(row.code, row.nature, row.granted_by) for row in rows} == {
        ("V", "Year 4 to the science museum", people.alma.user)
    }
    assert AuditEvent.objects.filter(kind=Event.ABSENCE_EXPECTED).count() == 3


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"pupils": []}, "Choose at least one pupil."),
        ({"name": "  "}, "Say what it is and where: the register keeps it."),
        ({"code": ""}, "Choose what it is."),
        ({"last_date": "2026-11-22"}, "The last day is before the first."),
        ({"last_date": "2028-11-22"}, "Enter at most one year at a time."),
        ({"first_date": "yesterday"}, "Enter a date like 23/11/2026."),
        ({"code": "W"}, "Tick it if it is so; if it is not, the absence needs another code."),
        ({"pupils": ["9" * 30]}, "is not one of the available choices."),
        ({"first_date": "2024-08-01", "last_date": "2024-08-30", "code": "K"}, "K came into use on 19 August 2024."),
    ],
)
def test_what_is_wrong_with_a_trip_is_said_and_nothing_is_lost(trip, fields: dict[str, object], said: str) -> None:
    response = trip(**fields)
    assert response.status_code == 422
    assert said in response.text
    assert "name" in fields or "Year 4 to the science museum" in response.text
    assert not ExpectedMark.objects.exists()


def test_a_trip_of_a_kind_with_a_test_in_law_is_entered_once_it_is_said_to_meet_it(trip) -> None:
    assert trip(code="B", meets_test="on").status_code == 302
    assert ExpectedMark.objects.filter(code="B", nature="Year 4 to the science museum").count() == 3


def test_the_same_trip_twice_names_whom_it_is_expected_of_already(trip) -> None:
    trip()
    response = trip(halves="pm")
    assert response.status_code == 422
    assert "Something is expected on some of those sessions already of: Row00, " in response.text
    assert ExpectedMark.objects.count() == 3


def test_a_pupil_not_on_the_roll_for_all_of_it_is_named_beside_the_day(trip, pupils) -> None:
    pupils[1].roll_periods.update(until_date=dt.date(2026, 11, 26))
    response = trip(last_date="2026-11-26")
    assert response.status_code == 422
    assert f"Not on the roll for all of those days: {pupils[1].list_name}." in response.text
    assert trip(last_date="2026-11-25").status_code == 302


def test_many_in_the_way_are_named_up_to_five(trip, group, pupils) -> None:
    everyone = [*pupils, *(make_pupil(group=group) for _ in range(4))]
    trip(pupils=[pupil.pk for pupil in everyone])
    assert "; 2 more. End that first." in trip(pupils=[pupil.pk for pupil in everyone]).text


def test_the_other_half_of_the_day_is_not_in_the_way(trip) -> None:
    assert trip(halves="am").status_code == trip(halves="pm").status_code == 302
    assert ExpectedMark.objects.count() == 6


def test_own_family_is_left_to_someone_else(trip, people, pupils) -> None:
    FamilyTie.objects.create(user=people.alma.user, pupil=pupils[0])
    assert "You are family of this child" in trip().text
    trip(who="ben")
    make_register(make_session(MONDAY), make_group())
    assert ExpectedMark.objects.count() == 3


def test_only_the_children_confirmed_become_present_and_the_others_are_missing(
    trip, browse, pupils, people, it_is
) -> None:
    # Given a trip of three, two of whom the guide has seen
    trip()
    register = make_register(make_session(MONDAY), make_group())
    client = browse("alma")
    assert client.get(EXPECTED).text.count("To be confirmed") == 3
    assert confirm(client, pupils[:2]).status_code == 302
    assert client.get(EXPECTED).text.count("By The guide, by telephone") == 2
    # When the register closes
    it_is(dt.datetime(2026, 11, 23, 9, 21, tzinfo=LONDON))
    tasks.close_registers(schema_name=people.alder.schema_name)
    # Then the third has no mark, and is on the list of those not yet registered
    assert dict(Mark.objects.values_list("pupil", "code")) == {pupil.pk: "V" for pupil in pupils[:2]}
    assert not next(row for row in register_rows(register, by=people.alma) if row.pupil_id == pupils[2].pk).code
    assert pupils[2].list_name in client.get(f"{ALDER}/today/?show=not-yet").text
    # And once seen, late, the mark that was missing is made
    assert confirm(client, pupils[2:]).status_code == 302
    assert Mark.objects.get(pupil=pupils[2]).code == "V"
    assert AuditEvent.objects.filter(kind=Event.CHILDREN_CONFIRMED).latest("pk").detail["marks"] == 1


def test_a_confirmation_sent_twice_stands_once(trip, browse, pupils, people, monday_morning) -> None:
    trip()
    rows = list(ExpectedMark.objects.all())
    args = {"seen_by": "The guide", "by": people.alma, "at": monday_morning}
    assert confirm_children(make_session(MONDAY), rows, **args) == 3
    assert confirm_children(make_session(MONDAY), rows, **args) == 0
    assert ExpectedConfirmation.objects.count() == 3


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"seen_by": " "}, "Say who says so: the adult in charge, or the provider."),
        ({"expected": []}, "Tick the children it is about."),
        ({"expected": ["9" * 30]}, "One of these children is no longer expected there."),
        ({"expected": ["0"]}, "One of these children is no longer expected there."),
        ({"half": "pm"}, "This session is still to come: a child is confirmed once seen there."),
    ],
)
def test_what_is_wrong_with_a_confirmation_is_said(trip, browse, pupils, fields: dict[str, object], said: str) -> None:
    trip()
    response = confirm(browse("alma"), pupils, **fields)
    assert response.status_code == 422
    assert said in response.text
    assert not ExpectedConfirmation.objects.exists()


def test_what_needs_no_confirming_or_nobody_confirmed_is_refused_by_the_action(people, pupils, monday_morning) -> None:
    row = ExpectedMark.objects.create(
        pupil=pupils[0], from_date=MONDAY, until_date=TUESDAY, code="C", origin="office", granted_at=monday_morning,
        granted_by=people.ben.user, granted_by_name="Ben Okafor", granted_by_role="headteacher",
    )  # fmt: skip
    for seen_by, why in (("The guide", "C needs no confirmation."), (" ", "Say who says so")):
        with pytest.raises(ValidationError, match=why):
            confirm_children(make_session(MONDAY), [row], seen_by=seen_by, by=people.alma, at=monday_morning)


def test_a_day_without_school_has_nobody_to_confirm(browse, pupils) -> None:
    assert "The school does not meet" in browse("alma").get(f"{EXPECTED}?date=2026-11-22").text
    assert "Nobody is expected at an activity" in browse("alma").get(f"{EXPECTED}?date=nonsense&half=x").text
    assert browse("alma").post(CONFIRM, {"date": "2026-11-22", "half": "am"}).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("tess", 403), ("hana", 403), ("cass", 404), ("olly", 200)])
def test_the_pages_are_for_the_office(browse, pupils, who: str, status: int) -> None:
    for page in (EXPECTED, ACTIVITY, f"{ALDER}/pupils/{pupils[0].pk}/expected/"):
        assert browse(who).get(page).status_code == status


@pytest.mark.parametrize("size", [2, 20])
def test_the_list_takes_four_queries_however_long(
    trip, browse, group, django_assert_max_num_queries, size: int
) -> None:
    trip(pupils=[make_pupil(group=group).pk for _ in range(size)])
    client = browse("alma")
    client.get(EXPECTED)
    with django_assert_max_num_queries(4 + LOGGING_IN):
        assert client.get(EXPECTED).status_code == 200
    with django_assert_max_num_queries(2 + LOGGING_IN):
        assert client.get(f"{ACTIVITY}?group={group.pk}").status_code == 200
