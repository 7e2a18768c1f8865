"""Whoever keeps a school's records places and lifts legal holds on a page."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from attendance_mat.accounts.member import Member
from attendance_mat.keeping.actions.holding import lift_hold, place_hold
from attendance_mat.keeping.models import LegalHold
from tests.conftest import MONDAY_MORNING
from tests.factories import make_pupil
from tests.people import People

Browse = Callable[[str], Client]
PAGE = "/s/alder-primary/records/holds/"
LOGGING_IN = 6


def held(by: Member, count: int) -> None:
    for _ in range(count):
        place_hold(pupil=make_pupil(), reason="Claim", by=by, at=MONDAY_MORNING)


@pytest.mark.parametrize("size", [2, 20])
def test_the_page_of_holds_asks_the_same_for_two_as_for_twenty(
    people: People, browse: Browse, django_assert_num_queries: Callable[[int], object], size: int
) -> None:
    client = browse("ben")
    held(people.ben, size)
    client.get(PAGE)  # the policy is read once
    with django_assert_num_queries(LOGGING_IN + 3):
        assert client.get(PAGE).status_code == 200


def test_a_hold_is_placed_and_lifted_on_the_page(people: People, browse: Browse) -> None:
    client, pupil = browse("dov"), make_pupil(surname="Ashdown", hidden=True)
    refused = client.post(PAGE, {"covers": "pupil", "number": "Z999", "reason": "  "})
    assert refused.status_code == 422
    assert "No pupil has that number." in refused.text
    assert "Give the reason" in refused.text

    said = client.post(PAGE, {"covers": "pupil", "number": pupil.upn, "reason": "Claim 7"}, follow=True).text
    assert "The hold is placed." in said
    assert "Ashdown" not in said  # the pupil is hidden, and Dov may not find them
    assert "Ashdown" in browse("ben").get(PAGE).text
    hold = LegalHold.objects.get()
    assert (hold.pupil, hold.placed_by_name) == (pupil, "Dov Pike")

    assert client.post(f"{PAGE}{hold.pk}/lift/", {"because": ""}).status_code == 422
    assert "The hold is lifted." in client.post(f"{PAGE}{hold.pk}/lift/", {"because": "Settled"}, follow=True).text
    assert client.get(f"{PAGE}{hold.pk}/lift/").status_code == 404


@pytest.mark.parametrize("name", ["tess", "alma", "olly", "cass"])
def test_others_find_no_holds(people: People, browse: Browse, name: str) -> None:
    held(people.ben, 1)
    client = browse(name)
    for address in (PAGE, f"{PAGE}{LegalHold.objects.get().pk}/lift/"):
        assert client.get(address).status_code in {403, 404}


def test_a_hold_is_placed_with_a_reason_and_lifted_once_with_one(people: People) -> None:
    with pytest.raises(ValidationError, match="Give the reason"):
        place_hold(pupil=None, reason=" ", by=people.ben, at=MONDAY_MORNING)
    hold = place_hold(pupil=None, reason="Claim", by=people.ben, at=MONDAY_MORNING)
    with pytest.raises(ValidationError, match="Give the reason"):
        lift_hold(hold, because=" ", by=people.ben, at=MONDAY_MORNING)
    lift_hold(hold, because="Settled", by=people.ben, at=MONDAY_MORNING)
    with pytest.raises(ValidationError, match="lifted already"):
        lift_hold(hold, because="Settled", by=people.ben, at=MONDAY_MORNING)
