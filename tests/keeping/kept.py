"""A school whose entries grow old, in a database of its own: the clock is moved, and records are disposed of."""

import datetime as dt
from collections.abc import Callable

from django_tenants.utils import schema_context, tenant_context

from attendance_mat.trust.models import School
from registers.models import Mark, Pupil
from tests.conftest import LONDON
from tests.factories import make_group, make_mark, make_pupil, make_register, make_session
from tests.keeping.owner import owner_runs
from tests.people import People
from tests.registers.sealed import seal

Clock = Callable[[dt.datetime], None]


def at(day: dt.date, hour: int = 9) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), LONDON)


class KeptSchool:
    """Alder Primary School, whose head disposes of its records."""

    def __init__(self, it_becomes: Clock) -> None:
        self.it_becomes = it_becomes
        self._marked = 0
        with schema_context("public"):
            self.school = School.objects.get(slug="alder-primary")
        with tenant_context(self.school):
            self.people = People(alder=self.school, birch=self.school)
            for name in ("ben", "tess", "alma"):
                self.people.user(name)

    def marked_on(self, day: dt.date, *, pupil: Pupil | None = None) -> Mark:
        """Take one pupil's morning, finish the register and seal it, all on that day."""
        self._marked += 1
        moment = at(day) + dt.timedelta(minutes=self._marked)  # a seal is of its own moment
        self.it_becomes(moment)
        with tenant_context(self.school):
            who = pupil or make_pupil(group=make_group(), from_date=dt.date(2024, 9, 2))
            tess = self.people.tess
            ended = {"finished_by": tess.user, "finished_at": moment}
            register = make_register(make_session(day), make_group(), **ended)
            mark = make_mark(who, register.session, "N", by=tess, register=register)
            seal(self.school)
        return mark

    def disposes_on(self, day: dt.date, *words: str) -> tuple[int, str]:
        """Dispose, as the owner, of what may go on a day, in the head's name."""
        self.it_becomes(at(day))
        asked = ("--authority", "Governors' minute 12", "--by", "ben@example.org")
        return owner_runs("dispose", "alder-primary", *asked, *words)

    def has(self, mark: Mark) -> bool:
        """Say whether a mark is still there."""
        with tenant_context(self.school):
            return Mark.objects.filter(pk=mark.pk).exists()
