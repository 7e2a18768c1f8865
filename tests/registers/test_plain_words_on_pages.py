"""What happened is said in plain words on the pupil's page, with what each choice does to the figures."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from registers.models import Mark, Pupil
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import People

FRIDAY = dt.date(2026, 11, 20)
Browse = Callable[[str], Client]


@pytest.fixture
def mark(people: People) -> Mark:
    """Return an unexplained absence of a pupil aged ten."""
    pupil = make_pupil(group=make_group(), dob=dt.date(2016, 3, 4))
    return make_mark(pupil, make_session(FRIDAY), "N", by=people.tess)


def amend_page(pupil: Pupil, mark: Mark) -> str:
    return f"/s/alder-primary/pupils/{pupil.pk}/marks/{mark.pk}/amend/"


def test_words_alone_are_the_code_and_the_reason(mark: Mark, browse: Browse) -> None:
    reply = browse("alma").post(amend_page(mark.pupil, mark), {"words": "Ill"})
    mark.refresh_from_db()
    assert (reply.status_code, mark.code) == (200, "I")
    assert mark.amendments.get().reason == "Ill"
    assert "morning: authorised absence" in " ".join(reply.text.split())


def test_a_code_counts_before_the_words(mark: Mark, browse: Browse) -> None:
    browse("alma").post(amend_page(mark.pupil, mark), {"words": "Ill", "code": "M", "reason": "Dentist at nine"})
    mark.refresh_from_db()
    assert (mark.code, mark.amendments.get().reason) == ("M", "Dentist at nine")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Choose what happened, or a code."),
        ({"code": "I"}, "Give a reason"),
        ({"words": "Abducted"}, "Select a valid choice"),
        ({"words": "Another unavoidable cause"}, "needs its nature written down"),
        ({"words": "Leave granted as exceptional"}, "asked for in advance and granted"),
    ],
)
def test_what_is_missing_is_said_beside_the_field(
    mark: Mark, browse: Browse, given: dict[str, str], words: str
) -> None:
    reply = browse("alma").post(amend_page(mark.pupil, mark), given)
    mark.refresh_from_db()
    assert (reply.status_code, mark.code) == (422, "N")
    assert words in reply.text


def test_each_choice_says_what_it_does_and_only_what_the_role_may_enter_is_there(mark: Mark, browse: Browse) -> None:
    where = f"/s/alder-primary/pupils/{mark.pupil_id}/?mark={mark.pk}"
    officer, office = (browse(name).get(where).text for name in ("alma", "olly"))
    for line in ("Ill (I): authorised absence", "Holiday not agreed (G): unauthorised absence"):
        assert line in officer
    assert "At the other school (D): not counted" in office
    assert "Holiday not agreed" not in office


def test_the_offices_register_says_what_each_code_does(mark: Mark, browse: Browse) -> None:
    page = browse("olly").get(f"/s/alder-primary/registers/{mark.register_id}/").text
    assert "I Illness: authorised absence" in page
    assert "Y4 Unable to attend: session cancelled: not counted" in page
