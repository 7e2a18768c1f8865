"""Keeping the day's paper ready: the registers to write on, and the evacuation list."""

import datetime as dt
from typing import Final

from attendance_mat.accounts.roles import Role
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.schema import CodesByRole
from attendance_mat.trust.models import School
from registers.gateways import paper as files
from registers.gateways.paper import Paper, Sheet
from registers.queries.paper import PaperRegister, halves_held, last_event, paper_registers

# An event numbered before the last may be committed after it: what was drawn sooner after it than this is drawn again.
SETTLES_IN: Final = dt.timedelta(minutes=1)


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
