"""An inspection's last day is moved, sooner or later, with who said so and why; what it was stays on record."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, transaction
from django.test import Client

from attendance_mat.accounts.member import memberships_on
from attendance_mat.accounts.models import Membership
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.keeping.actions import inspecting as actions
from attendance_mat.keeping.models import Inspection, InspectionChange
from attendance_mat.keeping.queries.inspections import inspection_of
from tests.keeping.inspections import MONDAY, WEDNESDAY, let_in, url
from tests.people import People

Browse = Callable[[str], Client]
ItIs = Callable[[dt.datetime], None]
FRIDAY = WEDNESDAY + dt.timedelta(days=2)
DAY = dt.timedelta(days=1)


def test_the_head_extends_it_and_the_inspector_reads_until_then_and_no_longer(
    people: People, browse: Browse, monday_morning: dt.datetime
) -> None:
    found, _ = let_in(people.ben, monday_morning)
    here, ben = url("inspection-looks", found.pk), browse("ben")
    assert f"{here}#last-day" in ben.get(url("inspections")).text
    # When the head moves the last day from Tuesday to Thursday
    reply = ben.post(here, {"last_date": "2026-11-26", "reason": "The visit takes longer."}, follow=True)
    # Then the page says from when to when, by whom and why, and so does the log
    assert "is now Thu 26 Nov 2026." in reply.text
    assert "from Tue 24 Nov 2026 to Thu 26 Nov 2026, by Ben Okafor, headteacher. The visit takes longer." in reply.text
    event = AuditEvent.objects.get(kind=Event.INSPECTION_CHANGED)
    assert event.detail == {"person": found.user_id, "was": "2026-11-24", "now": "2026-11-26"}
    # and what lets the person in lasts as long
    assert Membership.objects.get(user=found.user).until_date == FRIDAY
    for on, may in ((FRIDAY - DAY, True), (FRIDAY, False)):
        assert bool(memberships_on(found.user, on, school=people.alder)) is may
        assert bool(inspection_of(found.user_id, on=on)) is may
    # What it was cannot be written over
    with pytest.raises(ProgrammingError), transaction.atomic():
        InspectionChange.objects.update(reason="x")


def test_it_is_shortened_and_ending_it_at_once_still_ends_what_it_gave(
    people: People, monday_morning: dt.datetime
) -> None:
    found, _ = let_in(people.ben, monday_morning, until_date=FRIDAY)
    actions.change_last_day(found, until_date=WEDNESDAY, reason="Done sooner.", by=people.ben, at=monday_morning)
    actions.end_inspection(Inspection.objects.get(), by=people.ben, at=monday_morning)
    assert Membership.objects.get(user=found.user).ended_at == monday_morning


@pytest.mark.parametrize(
    ("until", "reason", "words"),
    [
        (WEDNESDAY, "Longer", "That is its last day already."),
        (MONDAY, "Shorter", "The last day is before the first."),
        (FRIDAY, " ", "Say why the last day changes."),
        (FRIDAY + 7 * DAY, "Longer", "They may inspect on some of these days already."),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    people: People, monday_morning: dt.datetime, until: dt.date, reason: str, words: str
) -> None:
    found, _ = let_in(people.ben, monday_morning)
    let_in(people.ben, monday_morning, from_date=FRIDAY + DAY, until_date=FRIDAY + 3 * DAY)
    with pytest.raises(ValidationError, match=words):
        actions.change_last_day(found, until_date=until, reason=reason, by=people.ben, at=monday_morning)
    assert Inspection.objects.get(pk=found.pk).until_date == WEDNESDAY
    assert not InspectionChange.objects.exists()


def test_one_that_is_over_is_not_begun_again_nor_moved_to_a_day_that_is_past(
    people: People, browse: Browse, monday_morning: dt.datetime, it_is: ItIs
) -> None:
    found, _ = let_in(people.ben, monday_morning, until_date=FRIDAY)
    later = monday_morning + 2 * DAY
    with pytest.raises(ValidationError, match="The last day is past"):
        actions.change_last_day(found, until_date=WEDNESDAY, reason="Sooner", by=people.ben, at=later)
    it_is(monday_morning + 7 * DAY)
    ben = browse("ben")
    assert "Change the last day" not in ben.get(url("inspection-looks", found.pk)).text
    reply = ben.post(url("inspection-looks", found.pk), {"last_date": "2026-12-04", "reason": "Longer"})
    assert reply.status_code == 422
    assert "This inspection is over. Let the person in again." in reply.text


def test_what_is_wrong_is_said_beside_its_field(people: People, browse: Browse, monday_morning: dt.datetime) -> None:
    found, _ = let_in(people.ben, monday_morning)
    reply = browse("ben").post(url("inspection-looks", found.pk), {"last_date": "soon", "reason": ""})
    assert reply.status_code == 422
    assert "Say why the last day changes." in reply.text
    assert browse("alma").post(url("inspection-looks", found.pk), {}).status_code == 403
