"""A register's rows as its page draws them: what this member may see of each, and what they may press."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from attendance_mat.web.formats import short_day, time_of_day
from registers.forms.register import LATE, LATE_CODES, MORE, RegisterForm, Seen
from registers.models import Register, Session
from registers.queries.taking import RegisterRow, Sight
from registers.rules import codes
from registers.rules.calendar import Half
from registers.rules.classroom import Shown, shown
from registers.rules.codes import Code, Statistical, present_code
from registers.rules.flags import Flag, flags_of

ABSENT = "N"
PICTURES = 5  # colours of drawn pictures: section 13 of the style sheet


@dataclass(frozen=True)
class DrawnRow:
    """One child as the page draws them. `chosen` is the radio that is set; `locked` says why there is none to set."""

    pupil_id: int
    name: str
    born: str
    past: Sequence[Shown]
    mark: Shown
    base: int
    seen: Seen
    chosen: str
    more: str
    arrived: str
    minutes_late: int | None
    locked: str
    nature: str
    may_be_here: bool
    is_away: bool
    to_check: bool
    unconfirmed: bool
    is_amended: bool
    note: str
    out: str
    flags: Sequence[Flag]
    on_paper: str  # what a printed page says instead, where the screen may say more than a classroom may know
    problem: str = ""
    answer: Mapping[str, Any] = field(default_factory=dict)

    @property
    def initials(self) -> str:
        """Return what the drawn picture says: forename's and surname's first letters."""
        return initials_of(self.name)

    @property
    def picture(self) -> int:
        """Return which of the pictures' colours is the child's, always the same one."""
        return self.pupil_id % PICTURES

    @property
    def error(self) -> tuple[str, str] | None:
        """Return a link to the row and what was not taken, for the summary at the head of the page."""
        if self.answer.get("outcome") == "clash":
            return f"#pupil-{self.pupil_id}", f"{self.name}: someone else changed this mark while you worked."
        return (f"#pupil-{self.pupil_id}", f"{self.name}: {self.problem}") if self.problem else None


def initials_of(list_name: str) -> str:
    """Return the initials, forename first, of a name that is listed surname first."""
    surname, _, forename = list_name.partition(", ")
    return f"{forename[:1]}{surname[:1]}"


def choices(register: Register, sight: Sight) -> tuple[Code, ...]:
    """Return the codes behind More: those this role may enter at this session, but for present, absent and late."""
    session, half = register.session, Half(register.session.half)
    named = {present_code(half), ABSENT, *LATE_CODES}
    return tuple(
        code for code in codes.in_force(session.date) if code.code in sight.allowed - named and half in code.halves
    )


def drawn(
    register: Register,
    rows: Sequence[RegisterRow],
    *,
    sight: Sight,
    is_open: bool,
    sessions: Sequence[Session],
    past: Mapping[tuple[int, int], str],
    needs: Mapping[int, Collection[str]],
) -> list[DrawnRow]:
    """Return every row as someone of this sight may see it."""
    shared = {name for name, count in Counter(row.list_name for row in rows).items() if count > 1}
    return [
        _row(
            row,
            register,
            sight,
            is_open=is_open,
            flags=flags_of(needs.get(row.pupil_id, ())),
            born=f"born {short_day(row.dob)}" if row.list_name in shared else "",
            past=[
                shown(past.get((row.pupil_id, session.pk), ""), on=session.date, visible=sight.before)
                for session in sessions
            ],
        )
        for row in rows
    ]


def _row(
    row: RegisterRow,
    register: Register,
    sight: Sight,
    *,
    is_open: bool,
    born: str,
    past: Sequence[Shown],
    flags: Sequence[Flag],
) -> DrawnRow:
    on, half = register.session.date, register.session.half
    awaits = row.awaits if row.awaits and (is_open or row.awaits.counts(on)) else None
    hidden = sight.is_hidden(row)
    mark = shown(awaits.code if awaits else row.code, on=on, visible=sight.of(row))
    arrived = time_of_day(row.mark.arrived_at) if row.mark and row.mark.arrived_at else ""
    note = row.mark.comment if row.mark and row.code and not hidden else ""
    locked = mark.words if awaits or hidden else ("Family: someone else marks this" if row.is_own_family else "")
    chosen = "" if locked or not row.code else {present_code(Half(half)): row.code, ABSENT: ABSENT}.get(row.code, MORE)
    return DrawnRow(
        pupil_id=row.pupil_id,
        name=row.list_name,
        born=born,
        past=past,
        mark=mark,
        base=row.base,
        seen=Seen(row.base, "" if hidden else row.code, arrived, note),
        chosen=LATE if not locked and row.code in LATE_CODES else chosen,
        more=row.code if chosen == MORE else "",
        arrived=arrived,
        minutes_late=row.mark.minutes_late if row.mark and not hidden else None,
        locked=locked,
        nature=_nature(row, hidden=hidden, sight=sight),
        may_be_here=bool((awaits or hidden) and not row.is_own_family) or _expected_and_absent(row, on),
        is_away=awaits is not None,
        to_check=row.reported is not None,
        unconfirmed=row.awaits is not None and awaits is None,
        is_amended=bool(row.mark and row.mark.changes),
        note=note,
        out=_out(row, sight),
        flags=flags,
        on_paper=_on_paper(awaits.code if awaits else row.code, on=on, sight=sight),
    )


def _out(row: RegisterRow, sight: Sight) -> str:
    """Return what a row says of a child who was signed out and has no mark."""
    if row.signed_out is None or row.code:
        return ""
    return f"{row.signed_out.in_words(sees_reasons=sight.sees_reasons)}."


def _on_paper(code: str, *, on: dt.date, sight: Sight) -> str:
    """Return what paper says of a mark that not every classroom may see: it lies about (decision 6)."""
    seen = shown(code, on=on, visible=sight.classroom)
    return "" if seen.code or not code else seen.words


def _expected_and_absent(row: RegisterRow, on: dt.date) -> bool:
    """Say whether what was expected has become the child's mark."""
    found = codes.find(row.code, on=on)
    return bool(row.expected and found and found.statistical is not Statistical.ATTENDING and not row.is_own_family)


def _nature(row: RegisterRow, *, hidden: bool, sight: Sight) -> str:
    if not sight.sees_reasons or hidden:
        return ""
    return row.mark.nature if row.mark and row.code else (row.awaits.nature if row.awaits else "")


def with_answers(rows: Collection[DrawnRow], form: RegisterForm, reply: Mapping[str, Any]) -> list[DrawnRow]:
    """Return the rows with what became of a submitted form beside each, and what was typed where it was not taken."""
    answers = {answer["pupil"]: answer for answer in reply.get("rows", ())}
    return [_answered(row, form, answers.get(row.pupil_id, {})) for row in rows]


def _answered(row: DrawnRow, form: RegisterForm, answer: Mapping[str, Any]) -> DrawnRow:
    problem = form.problems.get(row.pupil_id, "")
    values = vars(row) | {"answer": answer, "problem": problem}
    if problem or answer.get("outcome") == "refused":
        values |= {
            "problem": problem or answer["why"],
            "chosen": "" if row.locked else form.value("mark", row.pupil_id),
            "more": form.value("more", row.pupil_id),
            "arrived": form.value("time", row.pupil_id),
            "nature": form.value("nature", row.pupil_id),
            "note": form.value("note", row.pupil_id),
        }
    return DrawnRow(**values)
