"""A pupil with a term behind them, and the letters about it."""

import datetime as dt
import io
from typing import Any

from django.db import connection
from pypdf import PdfReader

from attendance_mat.accounts.member import Member
from attendance_mat.trust.models import School
from letters import actions
from letters.models import Letter
from registers.models import Pupil
from tests.factories import make_contact, make_group, make_mark, make_pupil, make_sessions

FIRST = dt.date(2026, 11, 9)
MISSED = 10  # the first ten of twenty sessions in the two weeks before the cast's Monday


def make_school_answer_letters() -> School:
    """Give the school in use a letterhead."""
    particulars = {
        "head_name": "Ben Okafor", "address": "Kestrel Lane\nKestrelton\nKV1 2AB",
        "telephone": "01632 960123", "email": "office@alder.example",
    }  # fmt: skip
    School.objects.filter(pk=connection.tenant.pk).update(**particulars)
    connection.tenant.refresh_from_db()
    return connection.tenant


def make_absentee(by: Member, **fields: object) -> Pupil:
    """Make a pupil with two parents at one address, ten sessions missed without leave and ten attended."""
    pupil = make_pupil(group=make_group(), **{"forename": "Mira", "surname": "Lindholm", **fields})
    make_contact(pupil, name="Astrid Lindholm")
    make_contact(pupil, name="Jonas Berg")
    for number, session in enumerate(make_sessions(FIRST, 10)):
        present = "/" if session.half == "am" else "\\"
        make_mark(pupil, session, "O" if number < MISSED else present, by=by)
    return pupil


def evidence() -> dict[str, Any]:
    """Return the finding's evidence as escalation freezes it."""
    days = [FIRST + dt.timedelta(days=n) for n in range(5)]
    return {
        "rule": "ten_in_ten_weeks", "value": MISSED, "threshold": 10, "from": "2026-11-09", "to": "2026-11-13",
        "sessions": [[day.isoformat(), half, "O"] for day in days for half in ("am", "pm")],
        "arithmetic": "10 sessions in the weeks from 9 November 2026", "source": "PN07, reg 9A",
    }  # fmt: skip


def propose(pupil: Pupil, *, by: Member, at: dt.datetime, origin: str = "case 1") -> Letter:
    """Propose the letter of concern about an absentee."""
    figures = evidence()
    return actions.propose_letter(pupil, template="attendance-concern", origin=origin, figures=figures, by=by, at=at)


def text_of(pdf: bytes) -> str:
    """Return a PDF's words, however its lines are broken."""
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(bytes(pdf))).pages)
    return " ".join(" ".join(pages).split())
