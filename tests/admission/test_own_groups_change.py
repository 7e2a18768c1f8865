"""What becomes of a group of the school's own: a time in it ends with the roll, and who sees it is changed."""

import datetime as dt
from collections.abc import Callable

from attendance_mat.admission.actions import own_groups as actions
from attendance_mat.admission.actions.leaving_approved import approve_leaving
from attendance_mat.admission.models import OwnGroup, OwnGroupPlace
from attendance_mat.audit.models import AuditEvent, Event
from registers.models import Pupil
from tests.admission.leavings import enquire, make_absent, meet, propose
from tests.admission.test_own_groups import GROUPS, ONE_DAY, TODAY, Browse, make, pupil, put
from tests.factories import make_pupil
from tests.people import People

__all__ = ["make", "pupil", "put"]


def test_a_time_in_a_group_ends_with_the_time_on_the_roll_and_says_who_ended_it_and_why(
    people: People, make: Callable[..., OwnGroup], put: Callable[..., list[OwnGroupPlace]], monday_morning: dt.datetime
) -> None:
    # Given a pupil of twenty days' absence in three groups: one without end, one to come, one with an end set for later
    gone, stays = make_absent(people.tess), make_pupil()
    (open_ended,) = put(make(), gone)
    put(make(name="Choir"), stays)
    (later,) = put(make(name="Chess"), gone, on=TODAY + 7 * ONE_DAY)
    (ending,) = put(make(name="Reading"), gone)
    actions.take_out(ending, until_date=TODAY + 14 * ONE_DAY, reason="Term ends", by=people.alma, at=monday_morning)
    # When the head approves the removal
    leaving = propose(gone, "i", by=people.alma, at=monday_morning)
    meet(leaving, "not_sick_or_kept_away", by=people.alma, at=monday_morning)
    enquire(leaving, "school", "authority", by=people.alma, at=monday_morning)
    off = TODAY + ONE_DAY
    approve_leaving(leaving, off_roll_on=off, by=people.ben, at=monday_morning)
    # Then each time ends with the roll, one to come on its first day, in the head's name
    for place, until in ((open_ended, off), (ending, off), (later, TODAY + 8 * ONE_DAY)):
        place.refresh_from_db()
        assert (place.until_date, place.taken_out_by_name) == (until, "Ben Okafor")
        assert place.taken_out_because == "Left the roll on Tue 24 Nov 2026."
    assert OwnGroupPlace.objects.get(pupil=stays).until_date is None
    # and the end that had been set is in the log
    event = AuditEvent.objects.get(kind=Event.TAKEN_OUT_OF_OWN_GROUP, subject_id=ending.pk, by_name="Ben Okafor")
    assert event.detail["was_until"] == str(TODAY + 14 * ONE_DAY)


def test_who_sees_a_group_is_changed_with_who_said_so_and_what_it_was(
    pupil: Pupil, people: People, make: Callable[..., OwnGroup], browse: Browse, monday_morning: dt.datetime
) -> None:
    group = make()
    here = f"{GROUPS}{group.pk}/"
    assert "Mentoring" in browse("tutu").get(GROUPS).text
    olly = browse("olly")
    assert f"{here}seen-by/" in olly.get(here).text
    assert olly.post(f"{here}seen-by/", {"seen_by": "nobody"}).status_code == 422
    for _ in range(2):  # the second changes nothing more
        reply = olly.post(f"{here}seen-by/", {"seen_by": "office"}, follow=True)
    assert "The office and leaders only" in reply.text
    assert "Mentoring" not in browse("tutu").get(GROUPS).text
    assert browse("tutu").get(here).status_code == 404
    event = AuditEvent.objects.get(kind=Event.OWN_GROUP_SHOWN)
    assert (event.by_name, event.detail) == ("Olly Frost", {"was": "pupils", "now": "office"})
    # A group that has ended is seen as it was
    actions.end_own_group(group, until_date=TODAY, reason="Done", by=people.alma, at=monday_morning)
    assert olly.post(f"{here}seen-by/", {"seen_by": "pupils"}).status_code == 422
