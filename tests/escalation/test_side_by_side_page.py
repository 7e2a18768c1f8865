"""The page that lays the policies beside each other."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from attendance_mat.trust.actions import adopt_policy
from attendance_mat.trust.models import School
from registers.models import FamilyTie, Pupil
from tests.escalation.terms import AUTUMN, hold, spell_out, take_registers
from tests.factories import make_pupil
from tests.people import People

LOG_IN = 6  # session, person, school and membership, and the schema selected twice


@pytest.fixture
def half_missed(people: People, alder: School) -> Pupil:
    """Return a pupil who came for thirty days of the autumn, and was ill for ten."""
    days = AUTUMN[:40]
    pupil = make_pupil(dob=dt.date(2013, 3, 4))
    hold(days)
    take_registers({pupil: spell_out(days, "." * 60 + "I" * 20)}, by=people.tess)
    return pupil


def body(client: Client, pupil: Pupil, *, status: int = 200) -> str:
    response = client.get(f"/s/alder-primary/pupils/{pupil.pk}/policies/")
    assert response.status_code == status
    return response.content.decode()


def test_each_policy_says_what_it_would_have_led_to_with_the_sum_and_the_clause(
    half_missed: Pupil, browse: Callable[[str], Client]
) -> None:
    text = body(browse("alma"), half_missed)

    for words in (
        "Aspire Educational Trust attendance policy", "Advance Learning Partnership attendance policy",
        "Wigston Academies Trust attendance policy", "Hertfordshire primary school attendance policy",
        "John Taylor Multi-Academy Trust attendance policy", "National rules",
    ):  # fmt: skip
        assert words in text
    assert "Fourth day of illness" in text
    assert "section 8 (home visits)" in text
    assert "Thu 22 Oct 2026" in text
    assert "Missed 4 whole school days in a row (ill)" in text
    assert "Concern about attendance" in text


def test_the_schools_own_policy_stands_first_and_is_marked(
    half_missed: Pupil, people: People, browse: Callable[[str], Client], monday_morning: dt.datetime
) -> None:
    tara = people.member("tara")
    adopt_policy(people.alder, pack="wigston", from_date=dt.date(2026, 9, 1), by=tara, at=monday_morning)

    text = body(browse("alma"), half_missed)

    assert text.count('class="tag tag-info"') == 1
    assert text.index("Wigston Academies") < text.index('class="tag tag-info"') < text.index("Advance Learning")
    assert text.index("John Taylor") < text.index("National rules")


def test_a_pupil_without_a_mark_has_crossed_no_line(alder: School, browse: Callable[[str], Client]) -> None:
    text = body(browse("alma"), make_pupil())

    assert text.count("No line has been crossed.") == 6


def test_the_page_costs_the_same_however_long_the_register_is(
    half_missed: Pupil, people: People, browse: Callable[[str], Client], django_assert_num_queries
) -> None:
    client, other = browse("alma"), make_pupil(dob=dt.date(2014, 1, 1))
    body(client, other)  # the school's policy is read once

    for pupil in (other, half_missed):
        with django_assert_num_queries(LOG_IN + 12):  # the pupil, the look, the last night, nine of the facts
            body(client, pupil)


def test_a_pupil_out_of_scope_or_of_ones_own_family_is_not_found(
    half_missed: Pupil, people: People, browse: Callable[[str], Client]
) -> None:
    assert body(browse("alma"), Pupil(pk=half_missed.pk + 999), status=404)
    assert body(browse("hana"), half_missed, status=404)

    FamilyTie.objects.create(user=people.alma.user, pupil=half_missed)
    assert body(browse("alma"), half_missed, status=404)


def test_of_two_figures_either_of_which_would_do_the_page_shows_the_one_that_holds(
    half_missed: Pupil, browse: Callable[[str], Client]
) -> None:
    text = body(browse("alma"), half_missed)

    signed_letter = text[text.index("Signed letter") : text.index("Hertfordshire")]
    assert "in a row" in signed_letter
    assert "the line is more than 10" not in signed_letter
    assert "2 steps" in signed_letter


def test_the_pupils_page_leads_to_it_for_whoever_may_see_cases(
    half_missed: Pupil, browse: Callable[[str], Client]
) -> None:
    path = f"/s/alder-primary/pupils/{half_missed.pk}/"

    assert f"{path}policies/" in browse("alma").get(path).content.decode()
    assert f"{path}policies/" not in browse("olly").get(path).content.decode()
