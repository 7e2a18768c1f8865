"""Restricted notes and holds are read by the safeguarding lead and the head alone, and each look is noted."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from attendance_mat.trust.models import School
from escalation import actions
from escalation.models import Case, CaseNote, Hold
from letters.gateways import pdf
from registers.models import Assignment, Pupil, RecordAccess
from tests.escalation.on_the_ladder import CROSSED, follow_ladder, make_crossing, occasion
from tests.factories import make_contact, make_group, make_pupil, make_sessions
from tests.letters.paper import text_of
from tests.pages import pages
from tests.people import People

Browse = Callable[[str], Client]
NOTE, HOLD = "Strategy meeting about home.", "The police asked us to wait."
LOOKED_AT_NOTE, LOOKED_AT_HOLD = "escalation:restricted-note", "escalation:restricted-hold"
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def case(alder: School, people: People, monday_morning: dt.datetime) -> Case:
    """Return a case with a stage, an open note and a restricted one, of a pupil with a restricted hold."""
    follow_ladder(alder, by=people.ben)
    make_sessions(dt.date(2026, 11, 16), 15)
    pupil = make_pupil(surname="Wren", group=make_group())
    make_contact(pupil)
    make_crossing(pupil, reached_on=CROSSED)
    actions.follow_up_stages(occasion(alder, monday_morning))
    case = Case.objects.get(pupil=pupil)
    sadie = people.member("sadie")
    actions.add_note(case, words="Rang home.", by=people.alma, at=monday_morning)
    actions.add_note(case, words=NOTE, restricted=True, by=sadie, at=monday_morning)
    actions.place_hold(
        pupil, reason=Hold.Reason.BEREAVEMENT, words=HOLD, restricted=True, from_date=TODAY, until_date=None,
        by=sadie, at=monday_morning,
    )  # fmt: skip
    return case


def looks(what: str) -> list[tuple[str, str, int]]:
    return list(RecordAccess.objects.filter(what=what).order_by("pk").values_list("by_name", "by_role", "pupil_id"))


def case_page(case: Case, more: str = "") -> str:
    return f"/s/alder-primary/cases/{case.pk}/{more}"


def stages_page(pupil: Pupil) -> str:
    return f"/s/alder-primary/pupils/{pupil.pk}/stages/"


@pytest.mark.parametrize("name", ["sadie", "ben"])
def test_who_may_read_them_does_and_each_look_is_noted(case: Case, people: People, browse: Browse, name: str) -> None:
    client, who = browse(name), people.member(name)
    for time in (1, 2):
        assert NOTE in client.get(case_page(case)).text
        assert HOLD in client.get(stages_page(case.pupil)).text
        for what in (LOOKED_AT_NOTE, LOOKED_AT_HOLD):
            assert looks(what) == [(who.name, who.role, case.pupil_id)] * time


@pytest.mark.parametrize("name", ["alma", "hana", "tara", "olly", "tess", "tutu", "dov", "tomas"])
def test_nobody_else_reads_them_on_any_page(
    case: Case, people: People, browse: Browse, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "render", lambda html: html.encode())  # all that is printed, before it is drawn
    Assignment.objects.create(user=people.user("hana"), year=4, weekdays=[0], from_date=dt.date(2026, 9, 1))
    numbers = {"case_id": case.pk, "pupil_id": case.pupil_id}
    client, opened = browse(name), []
    for page in pages(in_school=True):
        reply = client.get(page.address(**numbers))
        if reply.status_code != 200:
            continue
        opened.append(page.name)
        said = reply.content.decode()
        for words in (NOTE, HOLD, Hold.Reason.BEREAVEMENT.label):
            if page.name != "escalation:pupil-stages" or words != Hold.Reason.BEREAVEMENT.label:
                assert words not in said, page.name
    assert opened or name in {"dov", "tess", "tutu", "tomas"}
    assert not looks(LOOKED_AT_NOTE)
    assert not looks(LOOKED_AT_HOLD)


def test_whoever_may_hold_but_not_read_sees_that_there_is_one(case: Case, browse: Browse) -> None:
    page = browse("alma").get(stages_page(case.pupil)).text
    assert "<b>Restricted</b>" in page
    assert "Ask the safeguarding lead." in page
    assert "Rang home." in browse("alma").get(case_page(case)).text


@pytest.mark.parametrize("more", ["referral/", "referral.pdf"])
def test_a_referral_pack_leaves_them_out_whoever_makes_it(case: Case, browse: Browse, more: str) -> None:
    reply = browse("sadie").get(case_page(case, more))
    assert reply.status_code == 200
    said = text_of(reply.content) if more.endswith("pdf") else reply.text
    assert "Rang home." in said
    assert NOTE not in said
    assert HOLD not in said


def test_a_page_without_a_restricted_word_notes_no_look_at_one(case: Case, browse: Browse) -> None:
    other = make_pupil(group=make_group())
    browse("ben").get(stages_page(other))
    assert not looks(LOOKED_AT_HOLD)
    assert RecordAccess.objects.filter(pupil=other, what="escalation:pupil-stages").count() == 1


def test_restricted_is_chosen_on_the_pages(case: Case, browse: Browse) -> None:
    browse("sadie").post(case_page(case, "notes/"), {"words": "Seen by the nurse.", "restricted": "on"})
    assert CaseNote.objects.get(words="Seen by the nurse.").restricted
    held = {"reason": "bereavement", "words": "A cousin.", "from_date": "2026-11-23", "restricted": "on"}
    browse("sadie").post(f"/s/alder-primary/pupils/{case.pupil_id}/holds/", held)
    assert Hold.objects.get(words="A cousin.").restricted
