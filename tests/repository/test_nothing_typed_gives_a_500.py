"""Whatever stands in an address, a query or a form, a page answers; nothing anybody types is an error of ours."""

import datetime as dt
import json
import re
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from itertools import cycle
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from django.test import Client

from letters.gateways import pdf
from tests.factories import make_contact, make_group, make_mark, make_pupil, make_session
from tests.pages import Page, all_pages
from tests.people import People

TODAY = dt.date(2026, 11, 23)
NUMBERS = ["9223372036854775808", "9" * 5000]
WORDS = ["%00", "%FF", "9999-12-31", "0001-01-01", "%F0%9F%92%A9"]
TYPED = [b"\0", b"\xff", b"x" * 2100, b"9" * 5000, b"0001-01-01", b"9999-12-31", b"late"]
PRESSED = [b"everyone-" + b"9" * 5000, b"here-" + b"9" * 30 + b"-0", b"here-" + b"9" * 5000 + b"-1", b"here-1-1", b"x"]
ASKED = ("page", "show", "state", "half", "mark", "year", "kind", "rule", "owner", "q", "sort", "next", "projector")
PARTS = 4
FORBIDDEN = 403
REFUSED = {FORBIDDEN, 404, 405}  # before anything of the query is read
FIELD = re.compile(r"""name=["']?([\w-]+)""")
ARGUMENT = re.compile(r"<(?:(\w+):)?\w+>")


drawn_once = cache(pdf.render)


