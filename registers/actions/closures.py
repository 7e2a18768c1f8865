"""Declaring an unplanned closure: one act, of marks amended and marks expected (R11)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record, record_each
from attendance_mat.trust.queries import current_school
from registers.actions.entering import Entry, amendment_of, closes_at, codes_allowed, school_policy, times_of
from registers.actions.taking import apply_expected, close_unopened_register
from registers.models import Closure, ClosureChange, ExpectedMark, Group, MarkAmendment, Register, Session, Source
from registers.queries import closures as queries
from registers.queries.closures import Line, Plan, Reach
from registers.queries.taking import register_rows
from registers.rules import codes
from registers.rules.calendar import Half
from registers.rules.closures import BOTH, Cause, Effect, Span, Terms, terms_of, what_remains
from registers.rules.marks import ChangeKind, kind_of_change

LOCKS: Final = 7_240_010  # the advisory locks of closures, one a school
CHANGED_MEANWHILE: Final = "The registers changed while you looked. Look at what the closure would do now."


Told = tuple[Event, MarkAmendment, dict[str, Any]]


@dataclass(frozen=True)
class Wanted:
    """A closure as someone asks for it. `until_date` is the first day open again."""

    from_date: dt.date
    until_date: dt.date
    halves: str
    cause: Cause
    reason: str
    nature: str = ""
    years: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()

    @property
    def last_date(self) -> dt.date:
        """Return the last day of it, as people write it."""
        return self.until_date - dt.timedelta(days=1)

    @property
    def terms(self) -> Terms:
        """Return what it does, by the law of its first day."""
        return terms_of(self.cause, on=self.from_date)

    @property
    def reach(self) -> Reach:
        """Return the sessions and children it is for: everyone, where no year or group is chosen."""
        span = Span(self.from_date, self.until_date, self.halves)
        return Reach(span, not (self.years or self.groups), self.years, self.groups)


def plan_closure(wanted: Wanted, *, by: Member) -> Plan:
    """Return all that a closure would do now. Raises ValidationError, by field, where it cannot be. Nothing is written.

    Source: PR24 reg 10(6), 10(10), Table 3; statute.md R9, R11.
    """
    _require_sound(wanted, by=by)
    plan = queries.plan_of(wanted.reach, wanted.terms, user_id=by.user_id)
    if not queries.sessions_in(wanted.reach.span):
        raise ValidationError({"first_date": "The calendar has no session on those days."})
    return plan


def _require_sound(wanted: Wanted, *, by: Member) -> None:
    terms, last = wanted.terms, wanted.last_date
    chosen = bool(wanted.years or wanted.groups)
    if last < wanted.from_date:
        raise ValidationError({"last_date": "The last day is before the first day."})
    if terms_of(wanted.cause, on=last) != terms:
        raise ValidationError({"last_date": "The codes changed on 19 August 2024. Declare the days before it apart."})
    if terms.whole_school and chosen:
        message = "A closure of the whole school is for every pupil. Choose another kind, or no years and groups."
        raise ValidationError({"years": message})
    if wanted.cause in {Cause.PART, Cause.STAGGERED} and not chosen:
        raise ValidationError({"years": "Choose the years or groups it keeps away."})
    halves = tuple(Half) if wanted.halves == BOTH else (Half(wanted.halves),)
    allowed = codes_allowed(by, wanted.from_date, policy=school_policy())
    for half in halves:
        nature = wanted.nature
        refused = codes.refusal(
            terms.code, on=wanted.from_date, half=half, dob=None, allowed=allowed, nature=nature, everyone=True
        )
        if refused:
            raise ValidationError({_FIELDS.get(refused.kind, "cause"): refused.message})


_FIELDS: Final = {codes.Misuse.NATURE_MISSING: "nature"}


@transaction.atomic
def declare_closure(wanted: Wanted, *, digest: str, by: Member, at: dt.datetime) -> Closure:
    """Declare a closure that was previewed as `digest`: all of it, or nothing where something changed since.

    Each mark that changes is an amendment (a correction where its register is open); a child without one is expected
    to have the code, and has it at once where the register is finished or closed. Source: statute.md R11.
    """
    take_turns()
    sessions = queries.sessions_in(wanted.reach.span)
    registers = queries.lock_registers(sessions)
    plan = plan_closure(wanted, by=by)
    if plan.digest != digest:
        raise ValidationError(CHANGED_MEANWHILE)
    closure = _closure(wanted, by=by, at=at)
    changes = _amend(closure, plan.of(Effect.AMENDED), registers, by=by, at=at)
    _expect(closure, plan, by=by, at=at)
    _apply_at_once(plan, sessions, registers, by=by, at=at)
    counts = {effect.value: count for effect, count in plan.counts.items()}
    record_each(changes, by=by, at=at)
    record(Event.CLOSURE_DECLARED, closure, by=by, at=at, code=closure.code, **counts)
    return closure


def take_turns() -> None:
    """Wait for whoever declares or undoes a closure of this school now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCKS, current_school().pk])


