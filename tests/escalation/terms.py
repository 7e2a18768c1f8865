"""Weeks of a school's registers in a few statements, and the night's check of them."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from attendance_mat.accounts.member import Member
from attendance_mat.policy.adopted import national
from attendance_mat.published.models import CheckRun
from attendance_mat.trust.models import School
from escalation.actions import run_threshold_check
from escalation.models import Finding
from registers.models import Mark, Pupil, Register, Session
from registers.rules.calendar import Half
from tests.factories import make_group, register_times

TERM = dt.date(2026, 9, 7)  # a Monday
PRESENT = {Half.AM: "/", Half.PM: "\\"}
ROWS = ("pupil_id", "rule", "school_year", "reached_on", "cleared_on", "value", "threshold", "evidence")


def weekdays(first: dt.date, n: int) -> list[dt.date]:
    """Return so many weekdays from a day on."""
    days = (first + dt.timedelta(days=i) for i in range(2 * n + 5))
    return [day for day in days if day.weekday() < 5][:n]


AUTUMN = weekdays(TERM, 55)  # to 20 November


def hold(days: Sequence[dt.date]) -> list[Session]:
    """Put both sessions of each day into the calendar."""
    Session.objects.bulk_create([Session(date=day, half=half) for day in days for half in Half], ignore_conflicts=True)
    return list(Session.objects.filter(date__in=days).order_by("date", "half"))


def spell_out(days: Sequence[dt.date], said: str) -> dict[tuple[dt.date, Half], str]:
    """Return marks from one sign a session: "." is present, "_" no mark, anything else its own code."""
    sessions = [(day, half) for day in days for half in Half]
    marks = zip(sessions, said, strict=True)
    return {session: PRESENT[session[1]] if sign == "." else sign for session, sign in marks if sign != "_"}


def take_registers(said: Mapping[Pupil, Mapping[tuple[dt.date, Half], str]], *, by: Member) -> None:
    """Make each pupil's marks, in one register a session."""
    registers = open_registers({session for marks in said.values() for session in marks})
    Mark.objects.bulk_create(
        Mark(
            pupil=pupil, session=registers[session].session, register=registers[session], code=code, source="teacher",
            made_by=by.user, made_by_name=by.name, made_by_role=by.role, made_at=registers[session].opened_at,
            received_at=registers[session].opened_at,
        )
        for pupil, marks in said.items()
        for session, code in marks.items()
    )  # fmt: skip


def open_registers(wanted: Collection[tuple[dt.date, Half]]) -> dict[tuple[dt.date, str], Register]:
    """Return one group's registers of some sessions, made in a few statements where they are not there yet."""
    group, days = make_group("Taken at once"), {day for day, _ in wanted}
    Session.objects.bulk_create([Session(date=day, half=half) for day, half in sorted(wanted)], ignore_conflicts=True)
    held = [each for each in Session.objects.filter(date__in=days) if (each.date, each.half) in wanted]
    Register.objects.bulk_create(
        [Register(session=each, group=group, **register_times(each)) for each in held], ignore_conflicts=True
    )
    found = Register.objects.filter(group=group, session__in=held).select_related("session")
    return {(register.session.date, register.session.half): register for register in found}


def rows() -> list[tuple[object, ...]]:
    """Return every episode, as a later check has to leave it."""
    return list(Finding.objects.order_by("pupil_id", "rule", "reached_on").values_list(*ROWS))


def check(school: School, as_of: dt.date, at: dt.datetime) -> CheckRun:
    """Check a school by the national policy, and see that it was done."""
    run = run_threshold_check(school, as_of=as_of, at=at, policy=national())
    assert run is not None
    assert run.error == ""
    return run