@pytest.fixture(autouse=True)
def _drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw each document once: one that an odd word leaves as it was takes a second, and comes out the same."""
    monkeypatch.setattr(pdf, "render", drawn_once)


@pytest.fixture
def inside(people: People) -> dict[str, int]:
    """Give Alder a pupil with a contact, a mark of this morning and a register; return their numbers."""
    group = make_group()
    pupil = make_pupil(group=group)
    make_contact(pupil)
    mark = make_mark(pupil, make_session(TODAY), "N", by=people.tess, group=group)
    tess = people.user("tess")
    return {
        "pupil_id": pupil.pk, "mark_id": mark.pk, "pk": mark.register_id, "group_id": group.pk,
        "person_id": tess.pk, "membership_id": tess.memberships.get().pk,
    }  # fmt: skip


class Answer(NamedTuple):
    """What is wrong with an answer (nothing, or the page and what was raised), and what the page read to give it."""

    wrong: list[str]
    read_the_query: bool = True
    read_the_form: bool = True


def answer(client: Client, method: str, address: str, **sent: object) -> Answer:
    """Ask for a page, and return how it was answered."""
    asked = f"{method} {address[:90]} {str(sent)[:90]}"
    try:
        response = getattr(client, method)(address, **sent)
    except Exception as error:  # a person would have seen a 500
        return Answer([f"{asked}: {type(error).__name__}: {str(error)[:90]}"])
    status, request = response.status_code, response.wsgi_request
    wrong = [f"{asked}: {status}"] if status >= 500 and status != 503 else []
    return Answer(wrong, read_the_query="GET" in vars(request), read_the_form=request._read_started)


def answers(client: Client, method: str, address: str, **sent: object) -> list[str]:
    """Return what is wrong with the answer."""
    return answer(client, method, address, **sent).wrong


def some_of(part: int) -> list[Page]:
    """Return every fourth page, from one of the first four: what takes minutes together is shared among workers."""
    return list(all_pages())[part::PARTS]


def form(fields: dict[str, bytes]) -> dict[str, str]:
    """Return what a browser sends for a form, byte for byte."""
    return {"data": urlencode(fields), "content_type": "application/x-www-form-urlencoded"}


def odd_addresses(page: Page) -> Iterator[str]:
    """Yield addresses of a page with something odd in each place."""
    prefix = "/s/alder-primary/" if page.in_school else "/"
    for number, word in zip(cycle(NUMBERS), WORDS, strict=False):
        odd = {"int": number}
        yield prefix + ARGUMENT.sub(lambda found, odd=odd, word=word: odd.get(found[1], word), page.route)


@pytest.mark.parametrize("name", ["ben", "tara"])
def test_an_odd_address_is_answered(inside: dict[str, int], browse: Callable[[str], Client], name: str) -> None:
    client, wrong = browse(name), []
    for page in all_pages():
        if "<" in page.route:
            for address in dict.fromkeys(odd_addresses(page)):
                wrong += answers(client, "get", address)
    for address in ("/s/%00/", "/s/%FF/today/", "/%00", "/people/?q=%00"):
        wrong += answers(client, "get", address)
    assert not wrong


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", ["ben", "tess", "tara"])
def test_an_odd_query_is_answered(
    inside: dict[str, int], browse: Callable[[str], Client], name: str, part: int
) -> None:
    client, wrong = browse(name), []
    for page in some_of(part):
        address = page.address(**inside)
        if "logout" in page.route or client.get(address).status_code in REFUSED:
            continue
        for odd in ("9" * 30, "9999", "0001", "²"):
            given = answer(client, "get", address, data=dict.fromkeys(ASKED, odd))
            wrong += given.wrong
            if not given.read_the_query:
                break  # a page that reads none of a query answers any other the same
    assert not wrong


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", ["ben", "tess"])
def test_an_odd_form_is_answered(inside: dict[str, int], browse: Callable[[str], Client], name: str, part: int) -> None:
    client, wrong = browse(name), []
    for page in some_of(part):
        if page.name in {"accounts:logout", "accounts:login"} or page.name.startswith("people:deactivate"):
            continue
        address = page.address(**inside)
        drawn = client.get(address)
        if drawn.status_code == FORBIDDEN:
            continue
        fields = set(FIELD.findall(drawn.content.decode(errors="replace"))) - {"csrfmiddlewaretoken"}
        pupil = inside["pupil_id"]
        fields |= {"do", "ticket", "outcome", "because", "words", "reviewed", "first_date", "last_date", "asked_on",
            "grant-first_date", "grant-last_date", "grant-reason", "refuse-reason", "owner", "due_date", "stage",
            f"mark-{pupil}", f"more-{pupil}", f"time-{pupil}", f"seen-{pupil}", f"nature-{pupil}"}  # fmt: skip
        for odd in TYPED:
            given = answer(client, "post", address, **form(dict.fromkeys(sorted(fields), odd)))
            wrong += given.wrong
            if not given.read_the_form:
                break  # refused, or not found, before anything of a form is read
        for button in PRESSED if page.name == "registers:take" else ():
            wrong += answers(client, "post", address, **form({"do": button}))
    assert not wrong


def test_an_odd_save_of_marks_is_answered(inside: dict[str, int], browse: Callable[[str], Client]) -> None:
    client, wrong = browse("tess"), []
    address = f"/s/alder-primary/api/registers/{inside['pk']}/marks/"
    good = {"pupil": inside["pupil_id"], "code": "/", "base": 1, "made_at": "2026-11-23T08:50:00Z"}
    odd: list[object] = [
        None,
        True,
        [],
        {},
        "",
        "\0",
        "\ud800",
        -1,
        10**30,
        1e308,
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59Z",
    ]
    for field in (*good, "arrived_at", "minutes_late", "nature", "reason", "comment"):
        for value in odd:
            body = json.dumps({"key": str(uuid.uuid4()), "register": inside["pk"], "rows": [{**good, field: value}]})
            wrong += answers(client, "post", address, data=body, content_type="application/json")
    for body in ("", "[", "null", "3", '{"key": 1}', "[" * 5000, "\xff", '{"rows": "x"}', "9" * 5000):
        wrong += answers(client, "post", address, data=body.encode("latin-1"), content_type="application/json")
    assert not wrong
