"""Groups of the school's own: dated, with reasons, seen by those they are made for, and unknown to every register."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client

from attendance_mat.admission.actions import own_groups as actions
from attendance_mat.admission.models import OwnGroup, OwnGroupPlace
from attendance_mat.audit.models import AuditEvent, Event
from registers.models import Assignment, FamilyTie, Group, GroupMember, Pupil, RollPeriod
from tests.admission.entering import entry_of
from tests.factories import make_contact, make_group, make_mark, make_pupil, make_session
from tests.people import SINCE, People

Browse = Callable[[str], Client]
TODAY = dt.date(2026, 11, 23)
ONE_DAY = dt.timedelta(days=1)
GROUPS = "/s/alder-primary/own-groups/"
FIGURES = "/s/alder-primary/figures/"
LOG_IN = 6  # session, person, school and membership, and the schema selected twice
WHY = "Needs somebody to talk to"
MENTORING = {"name": "Mentoring", "purpose": "A weekly talk.", "seen_by": "pupils", "from_date": "2026-11-02"}


@pytest.fixture
def pupil(people: People) -> Pupil:
    """Return a pupil of Tutu's group."""
    group = make_group("4A")
    Assignment.objects.create(user=people.user("tutu"), group=group, weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    pupil = make_pupil(surname="Quillfeather", group=group)
    make_contact(pupil)
    return pupil


@pytest.fixture
def make(people: People, monday_morning: dt.datetime) -> Callable[..., OwnGroup]:
    """Return a function that makes a group, seen by whom it says."""

    def make(**given: Any) -> OwnGroup:
        asked = {**MENTORING, "from_date": dt.date(2026, 11, 2), **given}
        return actions.make_own_group(**asked, by=people.alma, at=monday_morning)

    return make


@pytest.fixture
def put(people: People, monday_morning: dt.datetime) -> Callable[..., list[OwnGroupPlace]]:
    """Return a function that puts pupils in a group."""

    def put(group: OwnGroup, *pupils: Pupil, on: dt.date = TODAY, reason: str = WHY, by: str = "alma") -> Any:
        return actions.put_in(group, pupils, from_date=on, reason=reason, by=people.member(by), at=monday_morning)

    return put


def test_a_group_is_made_pupils_are_put_in_and_taken_out_on_the_pages(pupil: Pupil, browse: Browse) -> None:
    olly = browse("olly")
    assert GROUPS in olly.get("/s/alder-primary/pupils/").text
    assert f"{GROUPS}make/" in olly.get(GROUPS).text
    reply = olly.post(f"{GROUPS}make/", MENTORING, follow=True)
    group = OwnGroup.objects.get()
    assert "Put pupils in Mentoring" in reply.text

    here = f"{GROUPS}{group.pk}/"
    found = olly.post(f"{here}put-in/", {"do": "find", "words": "quill"})
    assert (found.status_code, "Quillfeather" in found.text) == (200, True)
    asked = {"do": "put", "words": "quill", "pupils": [pupil.pk], "from_date": "2026-11-23", "reason": WHY}
    assert olly.post(f"{here}put-in/", asked).status_code == 302
    assert WHY in olly.get(here).text
    assert "Mentoring</a>, from Mon 23 Nov 2026" in olly.get(entry_of(pupil)).text

    place = OwnGroupPlace.objects.get()
    out = entry_of(pupil, f"own-groups/{place.pk}/take-out/")
    assert out in olly.get(entry_of(pupil)).text
    assert olly.post(out, {"until_date": "2026-11-30", "reason": ""}).status_code == 422
    assert olly.post(out, {"until_date": "2026-11-30", "reason": "Settled again"}).status_code == 302
    place.refresh_from_db()
    assert (place.until_date, place.taken_out_by_name, place.taken_out_because) == (
        dt.date(2026, 11, 30), "Olly Frost", "Settled again",
    )  # fmt: skip
    assert "Settled again" in olly.get(entry_of(pupil)).text
    kinds = AuditEvent.objects.filter(kind__in=[Event.OWN_GROUP_MADE, Event.PUT_IN_OWN_GROUP,
        Event.TAKEN_OUT_OF_OWN_GROUP]).order_by("pk").values_list("kind", "by_name")  # fmt: skip
    assert [name for _, name in kinds] == ["Olly Frost"] * 3


def test_a_group_is_ended_with_everybody_s_time_in_it(
    pupil: Pupil, browse: Browse, make: Callable[..., OwnGroup], put: Callable[..., Any]
) -> None:
    group = make()
    put(group, pupil)
    end = f"{GROUPS}{group.pk}/end/"
    alma = browse("alma")

    early = alma.post(end, {"until_date": "2026-11-23", "reason": "No mentor"})
    assert (early.status_code, "A pupil is put in from Mon 23 Nov 2026." in early.text) == (422, True)
    assert "End Mentoring" in alma.get(end).text
    assert alma.post(end, {"until_date": "2026-11-24", "reason": "No mentor"}).status_code == 302
    again = alma.post(end, {"until_date": "2026-11-25", "reason": "No mentor"})
    assert (again.status_code, "ended already" in again.text) == (422, True)

    assert OwnGroupPlace.objects.get().until_date == dt.date(2026, 11, 24)
    assert "No mentor" in alma.get(f"{GROUPS}{group.pk}/").text
    with pytest.raises(ValidationError, match="has an end already"):
        put(group, make_pupil())
    make()  # its name is free again


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"pupils": []}, "Tick at least one pupil."),
        ({"pupils": [987654321]}, "Tick only pupils that are listed."),
        ({"reason": "  "}, "Give the reason"),
        ({"from_date": "2026-11-01"}, "The group begins on Mon 2 Nov 2026."),
        ({"from_date": "soon"}, "Enter a date like 23/11/2026."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    pupil: Pupil, browse: Browse, make: Callable[..., OwnGroup], given: dict[str, Any], said: str
) -> None:
    group = make()
    asked = {"do": "put", "words": "quill", "pupils": [pupil.pk], "from_date": "2026-11-23", "reason": WHY}
    reply = browse("alma").post(f"{GROUPS}{group.pk}/put-in/", {**asked, **given})

    assert (reply.status_code, said in reply.text) == (422, True)
    assert "Quillfeather" in reply.text
    assert not OwnGroupPlace.objects.exists()


