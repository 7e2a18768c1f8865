"""Who looked at which pupil's record is written down, whichever page showed it."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from registers.actions.looking import LONGEST, note_look
from registers.models import Pupil, RecordAccess
from tests.factories import make_contact, make_group, make_mark, make_pupil, make_session
from tests.pages import Page, pages
from tests.people import People

Browse = Callable[[str], Client]
OF_A_PUPIL = [page for page in pages(in_school=True) if "<int:pupil_id>" in page.route]


@pytest.fixture
def pupil(people: People) -> Pupil:
    pupil = make_pupil(surname="Example", group=make_group())
    make_contact(pupil)
    return pupil


def looks() -> list[tuple[int, str, str, str]]:
    return list(RecordAccess.objects.order_by("pk").values_list("pupil_id", "what", "by_name", "by_role"))


def test_a_look_says_who_in_which_role_at_what_and_when(
    pupil: Pupil, browse: Browse, monday_morning: dt.datetime
) -> None:
    browse("alma").get(f"/s/alder-primary/pupils/{pupil.pk}/")
    assert looks() == [(pupil.pk, "registers:pupil", "Alma Reyes", "attendance_officer")]
    assert abs(RecordAccess.objects.get().at - monday_morning) < dt.timedelta(minutes=1)


@pytest.mark.parametrize("page", OF_A_PUPIL, ids=lambda page: page.name)
def test_every_page_of_one_pupil_notes_the_look(pupil: Pupil, people: People, browse: Browse, page: Page) -> None:
    mark = make_mark(pupil, make_session(dt.date(2026, 11, 23)), "N", by=people.tess)
    reply = browse("ben").get(page.address(pupil_id=pupil.pk, mark_id=mark.pk))
    noted = [what for who, what, *_ in looks() if who == pupil.pk]
    assert (page.name in noted) == (reply.status_code in {200, 422})


def test_what_was_refused_or_not_found_is_no_look(pupil: Pupil, browse: Browse) -> None:
    for name in ("tess", "cass", "tutu"):
        browse(name).get(f"/s/alder-primary/pupils/{pupil.pk}/")
    Client().get(f"/s/alder-primary/pupils/{pupil.pk}/")
    browse("alma").head(f"/s/alder-primary/pupils/{pupil.pk}/")
    browse("alma").get("/s/alder-primary/pupils/")
    assert not looks()


def test_a_form_sent_back_with_what_is_wrong_shows_the_record_too(pupil: Pupil, people: People, browse: Browse) -> None:
    mark = make_mark(pupil, make_session(dt.date(2026, 11, 23)), "N", by=people.tess)
    reply = browse("alma").post(f"/s/alder-primary/pupils/{pupil.pk}/marks/{mark.pk}/amend/", {})
    assert reply.status_code == 422
    assert looks() == [(pupil.pk, "registers:amend-mark", "Alma Reyes", "attendance_officer")]


def test_a_pages_name_too_long_to_keep_is_cut(pupil: Pupil, people: People, monday_morning: dt.datetime) -> None:
    note_look(pupil.pk, what="x" * 200, by=people.alma, at=monday_morning)
    assert RecordAccess.objects.get().what == "x" * LONGEST


@pytest.mark.parametrize(
    "change", ["UPDATE registers_recordaccess SET by_name = 'x'", "DELETE FROM registers_recordaccess"]
)
def test_a_look_noted_stays_as_it_is(pupil: Pupil, people: People, monday_morning: dt.datetime, change: str) -> None:
    note_look(pupil.pk, what="x", by=people.alma, at=monday_morning)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
