"""A pupil known to be in school only after a lesson had them absent is looked for then, for what they missed since."""

import datetime as dt
from uuid import uuid4

import pytest

from absence.actions.truancy import look_at_who_came
from absence.models import TruancyAlert, TruancyFinding
from attendance_mat.audit.models import AuditEvent, Event
from registers.actions.entering import Entry
from registers.actions.saving import save_marks
from registers.models import Mark
from tests.absence.truancy import Watched, at, watched

__all__ = ["watched"]


@pytest.fixture
def unseen(watched: Watched) -> Watched:
    """Return a pupil whom the morning's register has N."""
    watched.amend("N", at(8, 36))
    return watched


def registered(watched: Watched, code: str, when: dt.datetime, **detail: object) -> None:
    """Save the pupil's mark of the morning as the office, over what stands, and let the consumers act."""
    watched.it_is(when)
    mark = Mark.objects.get(pupil=watched.pupil)
    entry = Entry(watched.pupil.pk, code, 1 + mark.changes, made_at=when, reason="Was here", **detail)
    reply = save_marks(mark.register, [entry], key=uuid4(), digest="", by=watched.people.alma, at=when)
    assert reply["rows"][0]["outcome"] == "saved", reply
    watched.told(when)


def missed() -> list[str]:
    rows = TruancyFinding.objects.order_by("pk")
    return list(rows.values_list("lesson__lesson__group__name", flat=True))


def test_one_registered_present_after_the_lesson_s_mark_is_looked_for_within_a_minute(unseen: Watched) -> None:
    unseen.say(1, "N", at(8, 50))
    unseen.say(2, "N", at(9, 50))
    assert unseen.alerts() == []
    registered(unseen, "/", at(10, 0))
    said = AuditEvent.objects.filter(kind__in=[Event.MARK_CORRECTED, Event.MARK_AMENDED]).latest("pk")
    assert unseen.alerts() == [("lesson", "")]
    assert TruancyAlert.objects.get().raised_at - said.at <= dt.timedelta(minutes=1)
    assert missed() == ["9A/1", "9A/2"]
    # And once only
    assert look_at_who_came([unseen.pupil.pk], by=unseen.people.alma, at=at(10, 5)) == []


@pytest.mark.parametrize(("arrived", "found"), [(at(9, 44), ["9A/2"]), (at(9, 45), ["9A/2"]), (at(9, 46), [])])
def test_of_who_came_late_only_lessons_that_begin_at_the_arrival_or_later_count(
    unseen: Watched, arrived: dt.datetime, found: list[str]
) -> None:
    unseen.say(1, "N", at(8, 50))
    unseen.say(2, "N", at(9, 50))
    registered(unseen, "U", at(9, 55), arrived_at=arrived)
    assert missed() == found


def test_one_seen_in_a_lesson_since_is_not_looked_for(unseen: Watched) -> None:
    unseen.say(1, "N", at(8, 50))
    unseen.say(2, "/", at(9, 50))
    registered(unseen, "/", at(10, 0))
    assert unseen.alerts() == []


def test_one_who_was_elsewhere_on_site_when_the_lesson_missed_them_is_not_looked_for(unseen: Watched) -> None:
    unseen.say(1, "ES", at(9, 0), place="Nurse", until_at=at(10, 0))
    unseen.say(2, "N", at(9, 50))
    registered(unseen, "/", at(10, 30))
    assert unseen.alerts() == []


def test_one_whom_an_earlier_lesson_has_after_all_is_looked_for_in_the_later(unseen: Watched) -> None:
    unseen.say(1, "N", at(8, 50))
    unseen.say(2, "N", at(9, 50))
    unseen.say(1, "/", at(9, 55), by=unseen.people.alma, reason="Was there")
    assert missed() == ["9A/2"]


def test_a_reason_for_the_absence_looks_for_nobody(unseen: Watched) -> None:
    unseen.say(1, "N", at(8, 50))
    registered(unseen, "I", at(10, 0))
    assert unseen.alerts() == []