def test_who_finds_nobody_is_told_so_and_who_enters_nothing_is_asked(
    pupil: Pupil, browse: Browse, make: Callable[..., OwnGroup]
) -> None:
    here = f"{GROUPS}{make().pk}/put-in/"
    assert "Nobody found" in browse("alma").post(here, {"do": "find", "words": "zzz"}).text
    assert browse("alma").post(here, {"do": "find", "words": ""}).status_code == 422
    assert browse("alma").get(here).status_code == 200


def test_a_name_is_given_to_one_group_at_a_time(browse: Browse, make: Callable[..., OwnGroup]) -> None:
    make()
    reply = browse("alma").post(f"{GROUPS}make/", {**MENTORING, "name": "mentoring"})
    assert (reply.status_code, "has a group of this name already" in reply.text) == (422, True)
    assert browse("alma").post(f"{GROUPS}make/", {**MENTORING, "seen_by": ""}).status_code == 422


def test_a_pupil_is_in_a_group_once_at_a_time_and_may_come_back(
    pupil: Pupil, people: People, make: Callable[..., OwnGroup], put: Callable[..., Any], monday_morning: dt.datetime
) -> None:
    group = make()
    (place,) = put(group, pupil)
    with pytest.raises(ValidationError, match="is in the group from Mon 23 Nov 2026 already"):
        put(group, make_pupil(), pupil)
    assert OwnGroupPlace.objects.count() == 1  # all or none

    until = TODAY + dt.timedelta(days=7)
    for day, why in ((TODAY, "x"), (until, " ")):
        with pytest.raises(ValidationError):
            actions.take_out(place, until_date=day, reason=why, by=people.alma, at=monday_morning)
    actions.take_out(place, until_date=until, reason="Settled", by=people.alma, at=monday_morning)
    with pytest.raises(ValidationError, match="ended already"):
        actions.take_out(place, until_date=until, reason="Settled", by=people.alma, at=monday_morning)
    with pytest.raises(ValidationError):
        put(group, pupil, on=until - ONE_DAY)
    put(group, pupil, on=until)
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnGroupPlace.objects.create(group=group, pupil=pupil, from_date=until, put_in_because="x",
            put_in_by=people.alma.user, put_in_by_name="x", put_in_by_role="x", put_in_at=monday_morning)  # fmt: skip


def test_nobody_puts_their_own_family_in_or_takes_them_out(
    pupil: Pupil, people: People, make: Callable[..., OwnGroup], put: Callable[..., Any], monday_morning: dt.datetime
) -> None:
    group = make()
    (place,) = put(group, pupil)
    FamilyTie.objects.create(user=people.user("olly"), pupil=pupil)
    with pytest.raises(ValidationError, match="family"):
        put(group, pupil, by="olly")
    with pytest.raises(ValidationError, match="family"):
        actions.take_out(place, until_date=TODAY + ONE_DAY, reason="x", by=people.member("olly"), at=monday_morning)


def test_a_group_for_the_office_and_leaders_is_seen_by_no_tutor(
    pupil: Pupil, browse: Browse, people: People, make: Callable[..., OwnGroup], put: Callable[..., Any]
) -> None:
    theirs, everybody_s = make(name="Watched", seen_by="office"), make()
    put(theirs, pupil)
    put(everybody_s, pupil)
    for name in ("olly", "alma", "ben", "sadie"):
        assert "Watched" in browse(name).get(GROUPS).text
    for name in ("tutu", "hana"):
        assert "Watched" not in browse(name).get(GROUPS).text
        assert browse(name).get(f"{GROUPS}{theirs.pk}/").status_code == 404
    assert "Quillfeather" in browse("tutu").get(f"{GROUPS}{everybody_s.pk}/").text

    Assignment.objects.create(user=people.user("hana"), year=4, weekdays=[0, 1, 2, 3, 4], from_date=SINCE)
    entry = browse("hana").get(entry_of(pupil)).text
    assert ("Mentoring" in entry, "Watched" in entry) == (True, False)


