"""A lesson register's rows as its page draws them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from attendance_mat.web.formats import short_day, time_of_day
from registers.actions.taking_lessons import Proposal, may_be_filled
from registers.forms.lesson import LATE, LessonForm, SeenLesson, detail_of
from registers.models import LessonRegister
from registers.queries.lessons import LessonRow, PastLesson
from registers.queries.taking import Sight
from registers.rules.calendar import Half
from registers.rules.classroom import Shown, shown
from registers.rules.codes import Statistical
from registers.rules.flags import Flag, flags_of
from registers.rules.lessons import IN_SCHOOL, WORDS, LessonCode, said_in_words, supplied_codes
from registers.views.register_rows import PICTURES, initials_of

KINDS: Final = {LessonCode.ABSENT: Statistical.UNAUTHORISED, LessonCode.ELSEWHERE: Statistical.AEA}  # as drawn


@dataclass(frozen=True)
class DrawnLessonRow:
    """One child as the page draws them. `away` says, for one who is not expected, as much as a classroom may know.

    `registered` is what the registration register says of the half day, in words: the statutory mark.
    """

    pupil_id: int
    name: str
    born: str
    past: Sequence[Shown]
    flags: Sequence[Flag]
    registered: str
    away: str
    words: str
    code: str
    chosen: str
    seen: SeenLesson
    minutes: str
    place: str
    until: str
    note: str
    locked: str
    to_check: bool
    reported: bool
    is_amended: bool
    carried: str = ""  # what the first lesson of a double said of one who has no mark, in words
    carry: str = ""  # the same for a device to carry over: code, time of return and place
    differs: bool = False  # the lesson's register supplies the statutory mark, and that one says something else
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


def drawn(
    register: LessonRegister, rows: Sequence[LessonRow], *, sight: Sight, before: Sequence[PastLesson],
    past: Mapping[tuple[int, int], str], needs: Mapping[int, Collection[str]], supplied: Half | None = None,
    proposed: Mapping[int, Proposal] | None = None,
) -> list[DrawnLessonRow]:  # fmt: skip
    """Return every row as someone of this sight may see it.

    `supplied` is the session whose statutory marks the register supplies, `proposed` what the first lesson of a double
    says.
    """
    shared = {name for name, count in Counter(row.list_name for row in rows).items() if count > 1}
    proposed = proposed or {}
    return [
        replace(
            _row(
                row,
                register,
                sight,
                born=f"born {short_day(row.dob)}" if row.list_name in shared else "",
                flags=flags_of(needs.get(row.pupil_id, ())),
                past=[past_lesson(past.get((row.pupil_id, earlier.pk), "")) for earlier in before],
            ),
            carried=WORDS[LessonCode(proposed[row.pupil_id].code)] if row.pupil_id in proposed else "",
            carry=_to_carry(proposed[row.pupil_id]) if row.pupil_id in proposed else "",
            differs=bool(supplied and row.code and row.registered_code not in supplied_codes(row.code, supplied)),
        )
        for row in rows
    ]


def _to_carry(mark: Proposal) -> str:
    return f"{mark.code}|{time_of_day(mark.until_at) if mark.until_at else ''}|{mark.place}"


def _away(row: LessonRow, register: LessonRegister, sight: Sight) -> str:
    """Return why nobody waits for a child who has no mark, as someone of this sight may read it."""
    if row.signed_out:
        return row.signed_out.in_words(sees_reasons=sight.sees_reasons)
    return shown(row.expected_code, on=register.date, visible=sight.before).words


def past_lesson(code: str) -> Shown:
    """Return an earlier lesson's mark as it is drawn."""
    if not code:
        return Shown("", "No mark", "")
    said = LessonCode(code)
    return Shown(code, WORDS[said], KINDS.get(said, Statistical.ATTENDING))


def _row(
    row: LessonRow,
    register: LessonRegister,
    sight: Sight,
    *,
    born: str,
    past: Sequence[Shown],
    flags: Sequence[Flag],
) -> DrawnLessonRow:
    mark, code = row.mark, row.code
    minutes = str(mark.minutes_late) if mark and code and mark.minutes_late is not None else ""
    until = time_of_day(mark.until_at) if mark and code and mark.until_at else ""
    place = mark.place if mark and code else ""
    note = mark.comment if mark and code else ""
    words = said_in_words(code, minutes_late=mark.minutes_late, place=place) if mark and code else ""
    return DrawnLessonRow(
        pupil_id=row.pupil_id,
        name=row.list_name,
        born=born,
        past=past,
        flags=flags,
        registered=shown(row.registered_code, on=register.date, visible=sight.before).words,
        away=_away(row, register, sight) if row.is_away else "",
        words=words,
        code=code,
        chosen=LATE if code == LessonCode.LATE else code,
        seen=SeenLesson(row.base, code, detail_of(minutes, until, place), note),
        minutes=minutes,
        place=place,
        until=until,
        note=note,
        locked="Family: someone else marks this" if row.is_own_family else "",
        to_check=not code and not row.is_away and not may_be_filled(row),
        reported=row.reported and row.registered_code not in IN_SCHOOL,
        is_amended=bool(mark and mark.changes),
    )


def with_answers(rows: Collection[DrawnLessonRow], form: LessonForm, reply: Mapping[str, Any]) -> list[DrawnLessonRow]:
    """Return the rows with what became of a submitted form beside each, and what was typed where it was not taken."""
    answers = {answer["pupil"]: answer for answer in reply.get("rows", ())}
    return [_answered(row, form, answers.get(row.pupil_id, {})) for row in rows]


def _answered(row: DrawnLessonRow, form: LessonForm, answer: Mapping[str, Any]) -> DrawnLessonRow:
    problem = form.problems.get(row.pupil_id, "")
    if not problem and answer.get("outcome") != "refused":
        return replace(row, answer=answer)
    return replace(
        row,
        answer=answer,
        problem=problem or answer["why"],
        chosen="" if row.locked else form.value("mark", row.pupil_id),
        minutes=form.value("minutes", row.pupil_id),
        place=form.value("place", row.pupil_id),
        until=form.value("until", row.pupil_id),
        note=form.value("note", row.pupil_id),
    )
