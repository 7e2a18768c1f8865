"""Holds: while one lasts nothing is proposed and no letter drafted; afterwards what still stands is."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.trust.models import School
from escalation import actions
from escalation.models import Hold, PupilStage
from escalation.rules.ladder import Crossing
from letters.models import Letter
from registers.models import FamilyTie, Pupil
from tests.escalation.on_the_ladder import follow_ladder, make_crossing, occasion
from tests.factories import make_pupil, make_sessions
from tests.people import People

TODAY = dt.date(2026, 11, 23)
WEEK = dt.timedelta(days=7)


@pytest.fixture
def pupil(alder: School, people: People) -> Pupil:
    """Return a pupil of a school that follows the tests' ladder."""
    follow_ladder(alder, by=people.ben)
    make_sessions(dt.date(2026, 11, 16), 15)
    return make_pupil()


def hold(pupil: Pupil, people: People, at: dt.datetime, **fields: object) -> Hold:
    about = {"reason": Hold.Reason.BEREAVEMENT, "words": "A grandparent.", "from_date": TODAY, "until_date": None}
    return actions.place_hold(pupil, by=people.member("sadie"), at=at, **{**about, **fields})


def test_while_a_hold_lasts_nothing_fires_and_afterwards_what_stands_does(
    pupil: Pupil, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    finding = make_crossing(pupil)
    placed = hold(pupil, people, monday_morning)
    actions.follow_up_stages(occasion(alder, monday_morning))
    assert (PupilStage.objects.count(), Letter.objects.count()) == (0, 0)

    actions.end_hold(placed, by=people.member("sadie"), at=monday_morning)
    actions.follow_up_stages(occasion(alder, monday_morning))

    assert (PupilStage.objects.get().finding, Letter.objects.count()) == (finding, 1)
    assert list(AuditEvent.objects.filter(kind__startswith="hold").order_by("pk").values_list("kind", flat=True)) == [
        Event.HOLD_PLACED, Event.HOLD_ENDED,
    ]  # fmt: skip


def test_a_hold_with_a_last_day_ends_by_itself(
    pupil: Pupil, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    make_crossing(pupil)
    hold(pupil, people, monday_morning, until_date=TODAY + WEEK)

    actions.follow_up_stages(occasion(alder, monday_morning + WEEK - dt.timedelta(days=1)))
    assert not PupilStage.objects.exists()
    actions.follow_up_stages(occasion(alder, monday_morning + WEEK))
    assert PupilStage.objects.exists()


def test_a_held_pupil_s_stage_is_not_agreed_to_nor_decided(
    pupil: Pupil, alder: School, people: People, monday_morning: dt.datetime
) -> None:
    finding = make_crossing(pupil, "second")
    row = actions.propose_stage(
        finding, crossing=Crossing(finding.reached_on), occasion=occasion(alder, monday_morning)
    )
    hold(pupil, people, monday_morning)

    officer = occasion(alder, monday_morning, people.alma)
    with pytest.raises(ValidationError, match="hold lasts"):
        actions.approve_stage(row, occasion=officer, because="Rung.")
    with pytest.raises(ValidationError, match="hold lasts"):
        actions.put_at_stage(pupil, stage_key="both", reason="Asked.", occasion=officer)


def test_a_hold_ends_once_and_not_before_it_begins(pupil: Pupil, people: People, monday_morning: dt.datetime) -> None:
    with pytest.raises(ValidationError, match="end before it begins"):
        hold(pupil, people, monday_morning, until_date=TODAY)
    coming = hold(pupil, people, monday_morning, from_date=TODAY + WEEK, until_date=TODAY + 2 * WEEK)
    over = hold(pupil, people, monday_morning, from_date=TODAY - WEEK, until_date=TODAY)

    ended = actions.end_hold(coming, by=people.member("sadie"), at=monday_morning)
    assert (ended.until_date, ended.ended_by) == (TODAY + WEEK, people.user("sadie"))
    for hold_over in (coming, over):
        with pytest.raises(ValidationError, match="has ended already"):
            actions.end_hold(hold_over, by=people.member("sadie"), at=monday_morning)


def test_nobody_holds_back_what_is_about_their_own_family(
    pupil: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    placed = hold(pupil, people, monday_morning)
    FamilyTie.objects.create(user=people.user("sadie"), pupil=pupil)

    with pytest.raises(ValidationError, match="family"):
        hold(pupil, people, monday_morning)
    with pytest.raises(ValidationError, match="family"):
        actions.end_hold(placed, by=people.member("sadie"), at=monday_morning)