def test_who_sees_some_pupils_sees_only_those_in_a_group(
    pupil: Pupil, browse: Browse, make: Callable[..., OwnGroup], put: Callable[..., Any]
) -> None:
    group = make()
    hidden = make_pupil(surname="Secretarybird", hidden=True)
    gone = make_pupil(surname="Goneaway", until_date=dt.date(2026, 11, 10))
    put(group, pupil, make_pupil(surname="Otherclass"), hidden, gone)

    seen = browse("tutu").get(f"{GROUPS}{group.pk}/").text
    assert ("Quillfeather" in seen, "Otherclass" in seen) == (True, False)
    office = browse("olly").get(f"{GROUPS}{group.pk}/").text
    assert ("Otherclass" in office, "Secretarybird" in office, "Goneaway" in office) == (True, False, False)
    assert "Put pupils in" not in seen


@pytest.mark.parametrize(("name", "sees", "changes"), [("tess", 403, 403), ("tutu", 200, 403), ("cass", 404, 404),
    ("dov", 403, 403), ("tara", 200, 403)])  # fmt: skip
def test_who_may_see_and_who_may_change(
    browse: Browse, make: Callable[..., OwnGroup], name: str, sees: int, changes: int
) -> None:
    here = f"{GROUPS}{make().pk}/"
    client = browse(name)
    assert client.get(here).status_code == sees
    for page in (f"{GROUPS}make/", f"{here}put-in/", f"{here}end/"):
        assert client.post(page, {}).status_code == changes


def test_no_register_taker_or_chooser_of_groups_knows_of_it(
    pupil: Pupil, browse: Browse, make: Callable[..., OwnGroup], put: Callable[..., Any]
) -> None:
    make_session(TODAY)
    put(make(name="Zephyrs"), pupil)

    assert [group.name for group in Group.objects.all()] == ["4A"]
    assert GroupMember.objects.filter(pupil=pupil).count() == 1
    for page in ("today/", "takers/", "kept/", "closures/", "exams/", "paper/", "cover/", "records/extract/"):
        reply = browse("ben").get(f"/s/alder-primary/{page}")
        assert (page, reply.status_code, "Zephyrs" in reply.text) == (page, 200, False)
    said = browse("tutu").get("/s/alder-primary/").text
    assert ("4A" in said, "Zephyrs" in said) == (True, False)


def test_the_figures_count_each_group_on_the_days_a_pupil_was_in_it(
    pupil: Pupil, browse: Browse, people: People, make: Callable[..., OwnGroup], put: Callable[..., Any]
) -> None:
    for day, code in ((17, "O"), (18, "/"), (19, "/"), (20, "O")):
        make_mark(pupil, make_session(dt.date(2026, 11, day)), code, by=people.tess)
    put(make(), pupil, on=dt.date(2026, 11, 18))
    put(make(name="Watched", seen_by="office"), pupil, on=dt.date(2026, 11, 20))
    make(name="Nobody in it")

    said = " ".join(browse("ben").get(FIGURES).text.split())
    assert "By group of the school" in said
    mentoring = said.split("Mentoring</th>")[1].split("</tr>")[0]
    assert "66.7%" in mentoring
    assert "0.0%" in said.split("Watched</th>")[1].split("</tr>")[0]
    assert "Nobody in it" not in said
    assert "Watched" not in browse("tara").get(FIGURES).text
    assert "Mentoring" not in browse("tomas").get(FIGURES).text  # a trustee sees no pupils


def test_what_was_recorded_of_a_place_is_never_removed(
    pupil: Pupil, make: Callable[..., OwnGroup], put: Callable[..., Any]
) -> None:
    put(make(), pupil)
    for do in (lambda: OwnGroupPlace.objects.all().delete(), lambda: OwnGroupPlace.objects.update(put_in_because="x"),
            lambda: OwnGroup.objects.update(purpose="x")):  # fmt: skip
        with pytest.raises(ProgrammingError), transaction.atomic():
            do()


@pytest.mark.parametrize("page", ["", "{}/"])
def test_a_list_costs_the_same_for_two_and_for_twenty(
    browse: Browse, make: Callable[..., OwnGroup], put: Callable[..., Any], django_assert_num_queries: Any, page: str
) -> None:
    first = make(name="First")
    client = browse("alma")
    made = 1
    for wanted in (2, 20):
        for n in range(made, wanted):
            put(make(name=f"Group {n}"), make_pupil())
        put(first, *[make_pupil() for _ in range(wanted - made)])
        made = wanted
        with django_assert_num_queries(LOG_IN + (3 if page else 1)):
            client.get(f"{GROUPS}{page.format(first.pk)}")


def test_a_pupil_who_leaves_the_roll_is_in_no_list_of_the_group(
    pupil: Pupil, browse: Browse, make: Callable[..., OwnGroup], put: Callable[..., Any]
) -> None:
    group = make()
    put(group, pupil)
    RollPeriod.objects.filter(pupil=pupil).update(until_date=TODAY)
    assert "Quillfeather" not in browse("alma").get(f"{GROUPS}{group.pk}/").text
