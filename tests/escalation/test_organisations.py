"""The directory of organisations: added from a day, chosen in the steps of a case, ended, and kept where named."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from escalation.actions.organisations import THERE_ALREADY, add_organisation, end_organisation
from escalation.models import Case, CaseTask, Organisation
from tests.escalation.test_case_pages import make_case
from tests.factories import make_pupil
from tests.people import People

Browse = Callable[[str], Client]
TODAY = dt.date(2026, 11, 23)
DIRECTORY = "/s/alder-primary/organisations/"
WHO_IS_ASKING = 6


def add(name: str, people: People, at: dt.datetime, **fields: Any) -> Organisation:
    given = {"name": name, "offers": "Mentoring", "from_date": TODAY, **fields}
    return add_organisation(**given, by=people.alma, at=at)


@pytest.fixture
def case(people: People, monday_morning: dt.datetime) -> Case:
    return make_case(make_pupil(surname="Wren"), at=monday_morning)


def step(case: Case, **fields: Any) -> dict[str, Any]:
    return {"does": "plan", "words": "A plan for mornings.", "role": "office", "due_date": "2026-11-30", **fields}


def test_a_plan_names_an_organisation_and_the_case_shows_it(
    case: Case, people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    chosen = add("Kestrel Young Carers", people, monday_morning, phone="01632 960777")
    alma, place = browse("alma"), f"/s/alder-primary/cases/{case.pk}/"
    assert "Kestrel Young Carers: Mentoring" in alma.get(place).text

    alma.post(f"{place}steps/", step(case, organisation=chosen.pk))

    assert CaseTask.objects.get().organisation == chosen
    assert "With the help of Kestrel Young Carers, 01632 960777" in alma.get(place).text


def test_a_plan_that_a_stage_asked_for_is_given_one_as_it_is_done(
    case: Case, people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    chosen = add("Kestrel Young Carers", people, monday_morning)
    task = CaseTask.objects.create(
        case=case, does="plan", words="Plan.", role="office", due_date=TODAY, made_at=monday_morning
    )
    answer = browse("alma").post(
        f"/s/alder-primary/steps/{task.pk}/do/", {"outcome": "Agreed.", "organisation": chosen.pk}, follow=True
    )
    task.refresh_from_db()
    assert task.organisation == chosen
    assert "With the help of Kestrel Young Carers." in answer.text


@pytest.mark.parametrize("wrong", ["999999", "abc", "0"])
def test_one_that_is_not_in_the_directory_is_refused_beside_the_field(case: Case, browse: Browse, wrong: str) -> None:
    answer = browse("alma").post(f"/s/alder-primary/cases/{case.pk}/steps/", step(case, organisation=wrong))
    assert answer.status_code == 422
    assert "Choose an organisation that is in the directory" in answer.text
    assert "A plan for mornings." in answer.text


def test_one_ended_or_still_to_come_is_not_offered_and_stays_where_it_was_named(
    case: Case, people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    before = dt.date(2026, 9, 1)
    old = add("Old Hands", people, monday_morning, from_date=before)
    add("Still To Come", people, monday_morning, from_date=TODAY + dt.timedelta(days=1))
    CaseTask.objects.create(
        case=case, does="call", words="Ring.", role="office", due_date=TODAY, made_at=monday_morning, organisation=old
    )
    end_organisation(old, until_date=TODAY, by=people.alma, at=monday_morning)
    end_organisation(old, until_date=TODAY + dt.timedelta(days=9), by=people.ben, at=monday_morning)

    page = browse("alma").get(f"/s/alder-primary/cases/{case.pk}/").text

    assert "With the help of Old Hands" in page
    assert "Old Hands: Mentoring" not in page
    assert "Still To Come" not in page
    old.refresh_from_db()
    assert old.until_date == TODAY


def test_a_second_of_the_name_and_an_end_before_its_beginning_are_refused(
    people: People, monday_morning: dt.datetime
) -> None:
    first = add("Kestrel Young Carers", people, monday_morning)
    with pytest.raises(ValidationError, match=THERE_ALREADY):
        add("kestrel young carers ", people, monday_morning)
    with pytest.raises(ValidationError, match="its first"):
        end_organisation(first, until_date=TODAY, by=people.alma, at=monday_morning)


def test_the_directory_is_kept_on_its_page(browse: Browse) -> None:
    alma = browse("alma")
    assert "None yet" in alma.get(DIRECTORY).text
    sent = {"name": "Kestrel Minds", "offers": "Talking", "website": "minds.example.org", "from_date": "2026-09-01"}
    assert "https://minds.example.org" in alma.post(f"{DIRECTORY}add/", sent, follow=True).text
    assert "in the directory already" in alma.post(f"{DIRECTORY}add/", sent).text
    place = f"{DIRECTORY}{Organisation.objects.get().pk}/end/"
    assert "its first" in alma.post(place, {"until_date": "2026-09-01"}).text
    assert alma.post(place, {"until_date": "soon"}).status_code == 422
    assert "No longer used" in alma.post(place, {"until_date": "2026-11-23"}, follow=True).text


def test_what_is_wrong_with_one_is_said_beside_its_field(browse: Browse) -> None:
    answer = browse("alma").post(f"{DIRECTORY}add/", {"name": " ", "email": "nobody", "website": "::", "from_date": ""})
    assert answer.status_code == 422
    for words in ("Give the organisation", "Say what it offers", "address like name@", "address like https"):
        assert words in answer.text
    assert not Organisation.objects.exists()


def test_only_who_works_cases_changes_it(browse: Browse) -> None:
    assert browse("hana").get(DIRECTORY).status_code == 200
    assert browse("hana").post(f"{DIRECTORY}add/").status_code == 403
    assert browse("olly").get(DIRECTORY).status_code == 403


@pytest.mark.parametrize("count", [2, 20])
def test_the_directory_and_a_case_ask_the_same_however_many(
    case: Case, people: People, browse: Browse, monday_morning: dt.datetime,
    django_assert_num_queries: Callable[[int], Any], count: int,
) -> None:  # fmt: skip
    for number in range(count):
        named = add(f"Helpers {number}", people, monday_morning)
        CaseTask.objects.create(
            case=case, does="plan", words="Plan.", role="office", due_date=TODAY, made_at=monday_morning,
            organisation=named,
        )  # fmt: skip
    browser = browse("alma")
    with django_assert_num_queries(WHO_IS_ASKING + 1):
        browser.get(DIRECTORY)
    place = f"/s/alder-primary/cases/{case.pk}/"
    browser.get(place)  # the school's policy is read once
    with django_assert_num_queries(WHO_IS_ASKING + 16):
        browser.get(place)
