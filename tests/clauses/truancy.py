"""What several policies ask when a pupil is suspected of truancy, shown once and named from each policy's file."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from absence.actions.following_truancy import log_call, say_unreached
from absence.actions.truancy import set_not_on_site
from absence.models import Task, TruancyAlert
from attendance_mat.audit.consumers import handle_waiting_events
from attendance_mat.clock import LONDON
from registers.actions.taking import finish_register
from registers.models import Pupil
from tests.clauses.schools import Adopt
from tests.factories import make_contact, make_group, make_mark, make_pupil, make_register, make_session
from tests.people import People

TUESDAY = dt.date(2025, 11, 4)
Moment = Callable[[dt.datetime], None]


def at(hour: int, minute: int = 0) -> dt.datetime:
    """Return a moment of the Tuesday."""
    return dt.datetime.combine(TUESDAY, dt.time(hour, minute), tzinfo=LONDON)


@dataclass
class School:
    """A school that follows a policy, and a pupil of it who was present this morning at 8:35."""

    people: People
    it_is: Moment
    pupil: Pupil

    def gone_after_lunch(self, when: dt.datetime) -> TruancyAlert:
        """Close the afternoon's register at a moment with the pupil absent and no notice; return the alert."""
        group, session = make_group("9A"), make_session(TUESDAY, "pm")
        self.it_is(when)
        register = make_register(session, group)
        make_mark(self.pupil, session, "N", by=self.people.tess, group=group, made_at=when)
        finish_register(register, by=self.people.tess, at=when)
        handle_waiting_events(at=when)
        return TruancyAlert.objects.get()

    def not_on_site(self, when: dt.datetime) -> TruancyAlert:
        """Have staff set the pupil not on site."""
        self.it_is(when)
        return set_not_on_site(self.pupil, words="Not in any room", by=self.people.alma, at=when)

    def still_to_do(self, kind: str) -> list[tuple[str, dt.datetime]]:
        """Return whose each task of a kind is that waits, and when it is due."""
        rows = Task.objects.filter(kind=kind, done_at__isnull=True, dropped_at__isnull=True)
        return list(rows.values_list("role", "due_at"))


@pytest.fixture
def school(adopt: Adopt, people: People, it_is: Moment) -> Callable[[str], School]:
    """Return a function that has the school follow a policy on the Tuesday, with a pupil who came in the morning."""

    def follow(pack: str) -> School:
        adopt(pack)
        it_is(at(8, 35))
        group = make_group("9A")
        pupil = make_pupil(group=group, dob=dt.date(2012, 3, 4), year=9, from_date=dt.date(2025, 9, 1))
        make_contact(pupil)
        make_mark(pupil, make_session(TUESDAY), "/", by=people.tess, group=group, made_at=at(8, 35))
        return School(people, it_is, pupil)

    return follow


def two_failed_calls_pass_it_to_the_safeguarding_lead(school: School) -> None:
    """Two calls are not answered, the officer says so, and the lead has a task."""
    alert = school.not_on_site(at(9, 30))
    for minute in (32, 40):
        school.it_is(at(9, minute))
        contact = alert.pupil.contacts.get()
        log_call(alert, contact, reached=False, words="", by=school.people.alma, at=at(9, minute))
    assert school.still_to_do("safeguarding") == []
    say_unreached(alert, by=school.people.alma, at=at(9, 40))
    assert school.still_to_do("safeguarding") == [("safeguarding_lead", at(9, 40))]
