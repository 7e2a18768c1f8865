"""Asks for somebody's missed registers to be looked into, at the number a policy sets (WAT-4.19)."""

import datetime as dt
from typing import Final

from django.db import transaction

from absence.actions.tasks import ask_for
from absence.models import Task
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.roles import Role
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.chasing import RegisterChasing
from attendance_mat.policy.ladder import SchoolTerms
from attendance_mat.policy.school_day import MissingMarks, RegistersTakenLate
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from attendance_mat.web.formats import day
from registers.queries.register_quality import groups_with_registers, kept_registers
from registers.queries.school_calendar import sessions_of_year
from registers.rules.calendar import SchoolYear
from registers.rules.register_quality import Fault, KeptRegister, faults_of, level_reached
from registers.rules.school_calendar import Run, runs

NAMED_AT_MOST: Final = 10  # registers named in a task; the page of how registers are kept lists all


@transaction.atomic
def follow_up(school: School, *, night: dt.date, by: Member, at: dt.datetime) -> list[Task]:
    """Have the registers looked into of each person who has missed the policy's number of them in a half term.

    Asked for at that number and at each multiple of it, and never twice for the same; nothing where the policy follows
    none up, sets no number, or the night is in no half term. What was before the school went live counts for nothing
    (decision 18).
    """
    policy = policy_for(school)
    chasing = policy.terms(RegisterChasing, on=night)
    half_term = _half_term(night, policy)
    if not (policy.terms(MissingMarks, on=night).repeated_followed_up and chasing.missed_in_half_term and half_term):
        return []
    asked = []
    first = max(half_term.first, school.go_live_date or half_term.first)
    for person, (name, missed) in _missed(first, night, policy, at).items():
        level = level_reached(len(missed), each=chasing.missed_in_half_term)
        if level:
            task = ask_for(
                Task.Kind.REGISTER,
                words=_words(name, missed, half_term),
                origin=f"registers missed by person {person} since {half_term.first}: {level}",
                due_at=at,
                by=by,
                at=at,
                of=Role(chasing.followed_up_by),
            )
            asked.append(task)
    return asked


def _half_term(night: dt.date, policy: Policy) -> Run | None:
    year = SchoolYear.of(night)
    parts = runs(sessions_of_year(year), policy.terms(SchoolTerms, on=year.last))
    return next((part for part in parts if part.first <= night <= part.last), None)


def _missed(
    first: dt.date, night: dt.date, policy: Policy, at: dt.datetime
) -> dict[int, tuple[str, list[KeptRegister]]]:
    """Return the registers that each person missed since a day of a half term, by person, with their name."""
    rows = kept_registers(groups_with_registers(), first=first, last=night, policy=policy, at=at)
    found: dict[int, tuple[str, list[KeptRegister]]] = {}
    for row in rows:
        margin = policy.terms(RegistersTakenLate, on=row.date).minutes
        if Fault.MISSED in faults_of(row, margin=margin):
            for person, name in row.takers.items():
                found.setdefault(person, (name, []))[1].append(row)
    return found


def _words(name: str, missed: list[KeptRegister], half_term: Run) -> str:
    latest = missed[::-1][:NAMED_AT_MOST]
    listed = "\n".join(f"{row.what}, {day(row.date)}" for row in latest)
    more = f"\nand {len(missed) - len(latest)} more" if len(missed) > len(latest) else ""
    return f"{name} has missed {len(missed)} registers in {half_term.name}. Latest first:\n{listed}{more}"
