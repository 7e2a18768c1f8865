"""Where the page's frame says a person may go: just the pages their role opens, each of which is there."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from attendance_mat.accounts.addresses import public_url, school_url
from tests.people import CAST, People


def links(page: str, *, within: str) -> list[str]:
    """Return the addresses in one part of the page's head."""
    found = re.search(rf"<{within}.*?</{within.partition(' ')[0]}>", page, re.DOTALL)
    return re.findall(r'href="([^"]+)"', found[0]) if found else []


@pytest.mark.parametrize("name", [name for name in CAST if name not in {"cass", "tara", "tomas"}])
def test_a_role_is_led_only_to_pages_it_opens(browse: Callable[[str], Client], name: str) -> None:
    client = browse(name)
    listed = links(client.get("/s/alder-primary/", follow=True).text, within='nav class="main-navigation"')
    assert {address: client.get(address).status_code for address in listed} == dict.fromkeys(listed, 200)


@pytest.mark.parametrize(
    ("name", "first"), [("tess", "registers"), ("hana", "registers"), ("alma", "Today"), ("tomas", "All schools")]
)
def test_the_first_place_is_the_one_a_role_works_on(browse: Callable[[str], Client], name: str, first: str) -> None:
    page = browse(name).get("/s/alder-primary/" if name != "tomas" else "/s/alder-primary/figures/", follow=True).text
    navigation = page.partition('class="main-navigation"')[2]
    assert first in navigation.partition("</li>")[0]


@pytest.mark.parametrize("name", ["tara", "tomas"])
def test_the_trust_is_led_from_its_page_into_a_school_and_back(browse: Callable[[str], Client], name: str) -> None:
    client = browse(name)
    for address in ("/trust/", "/s/alder-primary/figures/"):
        page = client.get(address).text
        listed = links(page, within='nav class="main-navigation"') + links(page, within='details class="switcher"')
        assert "/trust/" in listed
        assert {found: client.get(found, follow=True).status_code for found in listed} == dict.fromkeys(listed, 200)


def test_the_page_in_use_is_marked(browse: Callable[[str], Client]) -> None:
    page = browse("ben").get("/s/alder-primary/people/").text
    assert '<a href="/s/alder-primary/people/" aria-current="page">People</a>' in page


def test_someone_of_one_school_has_nothing_to_switch_to(browse: Callable[[str], Client]) -> None:
    assert "switcher-only" in browse("ben").get("/s/alder-primary/people/").text


def test_the_school_in_use_is_marked_in_the_switcher(browse: Callable[[str], Client]) -> None:
    page = browse("tomas").get("/s/alder-primary/figures/").text
    assert '<a href="/s/alder-primary/figures/" aria-current="true">Alder Primary School</a>' in page


def test_addresses_cross_between_the_trust_and_a_school(people: People) -> None:
    assert public_url("reporting:trust") == "/trust/"
    assert public_url("accounts:join", secret="abc") == "/join/abc/"
    assert school_url(people.birch.slug, "people:person", person_id=7) == "/s/birch-high/people/7/"
