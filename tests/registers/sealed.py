"""A sealed school in a database of its own, the commands run on it, and somebody with the superuser's log-in."""

import datetime as dt
import io
import os
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from attendance_mat.trust.models import School
from registers.actions.sealing import Sealing, seal_registers
from registers.models import Mark, MarkAmendment, Pupil, Register
from tests.conftest import MONDAY_MORNING
from tests.factories import amend, make_group, make_mark, make_pupil, make_register, make_session
from tests.people import People

KEY = "a key of the tests, which no database has ever seen"
THURSDAY, FRIDAY, MONDAY = dt.date(2026, 11, 19), dt.date(2026, 11, 20), dt.date(2026, 11, 23)


def seal(school: School) -> Sealing:
    """Seal what came since the last seal."""
    sealing = seal_registers(school, key=KEY.encode())
    assert sealing is not None
    return sealing


def verify(slug: str = "alder-primary") -> tuple[int, str]:
    """Run the command, and return its exit status and all it prints."""
    out = StringIO()
    try:
        call_command("verify_register", slug, stdout=out)
    except CommandError as error:
        return error.returncode, f"{out.getvalue()}{error}"
    return 0, out.getvalue()


class SealedSchool:
    """Three pupils' Thursday and Friday, sealed day by day; one of Friday's marks was amended between two seals."""

    def __init__(self, school: School) -> None:
        self.school, self.people = school, People(alder=school, birch=school)
        self.tess, self.alma = self.people.tess, self.people.alma
        self.pupils: list[Pupil] = [make_pupil(surname="Secretname", group=make_group()) for _ in range(3)]
        self.thursday = self.day(THURSDAY)
        seal(school)
        self.friday = self.day(FRIDAY)
        seal(school)
        amend(self.friday[0], "I", by=self.alma, at=MONDAY_MORNING)
        amend(self.friday[0], "M", by=self.alma, at=MONDAY_MORNING, reason="A letter came")
        self.first, self.second = MarkAmendment.objects.order_by("number")
        seal(school)

    def day(self, date: dt.date) -> list[Mark]:
        """Take one morning's register: everybody away."""
        ended = {"finished_by": self.tess.user, "finished_at": MONDAY_MORNING}
        self.register: Register = make_register(make_session(date), make_group(), **ended)
        return [make_mark(pupil, self.register.session, "N", by=self.tess) for pupil in self.pupils]


def tamper(monkeypatch: pytest.MonkeyPatch, sql: str) -> None:
    """Run SQL as the superuser, with every trigger off: `script/manage sql --role superuser`."""
    address = os.environ.get("SUPERUSER_DATABASE_URL")
    if not address:
        pytest.skip("no superuser's log-in is given here")
    here = urlsplit(address)._replace(path=f"/{settings.DATABASES['default']['NAME']}").geturl()
    monkeypatch.setenv("SUPERUSER_DATABASE_URL", here)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"SET session_replication_role = replica;\n{sql}"))
    call_command("sql", role="superuser", school="alder-primary", stderr=StringIO())
