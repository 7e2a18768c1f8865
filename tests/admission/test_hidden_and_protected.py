"""Hidden pupils, the people named for them, and which role may see which fact of protection or of means."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from attendance_mat.admission.actions import groups, hiding
from attendance_mat.admission.models import AdmissionAmendment, NamedPerson
from registers.models import Characteristic, Professional, Pupil
from tests.admission.entering import WHY, entry_of
from tests.factories import make_contact, make_group, make_mark, make_pupil, make_session
from tests.pages import pages
from tests.people import People

Browse = Callable[[str], Client]
TODAY = dt.date(2026, 11, 23)
PUPILS = "/s/alder-primary/pupils/"


@pytest.fixture
def pupil(people: People) -> Pupil:
    """Return a pupil, absent this morning, whose surname stands nowhere else."""
    pupil = make_pupil(surname="Quillfeather", group=make_group())
    make_contact(pupil, name="Astrid Quillfeather")
    make_mark(pupil, make_session(TODAY), "N", by=people.tess)
    return pupil


@pytest.fixture
def hidden(pupil: Pupil, browse: Browse) -> Pupil:
    assert browse("sadie").post(entry_of(pupil, "hide/"), {"reason": "A threat to the family"}).status_code == 302
    return Pupil.objects.get(pk=pupil.pk)


# A register, and so the sheet it is written on, lists every child of its class: none may be lost (decision 11).
LISTS_EVERYBODY = {"registers:print-registers"}


def name(person: str, pupil: Pupil, browse: Browse, people: People) -> None:
    reply = browse("sadie").post(entry_of(pupil, "named/add/"), {"user": people.user(person).pk})
    assert reply.status_code == 302


def test_the_lead_hides_a_pupil_and_lets_everyone_find_them_again(hidden: Pupil, browse: Browse) -> None:
    assert hidden.hidden
    browse("sadie").post(entry_of(hidden, "hide/"), {"reason": "The threat is over"})
    assert not Pupil.objects.get(pk=hidden.pk).hidden
    assert [row.amended for row in AdmissionAmendment.objects.filter(particular="hidden")] == ["Yes", "No"]
    assert "A threat to the family" not in browse("olly").get(entry_of(hidden)).text
    assert "A threat to the family" in browse("ben").get(entry_of(hidden)).text


def test_hiding_needs_a_reason_and_asked_twice_is_done_once(
    pupil: Pupil, browse: Browse, people: People, monday_morning: dt.datetime
) -> None:
    assert browse("sadie").post(entry_of(pupil, "hide/"), {"reason": " "}).status_code == 422
    for _ in range(2):
        hiding.set_hidden(pupil, hidden=True, reason="A threat", by=people.member("sadie"), at=monday_morning)
    assert AdmissionAmendment.objects.filter(particular="hidden").count() == 1


@pytest.mark.parametrize("who", ["olly", "alma", "ben", "tara"])
def test_only_the_safeguarding_lead_hides_and_names(pupil: Pupil, browse: Browse, people: People, who: str) -> None:
    assert browse(who).post(entry_of(pupil, "hide/"), {"reason": "A threat"}).status_code == 403
    assert browse(who).post(entry_of(pupil, "named/add/"), {"user": people.user("olly").pk}).status_code == 403


def test_no_page_of_the_school_shows_a_hidden_pupil_to_someone_not_named(hidden: Pupil, browse: Browse) -> None:
    # An attendance officer may open nearly every page, so that a page forgotten would be found here.
    alma = browse("alma")
    alone = [page for page in pages(in_school=True) if "<" not in page.route and page.name not in LISTS_EVERYBODY]
    replies = {page.name: alma.get(page.address()) for page in alone}
    assert sum(reply.status_code == 200 for reply in replies.values()) > 10
    assert [each for each, reply in replies.items() if b"Quillfeather" in reply.content] == []


def test_no_page_about_a_hidden_pupil_is_found_by_someone_not_named(hidden: Pupil, browse: Browse) -> None:
    alma = browse("alma")
    about = [page for page in pages(in_school=True) if "<int:pupil_id>" in page.route]
    assert len(about) > 10
    for page in about:
        assert alma.get(page.address(pupil_id=hidden.pk)).status_code in {403, 404, 405}, page.name


def test_who_is_named_finds_the_pupil_until_the_naming_ends(hidden: Pupil, browse: Browse, people: People) -> None:
    olly = browse("olly")
    search = {"words": "Quillfeather"}
    assert "Nobody found" in olly.post(PUPILS, search).text
    assert olly.get(entry_of(hidden)).status_code == 404
    # When the lead names them
    name("olly", hidden, browse, people)
    # Then they find the pupil, and nobody else does
    assert "Quillfeather" in olly.post(PUPILS, search).text
    assert olly.get(entry_of(hidden)).status_code == 200
    assert browse("alma").get(entry_of(hidden)).status_code == 404
    # And from the moment it ends, the same day, they do not
    named = NamedPerson.objects.get()
    for _ in range(2):
        browse("sadie").post(entry_of(hidden, f"named/{named.pk}/end/"))
    assert olly.get(entry_of(hidden)).status_code == 404
    assert "Olly Frost, named" not in browse("sadie").get(entry_of(hidden)).text


def test_a_person_is_named_once_and_is_of_the_school(hidden: Pupil, browse: Browse, people: People) -> None:
    name("olly", hidden, browse, people)
    again = browse("sadie").post(entry_of(hidden, "named/add/"), {"user": people.user("olly").pk})
    assert "This person is named already." in again.text
    stranger = browse("sadie").post(entry_of(hidden, "named/add/"), {"user": people.user("cass").pk})
    assert "Choose one of the school&#x27;s people." in stranger.text


GROUPS = {
    "Looked after": "looked_after", "Child protection plan": "child_protection", "Free school meals": "fsm",
    "Pupil premium": "pupil_premium", "English as an additional language": "eal",
}  # fmt: skip
ALL = set(GROUPS)
OFFICE = {"Free school meals", "Pupil premium", "English as an additional language"}


@pytest.mark.parametrize(
    ("who", "sees"),
    [("sadie", ALL), ("ben", ALL), ("alma", OFFICE), ("olly", OFFICE), ("tara", {"English as an additional language"})],
)
def test_which_group_a_role_may_see(pupil: Pupil, browse: Browse, who: str, sees: set[str]) -> None:
    for kind in GROUPS.values():
        Characteristic.objects.create(pupil=pupil, kind=kind, from_date=TODAY)
    Professional.objects.create(pupil=pupil, kind="social_worker", name="Wren Castle", from_date=TODAY)
    page = browse(who).get(entry_of(pupil)).text
    assert {label for label in GROUPS if label in page} == sees
    assert ("Wren Castle" in page) is (sees == ALL)


def test_a_group_is_added_and_ended_with_its_dates(pupil: Pupil, browse: Browse) -> None:
    sadie, entered = browse("sadie"), {"kind": "child_in_need", "from_date": "2026-11-02", **WHY}
    assert sadie.post(entry_of(pupil, "groups/add/"), entered).status_code == 302
    twice = sadie.post(entry_of(pupil, "groups/add/"), entered)
    assert "End that first, or begin after it." in twice.text
    row = Characteristic.objects.get()
    end = entry_of(pupil, f"groups/{row.pk}/end/")
    assert "comes after the first day" in sadie.post(end, {"until_date": "2026-11-02", **WHY}).text
    assert sadie.post(end, {"until_date": "2026-11-20", **WHY}).status_code == 302
    assert "ended already" in sadie.post(end, {"until_date": "2026-11-21", **WHY}).text
    assert sadie.post(entry_of(pupil, "groups/add/"), {**entered, "from_date": "2026-11-23"}).status_code == 302
    assert "Child in need" in sadie.get(entry_of(pupil)).text
    assert "Child in need" not in browse("olly").get(entry_of(pupil)).text


def test_support_for_special_educational_needs_is_of_a_kind(pupil: Pupil, browse: Browse) -> None:
    add, sen = entry_of(pupil, "groups/add/"), {"kind": "sen", "from_date": "2026-11-02", **WHY}
    assert "Choose K or E" in browse("olly").post(add, sen).text
    assert browse("olly").post(add, {**sen, "value": "K"}).status_code == 302
    assert browse("olly").post(add, {**sen, "kind": "eal", "value": "K"}).status_code == 302
    assert set(Characteristic.objects.values_list("kind", "value")) == {("sen", "K"), ("eal", "")}


def test_a_worker_is_named_and_ended_by_those_who_see_protection(pupil: Pupil, browse: Browse) -> None:
    sadie, add = browse("sadie"), entry_of(pupil, "workers/add/")
    entered = {"kind": "youth_offending", "name": "Wren Castle", "phone": "01632 960111", "from_date": "2026-11-02"}
    assert "Enter the worker&#x27;s name." in sadie.post(add, {**entered, **WHY, "name": " "}).text
    assert sadie.post(add, {**entered, **WHY}).status_code == 302
    row = Professional.objects.get()
    end = entry_of(pupil, f"workers/{row.pk}/end/")
    assert browse("olly").get(add).status_code == 404
    assert browse("olly").post(end, {"until_date": "2026-11-20", **WHY}).status_code == 404
    assert sadie.post(end, {"until_date": "2026-11-20", **WHY}).status_code == 302
    assert "Wren Castle" in sadie.get(entry_of(pupil)).text


def test_a_kind_one_may_not_see_one_may_not_enter_or_end(
    pupil: Pupil, browse: Browse, people: People, monday_morning: dt.datetime
) -> None:
    entered = {"kind": "looked_after", "from_date": "2026-11-02", **WHY}
    assert "Select a valid choice." in browse("olly").post(entry_of(pupil, "groups/add/"), entered).text
    with pytest.raises(PermissionDenied):
        groups.add_characteristic(
            pupil, kind="looked_after", from_date=TODAY, reason="Told", by=people.member("olly"), at=monday_morning
        )
    with pytest.raises(ValidationError):
        groups.add_characteristic(
            pupil, kind="eal", from_date=TODAY, reason=" ", by=people.member("olly"), at=monday_morning
        )
    row = Characteristic.objects.create(pupil=pupil, kind="looked_after", from_date=TODAY)
    assert browse("olly").get(entry_of(pupil, f"groups/{row.pk}/end/")).status_code == 404
