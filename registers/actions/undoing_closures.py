"""Undoing an unplanned closure: marks go back by amendment, and what was expected before is expected again."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record, record_each
from registers.actions.closures import Told, copy_of, take_turns, told
from registers.actions.entering import OWN_FAMILY, Entry, amendment_of, times_of
from registers.models import Closure, ClosureChange, ExpectedMark, FamilyTie, Mark, MarkAmendment, Register, Source
from registers.queries import closures as queries
from registers.rules.closures import Span, taken_part
from registers.rules.marks import ChangeKind, kind_of_change

NO_REASON = "N"  # what a mark says that the closure made where there was none


@dataclass(frozen=True)
class Undoing:
    """A closure being undone, by whom, when and why, with its registers locked."""

    closure: Closure
    registers: Mapping[int, Register]
    because: str
    by: Member
    at: dt.datetime

    @property
    def span(self) -> Span:
        return Span(self.closure.from_date, self.closure.until_date, self.closure.halves)


@transaction.atomic
def undo_closure(closure: Closure, *, because: str, by: Member, at: dt.datetime) -> int:
    """Undo a closure: marks go back to what they said, each by an amendment; return how many.

    What is expected and has not become a mark is withdrawn, and what was expected before is expected again. A mark that
    somebody has changed since stays. A mark the closure made where there was none goes to what was expected there
    before, or says that no reason is established. Raises ValidationError by field.
    """
    take_turns()
    closure = Closure.objects.select_for_update().get(pk=closure.pk)
    if closure.undone_at is not None:
        raise ValidationError({"because": "This closure was undone already."})
    if not because.strip():
        raise ValidationError({"because": "Say why the closure is undone: it is kept with each amendment."})
    sessions = queries.sessions_in(Span(closure.from_date, closure.until_date, closure.halves))
    undoing = Undoing(closure, queries.lock_registers(sessions), because, by, at)
    changes = queries.changes_of(closure)
    _require_no_family(changes, by=by)
    events = [*_marks_back(undoing, changes), *_made_marks_back(undoing, changes)]
    _expect_again(undoing, changes)
    closure.undone_at, closure.undone_by, closure.undone_because = at, by.user, because
    closure.save(update_fields=["undone_at", "undone_by", "undone_because"])
    record_each(events, by=by, at=at)
    record(Event.CLOSURE_UNDONE, closure, by=by, at=at, marks=len(events))
    return len(events)


def _require_no_family(changes: list[ClosureChange], *, by: Member) -> None:
    """Refuse where a child concerned is family of whoever undoes it. One query."""
    pupils = {change.mark.pupil_id for change in changes if change.mark}
    pupils |= {change.expected.pupil_id for change in changes if change.expected}
    if FamilyTie.objects.filter(user=by.user_id, pupil__in=pupils).exists():
        raise ValidationError(OWN_FAMILY)


def _marks_back(undoing: Undoing, changes: list[ClosureChange]) -> list[Told]:
    """Amend back the marks the closure amended, those that nobody has changed since. Two queries."""
    closure = undoing.closure
    last = {
        row.mark_id: row
        for row in MarkAmendment.objects.filter(
            mark__in=[change.mark_id for change in changes if change.mark_id], made_at=closure.declared_at
        )
    }
    found = []
    for change in changes:
        mark = change.mark
        was = last.get(mark.pk) if mark else None
        if mark and was and was.number == mark.changes and mark.code == closure.code:
            entry = Entry(
                mark.pupil_id,
                was.original_code,
                base=1 + mark.changes,
                made_at=undoing.at,
                arrived_at=was.original_arrived_at,
                minutes_late=was.original_minutes_late,
                nature=was.original_nature,
                comment=was.original_comment,
            )
            found.append((mark, entry))
    return _amended(undoing, found)


def _made_marks_back(undoing: Undoing, changes: list[ClosureChange]) -> list[Told]:
    """Withdraw what the closure expected; amend the marks it has become that nobody changed. Three queries."""
    closure, at = undoing.closure, undoing.at
    made = [change.expected for change in changes if change.expected and not change.code_before]
    ExpectedMark.objects.filter(pk__in=[row.pk for row in made], ended_at=None).update(
        ended_at=at, ended_by=undoing.by.user
    )
    slots = {(row.pupil_id, row.from_date) for row in made}
    before = dict(_expected_before(undoing, changes))
    marks = Mark.objects.select_related("session").filter(
        pupil__in={pupil for pupil, _ in slots},
        session__date__gte=closure.from_date,
        session__date__lt=closure.until_date,
        source=Source.EXPECTED,
        code=closure.code,
        changes=0,
        received_at__gte=closure.declared_at,
    )
    found = []
    for mark in marks.order_by("pk"):
        if (mark.pupil_id, mark.session.date) in slots:
            was = before.get((mark.pupil_id, mark.session.date, mark.session.half))
            code, nature = (was.code, was.nature) if was else (NO_REASON, "")
            found.append((mark, Entry(mark.pupil_id, code, base=1, made_at=at, nature=nature)))
    return _amended(undoing, found)


def _expected_before(
    undoing: Undoing, changes: list[ClosureChange]
) -> Iterator[tuple[tuple[int, dt.date, str], ExpectedMark]]:
    """Yield what was expected at each session before the closure took its place."""
    for change in changes:
        row = change.expected
        if row and change.code_before:
            part = taken_part(Span(row.from_date, row.until_date, row.halves), undoing.span)
            days = (part.until_date - part.from_date).days
            for half in ("am", "pm"):
                if part.halves in {half, "both"}:
                    for number in range(days):
                        yield (row.pupil_id, part.from_date + dt.timedelta(days=number), half), row


def _amended(undoing: Undoing, found: list[tuple[Mark, Entry]]) -> list[Told]:
    """Amend marks, an empty code kept for those whose register is still open. One query."""
    changes, told_of = [], []
    for mark, entry in found:
        kind = kind_of_change(times_of(undoing.registers[mark.register_id]), undoing.at)
        unexplained = Entry(entry.pupil_id, NO_REASON, base=entry.base, made_at=entry.made_at)
        undone = unexplained if not entry.code and kind is ChangeKind.AMENDMENT else entry
        reason = f"Closure undone: {undoing.because}"
        changes.append(
            amendment_of(mark.pk, undone, kind=kind, reason=reason, by=undoing.by, source=Source.OFFICE, at=undoing.at)
        )
        told_of.append((mark.pupil_id, mark.code))
    made = MarkAmendment.objects.bulk_create(changes)
    return [told(change, *about) for change, about in zip(made, told_of, strict=True)]


def _expect_again(undoing: Undoing, changes: list[ClosureChange]) -> None:
    """Expect again what the closure replaced, unless something else is expected there by now. A query each."""
    for change in changes:
        row = change.expected
        if row and change.code_before:
            again = copy_of(row, taken_part(Span(row.from_date, row.until_date, row.halves), undoing.span))
            try:
                with transaction.atomic():
                    again.save()
            except IntegrityError as error:
                if "expected_marks_stay_apart" not in str(error):
                    raise
