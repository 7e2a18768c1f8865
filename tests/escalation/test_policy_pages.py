"""The pages of policies: the school's own document, the packs, and what a school follows."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from attendance_mat.policy.adopted import Override
from attendance_mat.policy.loader import pack_names
from attendance_mat.trust.adopting import adopt_policy, set_value
from attendance_mat.trust.models import School
from letters.gateways import pdf
from tests.people import CAST, People

TERM = dt.date(2026, 9, 1)
STAFF = [name for name in CAST if name not in {"cass", "tara", "tomas"}]
Browse = Callable[[str], Client]


@pytest.mark.parametrize("name", [*STAFF, "tara", "tomas"])
def test_everybody_of_the_school_and_the_trust_reads_its_policy(browse: Browse, name: str) -> None:
    page = browse(name).get("/s/alder-primary/policy/")

    assert page.status_code == 200
    assert "The morning session starts at 08:50." in page.text


def test_only_those_who_may_change_it_are_led_to_where_it_is_set(browse: Browse) -> None:
    place = 'href="/policies/schools/alder-primary/"'

    assert place in browse("tara").get("/s/alder-primary/policy/").text
    assert place not in browse("ben").get("/s/alder-primary/policy/").text


def test_the_document_takes_few_queries(browse: Browse, django_assert_max_num_queries: Callable) -> None:
    client = browse("ben")
    client.get("/s/alder-primary/policy/")
    with django_assert_max_num_queries(9):
        client.get("/s/alder-primary/policy/")


def test_nobody_of_another_school_reads_it(browse: Browse) -> None:
    assert browse("cass").get("/s/alder-primary/policy/").status_code == 404


def test_the_document_follows_what_the_school_has_adopted(
    browse: Browse, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    adopt_policy(alder, pack="wigston", from_date=TERM, by=people.member("tara"), at=monday_morning)

    page = browse("ben").get("/s/alder-primary/policy/").text

    assert "The morning session starts at 08:35." in page
    assert "Attendance below 98% of possible sessions this school year, once 20 sessions were possible." in page
    assert "Concern letter 1" in page or "concern-letter-1" in page


def test_the_paper_says_what_the_page_says(browse: Browse) -> None:
    answer = browse("ben").get("/s/alder-primary/policy/document.pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert 'filename="attendance-policy-alder-primary-2026-11-23.pdf"' in answer["Content-Disposition"]
    assert answer.content.startswith(b"%PDF")


def test_a_machine_without_pango_says_so(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(html: str) -> bytes:
        raise pdf.PdfUnavailableError

    monkeypatch.setattr(pdf, "render", missing)

    answer = browse("ben").get("/s/alder-primary/policy/document.pdf")

    assert answer.status_code == 503
    assert "libpango" in answer.text


def test_the_packs_are_listed_with_who_follows_each(browse: Browse) -> None:
    page = browse("tomas").get("/policies/").text

    for name in pack_names():
        assert f'href="/policies/{name}/"' in page
    assert 'href="/policies/schools/alder-primary/"' in page
    assert "National rules" in page


@pytest.mark.parametrize("name", pack_names())
def test_each_pack_has_a_page(browse: Browse, name: str) -> None:
    assert browse("tara").get(f"/policies/{name}/").status_code == 200


def test_a_pack_s_page_says_where_the_law_wins(browse: Browse) -> None:
    page = browse("tara").get("/policies/aspire/").text

    assert "AET-6.07" in page
    assert "overridden" in page


def test_a_pack_that_is_not_there_is_not_found(browse: Browse) -> None:
    assert browse("tara").get("/policies/nobody/").status_code == 404
    assert browse("tara").get("/policies/schools/nobody/").status_code == 404


@pytest.mark.parametrize("name", ["ben", "alma"])
def test_the_trust_s_pages_are_not_a_school_s(browse: Browse, name: str) -> None:
    client = browse(name)
    for address in ("/policies/", "/policies/national/", "/policies/schools/alder-primary/"):
        assert client.get(address).status_code in {403, 404}


def test_a_trustee_sees_what_holds_and_changes_nothing(browse: Browse) -> None:
    page = browse("tomas").get("/policies/schools/alder-primary/").text

    assert "Closing of the register" in page
    assert "/set/" not in page
    assert browse("tomas").get("/policies/schools/alder-primary/set/register_open/").status_code == 403


def test_national_values_cannot_be_set(browse: Browse) -> None:
    page = browse("tara").get("/policies/schools/alder-primary/").text

    assert "/set/register_open/" in page
    assert "/set/persistent_absence/" not in page
    assert browse("tara").get("/policies/schools/alder-primary/set/persistent_absence/").status_code == 404


def test_more_settings_and_adoptions_cost_no_more_queries(
    browse: Browse, alder: School, people: People, monday_morning: dt.datetime, django_assert_max_num_queries: Callable
) -> None:
    tara, client = people.member("tara"), browse("tara")

    def fill(start: int, count: int) -> None:
        for place in range(start, start + count):
            day = TERM + dt.timedelta(days=place)
            adopt_policy(alder, pack="wigston", from_date=day, by=tara, at=monday_morning)
            asked = Override(day, "register_open", {"minutes": 10 + place % 5}, "Governors")
            set_value(asked, school=alder, by=tara, at=monday_morning)

    counts = []
    for start, count in ((0, 2), (2, 18)):
        fill(start, count)
        client.get("/policies/schools/alder-primary/")
        with django_assert_max_num_queries(12) as captured:
            client.get("/policies/schools/alder-primary/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_more_schools_cost_no_more_queries(
    browse: Browse, alder: School, people: People, monday_morning: dt.datetime, django_assert_max_num_queries: Callable
) -> None:
    client = browse("tara")
    counts = []
    for number in (0, 18):
        for place in range(number):
            with schema_context("public"):
                School.objects.create(
                slug=f"school-{place}", schema_name=f"school_{place}", name=f"School {place}", phase="primary",
                opened_at=monday_morning, go_live_date=TERM,
            )  # fmt: skip
        with django_assert_max_num_queries(12) as captured:
            client.get("/policies/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
