"""What sending letters costs over making the bare PDFs: deciding who is told, the certificate, storing the copies."""

import datetime as dt
import os
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from tests.bench.result import Result
from tests.bench.school import open_anew

if TYPE_CHECKING:
    from attendance_mat.accounts.member import Member
    from letters.models import Letter

SLUG: Final = "bench-letters"
LETTERS: Final = 100
WEEKS: Final = 12  # of marks behind each letter


def letters_ratio() -> Result:
    """Measure 100 letters sent, one a household, over WeasyPrint alone on the very HTML they were made from."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "attendance_mat.settings")
    open_anew(SLUG)
    import django  # noqa: PLC0415 - settings are read from what script/bench has set by now

    django.setup()
    return _measure()


def _measure() -> Result:
    from django_tenants.utils import tenant_context  # noqa: PLC0415
    from weasyprint import HTML  # noqa: PLC0415

    from attendance_mat import clock  # noqa: PLC0415
    from attendance_mat.trust.models import School  # noqa: PLC0415
    from letters import actions  # noqa: PLC0415
    from letters.gateways import pdf  # noqa: PLC0415
    from letters.models import SentLetter  # noqa: PLC0415

    sheets: list[str] = []
    render = pdf.render

    def overheard(html: str) -> bytes:
        sheets.append(html)
        return render(html)

    ours = bare = 0.0
    options = {"stylesheets": [pdf.finders.find(pdf.STYLE)], "pdf_variant": pdf.ACCESSIBLE}
    with tenant_context(School.objects.get(slug=SLUG)):
        by, letters = _prepare(clock.now())
        at = clock.now()
        pdf.render("<html lang='en-GB'><title>Warm</title><p>Fonts are looked up once a process.</p></html>")
        pdf.render = overheard
        for letter in letters:  # turn by turn, so that a busy moment of the machine falls on both
            ours += _seconds(partial(actions.send_letter, letter, by=by, at=at))
            bare += _seconds(partial(HTML(string=sheets[-1]).write_pdf, **options))
        stored = SentLetter.objects.count()
    if not len(sheets) == stored == LETTERS:
        message = f"{LETTERS} letters made {len(sheets)} documents and {stored} copies."
        raise RuntimeError(message)
    note = f"{LETTERS} letters with {WEEKS} weeks of register: {ours:.1f} s, bare {bare:.1f} s, all stored"
    return Result(round(ours / bare, 2), "ratio", note)


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _prepare(at: dt.datetime) -> tuple["Member", list["Letter"]]:
    """Return an officer, and letters of concern about pupils with some weeks of marks."""
    from attendance_mat.accounts.member import Member, machine  # noqa: PLC0415
    from attendance_mat.accounts.roles import Role  # noqa: PLC0415
    from letters import actions  # noqa: PLC0415
    from registers.models import Mark, Register  # noqa: PLC0415
    from tests import factories  # noqa: PLC0415

    by = Member(user=machine("Benchmark", at=at).user, role=Role.ATTENDANCE_OFFICER, school=None)
    monday = at.date() - dt.timedelta(days=at.weekday(), weeks=WEEKS)
    group = factories.make_group()
    sessions = factories.make_sessions(monday, WEEKS * 5)
    registers = {session: factories.make_register(session, group) for session in sessions}
    missed = [[str(session.date), session.half, "O"] for session in sessions[-10:]]
    figures = {
        "rule": "ten_in_ten_weeks", "value": 10, "threshold": 10, "from": missed[0][0], "to": missed[-1][0],
        "sessions": missed,
    }  # fmt: skip
    pupils = [factories.make_pupil(group=group, from_date=monday) for _ in range(LETTERS)]
    for pupil in pupils:
        factories.make_contact(pupil)
    Mark.objects.bulk_create(
        _mark(pupil, session, registers[session], by, missed=session in sessions[-10:])
        for pupil in pupils
        for session in sessions
    )
    assert Register.objects.count() == len(sessions)
    after = at + dt.timedelta(minutes=10)
    propose = actions.propose_letter
    return by, [
        propose(pupil, template="attendance-concern", origin=f"case {pupil.pk}", figures=figures, by=by, at=after)
        for pupil in pupils
    ]


def _mark(pupil: Any, session: Any, register: Any, by: "Member", *, missed: bool) -> Any:
    from registers.models import Mark  # noqa: PLC0415

    code = "O" if missed else {"am": "/", "pm": "\\"}[session.half]
    return Mark(
        pupil=pupil, session=session, register=register, code=code, source="import", made_by=by.user,
        made_by_name=by.name, made_by_role=by.role, made_at=register.opened_at, received_at=register.opened_at,
    )  # fmt: skip