def _closure(wanted: Wanted, *, by: Member, at: dt.datetime) -> Closure:
    closure = Closure.objects.create(
        from_date=wanted.from_date,
        until_date=wanted.until_date,
        halves=wanted.halves,
        code=wanted.terms.code,
        nature=wanted.nature,
        reason=wanted.reason,
        whole_school=wanted.reach.whole_school,
        years=list(wanted.years),
        declared_by=by.user,
        declared_by_name=by.name,
        declared_by_role=by.role,
        declared_at=at,
    )
    closure.groups.set(Group.objects.filter(pk__in=wanted.groups))
    return closure


def _amend(
    closure: Closure, lines: list[Line], registers: Mapping[int, Register], *, by: Member, at: dt.datetime
) -> list[Told]:
    """Amend the marks that stand, keep what each said with the closure, and return their events. Two queries."""
    amendments = []
    for line in lines:
        entry = Entry(line.pupil_id, closure.code, base=1 + line.changes, made_at=at, nature=closure.nature)
        kind = kind_of_change(times_of(registers[line.register_id or 0]), at)
        reason = f"Closure: {closure.reason}"
        amendments.append(
            amendment_of(line.mark_id or 0, entry, kind=kind, reason=reason, by=by, source=Source.OFFICE, at=at)
        )
    made = MarkAmendment.objects.bulk_create(amendments)
    ClosureChange.objects.bulk_create(
        ClosureChange(closure=closure, session_id=line.session_id, mark_id=line.mark_id, code_before=line.code)
        for line in lines
    )
    return [told(change, line.pupil_id, line.code) for change, line in zip(made, lines, strict=True)]


def told(change: MarkAmendment, pupil_id: int, old: str) -> Told:
    """Return the event of a changed mark, with its pupil, old code and new."""
    event = Event.MARK_AMENDED if change.kind == ChangeKind.AMENDMENT else Event.MARK_CORRECTED
    return event, change, {"mark": change.mark_id, "pupil": pupil_id, "old": old, "new": change.amended_code}


def _expect(closure: Closure, plan: Plan, *, by: Member, at: dt.datetime) -> None:
    """Expect the closure's code of each child without a mark, in place of what was expected there. Five queries."""
    replaced = list(ExpectedMark.objects.filter(pk__in={line.expected_id for line in plan.of(Effect.REPLACED)}))
    ExpectedMark.objects.filter(pk__in=[row.pk for row in replaced]).update(ended_at=at, ended_by=by.user)
    taken = Span(closure.from_date, closure.until_date, closure.halves)
    ExpectedMark.objects.bulk_create(
        copy_of(row, span)
        for row in replaced
        for span in what_remains(Span(row.from_date, row.until_date, row.halves), taken)
    )
    halves: dict[tuple[int, dt.date], set[Half]] = defaultdict(set)
    for line in plan.of(Effect.EXPECTED, Effect.REPLACED):
        halves[line.pupil_id, line.date].add(line.half)
    made = ExpectedMark.objects.bulk_create(
        ExpectedMark(
            pupil_id=pupil_id,
            from_date=date,
            until_date=date + dt.timedelta(days=1),
            halves=BOTH if len(each) > 1 else next(iter(each)).value,
            code=closure.code,
            nature=closure.nature,
            origin=str(closure),
            granted_by=by.user,
            granted_by_name=by.name,
            granted_by_role=by.role,
            granted_at=at,
        )
        for (pupil_id, date), each in halves.items()
    )
    before = [ClosureChange(closure=closure, expected=row, code_before=row.code) for row in replaced]
    ClosureChange.objects.bulk_create([*before, *(ClosureChange(closure=closure, expected=row) for row in made)])


def copy_of(row: ExpectedMark, span: Span) -> ExpectedMark:
    """Return an unsaved expectation like another, over some of its sessions."""
    return ExpectedMark(
        pupil_id=row.pupil_id,
        from_date=span.from_date,
        until_date=span.until_date,
        halves=span.halves,
        code=row.code,
        nature=row.nature,
        origin=row.origin,
        granted_by_id=row.granted_by_id,
        granted_by_name=row.granted_by_name,
        granted_by_role=row.granted_by_role,
        granted_at=row.granted_at,
    )


def _apply_at_once(
    plan: Plan, sessions: Iterable[Session], registers: Mapping[int, Register], *, by: Member, at: dt.datetime
) -> None:
    """Make marks now of what is expected in registers that are finished or closed, or were never opened in time.

    Registers still open take them when they finish or close. Some queries for each such register.
    """
    policy, by_pk = school_policy(), {session.pk: session for session in sessions}
    opened = {(row.session_id, row.group_id): row for row in registers.values()}
    wanted: dict[tuple[int, int], set[int]] = defaultdict(set)
    for line in plan.of(Effect.EXPECTED, Effect.REPLACED):
        wanted[line.session_id, line.group_id].add(line.pupil_id)
    for (session_id, group_id), pupils in wanted.items():
        register, session = opened.get((session_id, group_id)), by_pk[session_id]
        if register is None:
            if at > closes_at(session, policy=policy, group_id=group_id):
                close = partial(close_unopened_register, Group.objects.get(pk=group_id), session)
                close(policy=policy, by=by, at=at)
        elif not times_of(register).is_open(at):
            rows = [row for row in register_rows(register, by=by) if row.pupil_id in pupils]
            apply_expected(register, rows, at=at)
