"""Trying a policy on the school's past, from the browser: a worker does it, and the page says how far it is."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from kombu.exceptions import OperationalError

from attendance_mat.trust.actions import adopt_policy
from attendance_mat.trust.models import School
from escalation import tasks
from escalation.gateways import simulations
from registers.models import Pupil
from tests.escalation.terms import AUTUMN, spell_out, take_registers
from tests.factories import make_pupil
from tests.people import People

PAGE = "/s/alder-primary/policy/simulate/"
FIRST, LAST = AUTUMN[0].isoformat(), AUTUMN[49].isoformat()
ASKED = {"pack": "wigston", "from_date": FIRST, "to_date": LAST, "stage": "stage_two", "than": "96"}


def words_of(page: str) -> str:
    """Return what a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch, settings: Any, worker_id: str) -> list[dict[str, Any]]:
    """Keep what a worker would be asked, in the place of a worker; with a cache of the test's own."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": worker_id}}
    cache.clear()
    waiting: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.simulate_policy, "delay", lambda **asked: waiting.append(asked))
    return waiting


@pytest.fixture
def later(people: People, alder: School, monday_morning: dt.datetime) -> Pupil:
    """Mark one child at 96 percent on the fiftieth day. Alder follows Wigston's policy."""
    adopt_policy(alder, pack="wigston", from_date=dt.date(2024, 9, 1), by=people.member("tara"), at=monday_morning)
    pupil = make_pupil(surname="Later", forename="Lou", year=8)
    take_registers({pupil: spell_out(AUTUMN[:50], 96 * "." + 4 * "I")}, by=people.tess)
    return pupil


def test_a_worker_is_asked_once_and_its_answer_shown(
    later: Pupil, browse: Callable[[str], Client], asked: list[dict[str, Any]]
) -> None:
    browser = browse("ben")
    for _ in range(2):
        assert "A worker is reading the registers" in browser.get(PAGE, ASKED).text
    assert len(asked) == 1
    tasks.simulate_policy(**asked[0])
    said = words_of(browser.get(PAGE, ASKED).text)
    assert "“stage_two” with 96 in the place of its number" in said
    assert "Later, Lou Fri 13 Nov 2026 never: would be added" in said
    assert "As tried Each stage" in said
    assert "Tutor conversation 1 1 0 0 2 Year 8 1" in said
    assert "Week by week" in said


def test_a_pupil_one_may_not_see_is_counted_and_not_named(
    later: Pupil, browse: Callable[[str], Client], asked: list[dict[str, Any]]
) -> None:
    Pupil.objects.filter(pk=later.pk).update(hidden=True)
    browse("alma").get(PAGE, ASKED)
    tasks.simulate_policy(**asked[0])
    said = words_of(browse("alma").get(PAGE, ASKED).text)
    assert "A pupil you may not see" in said
    assert "Later" not in said
    assert "Later, Lou" in words_of(browse("ben").get(PAGE, ASKED).text)


def test_the_policys_page_leads_those_here_who_may_try_one(browse: Callable[[str], Client], people: People) -> None:
    policy = "/s/alder-primary/policy/"
    assert PAGE in browse("ben").get(policy).text
    assert PAGE not in browse("tess").get(policy).text


def test_the_form_begins_with_the_school_years_own_policy(later: Pupil, browse: Callable[[str], Client]) -> None:
    page = browse("ben").get(PAGE)
    assert page.status_code == 200
    assert '<option value="wigston" selected>' in page.text
    assert 'value="2026-08-01"' in page.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"pack": "nowhere"}, "Choose a policy of the list."),
        ({"to_date": "2026-08-01"}, "The last day must not come before the first."),
        ({"to_date": "2026-12-01"}, "The last day must not be in the future"),
        ({"from_date": "2020-09-01"}, "Choose at most 400 days."),
        ({"stage": "a1"}, "The policy has no stage"),
        ({"stage": "stage_five"}, "Choose a stage of the list."),
        ({"than": "101"}, "out of range"),
        ({"than": "many"}, "Enter a whole number such as 96."),
        ({"than": ""}, "A stage and its number go together."),
        ({"stage": ""}, "A stage and its number go together."),
        ({"from_date": "soon"}, "Enter a date like"),
    ],
)
def test_what_cannot_be_tried_is_said_beside_its_field(
    later: Pupil, browse: Callable[[str], Client], asked: list[dict[str, Any]], wrong: dict[str, str], said: str
) -> None:
    page = browse("ben").get(PAGE, {**ASKED, **wrong})
    assert page.status_code == 422
    assert said in page.text
    assert asked == []


def test_without_a_broker_the_page_says_so_and_asks_anew_next_time(
    later: Pupil, browse: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def away(**asked: object) -> None:
        tried.append(asked)
        raise OperationalError

    monkeypatch.setattr(tasks.simulate_policy, "delay", away)
    for _ in range(2):
        assert "No worker could be asked." in browse("ben").get(PAGE, ASKED).text
    assert len(tried) == 2


def test_a_simulation_that_fails_says_so_on_the_page(
    later: Pupil, browse: Callable[[str], Client], asked: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    browse("ben").get(PAGE, ASKED)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(tasks, "simulate", fail)
    with pytest.raises(RuntimeError):
        tasks.simulate_policy(**asked[0])
    assert "Something went wrong." in browse("ben").get(PAGE, ASKED).text


def test_a_policy_refused_since_it_was_asked_for_says_why(alder: School) -> None:
    gone = simulations.Asked("wigston", AUTUMN[0], AUTUMN[49], stage="gone", than=9)
    tasks.simulate_policy(schema_name=alder.schema_name, asked=gone.as_json(), version="1")
    assert simulations.find(gone, version="1") == {"refused": "gone: The policy has no stage “gone” on 2026-11-13."}


@pytest.mark.parametrize(
    ("name", "status"),
    [("tess", 403), ("hana", 404), ("olly", 403), ("alma", 200), ("ben", 200), ("tara", 200), ("cass", 404)],
)
def test_it_is_for_those_who_may_see_every_pupils_case(browse: Callable[[str], Client], name: str, status: int) -> None:
    assert browse(name).get(PAGE).status_code == status
