"""A school in which somebody declares a closure."""

import datetime as dt
from dataclasses import dataclass, field

from registers.actions.closures import Wanted, declare_closure, plan_closure
from registers.actions.undoing_closures import undo_closure
from registers.models import Closure, Mark, Pupil
from registers.rules.closures import Cause
from tests.factories import make_group, make_pupil, make_session
from tests.people import People

TODAY = dt.date(2026, 11, 23)
TOMORROW = dt.date(2026, 11, 24)


@dataclass
class School:
    """A class of two whose morning register is open, and who declares a closure there."""

    people: People
    at: dt.datetime
    pupils: list[Pupil] = field(default_factory=list)

    def wanted(self, cause: Cause = Cause.WHOLE_SCHOOL, **how: object) -> Wanted:
        usual = {"from_date": TODAY, "until_date": TOMORROW, "halves": "both", "reason": "Boiler failure"}
        return Wanted(**{**usual, "cause": cause, **how})

    def declare(self, cause: Cause = Cause.WHOLE_SCHOOL, **how: object) -> Closure:
        wanted, by = self.wanted(cause, **how), self.people.alma
        return declare_closure(wanted, digest=plan_closure(wanted, by=by).digest, by=by, at=self.at)

    def undo(self, closure: Closure, *, minutes: int = 1) -> int:
        at = self.at + dt.timedelta(minutes=minutes)
        return undo_closure(closure, because="The boiler works", by=self.people.alma, at=at)

    def code(self, pupil: Pupil, half: str = "am") -> str:
        return Mark.objects.get(pupil=pupil, session__date=TODAY, session__half=half).code


def make_school(people: People, at: dt.datetime) -> School:
    """Return a class of two on a day whose sessions are both held, without any mark yet."""
    for half in ("am", "pm"):
        make_session(TODAY, half)
    return School(people, at, [make_pupil(group=make_group()) for _ in range(2)])
