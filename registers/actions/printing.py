"""Keeping the day's paper ready: the registers to write on, and the evacuation list."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction

from attendance_mat.accounts.member import member_in, memberships_on
from attendance_mat.accounts.models import User
from attendance_mat.accounts.roles import Role
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.audit.record import record
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.schema import CodesByRole
from attendance_mat.trust.models import School
from registers.gateways import paper as files
from registers.gateways.paper import Paper, Sheet
from registers.gateways.printed import Printed, forget_printed, printed_of
from registers.queries.paper import PaperRegister, halves_held, last_event, paper_registers

# An event numbered before the last may be committed after it: what was drawn sooner after it than this is drawn again.
SETTLES_IN: Final = dt.timedelta(minutes=1)
LOCKS: Final = 7_240_012  # the advisory locks of those who enter what was printed, one a school


def registers_on_paper(on: dt.date, *, policy: Policy, group_id: int | None = None) -> list[PaperRegister]:
    """Return a day's registers as a classroom may see them, all of them or one class's."""
    classroom = policy.terms(CodesByRole, on=on).of(Role.TEACHER)
    return paper_registers(on, classroom=classroom, group_id=group_id)


def refresh_paper(school: School, *, policy: Policy, at: dt.datetime) -> bool:
    """Draw the day's paper anew if anything has happened in the school since it was kept; say whether it was drawn.

    Other days' paper is removed. A day on which the school does not meet has none. Two queries where nothing changed.
    """
    on = at.date()
    files.clear(school.slug, but=on)
    if not halves_held(on):
        return False
    latest, happened_at = last_event()  # before anything is read: what happens meanwhile is drawn the next time
    settled_at = min(happened_at + SETTLES_IN, at) if happened_at else None
    there = [files.kept(school.slug, on, paper) for paper in Paper]
    if all(
        sheet and sheet.last_event == latest and (settled_at is None or sheet.as_at >= settled_at) for sheet in there
    ):
        return False
    registers = registers_on_paper(on, policy=policy)
    drawn = {
        Paper.REGISTERS: files.draw_registers(school, registers, on=on, at=at),
        Paper.EVACUATION: files.draw_evacuation(school, at=at),
    }
    for paper, body in drawn.items():
        files.keep(school.slug, on, paper, Sheet(at, latest, body))
    return True


def paper_of_today(school: School, paper: Paper, *, policy: Policy, at: dt.datetime) -> Sheet | None:
    """Return a paper of today as it now stands, or None on a day on which the school does not meet."""
    refresh_paper(school, policy=policy, at=at)
    return files.kept(school.slug, at.date(), paper)


def enter_printed(school: School) -> int:
    """Enter in the log of events what was printed while the database was down, each printing once; return how many.

    Its file goes only after the commit: whoever stops in between leaves it to the next look, which finds it entered.
    """
    waiting = printed_of(school.slug)
    if not waiting:
        return 0
    entered, known = _enter(school, waiting)
    forget_printed(school.slug, [*entered, *known])
    return len(entered)


@transaction.atomic
def _enter(school: School, waiting: list[Printed]) -> tuple[list[Printed], list[Printed]]:
    """Return the printings that were entered now, and those that already were; who is not known here stays waiting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCKS, school.pk])
    names = [one.printing for one in waiting]
    rows = AuditEvent.objects.filter(kind=Event.PAPER_PRINTED_WHEN_DOWN, detail__printing__in=names)
    there = set(rows.values_list("detail__printing", flat=True))
    people = User.objects.in_bulk([one.user_id for one in waiting])
    new = [one for one in waiting if one.printing not in there and one.user_id in people]
    for one in new:
        said = {"printing": one.printing, "paper": one.paper.value, "as_at": one.as_at.isoformat()}
        printer = _printer(one, people[one.user_id], school)
        record(Event.PAPER_PRINTED_WHEN_DOWN, school, by=printer, at=one.at, **said)
    return new, [one for one in waiting if one.printing in there]


@dataclass(frozen=True)
class Printer:
    """Who printed, in the role they had that day; with none where it had ended by then."""

    user_id: int
    name: str
    role: str


def _printer(one: Printed, user: User, school: School) -> Printer:
    held = member_in(memberships_on(user, one.at.date(), school=school), school=school, prefer=None)
    return Printer(user.pk, user.name, held.role if held else "")
