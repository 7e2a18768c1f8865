"""A lesson's register as a plain form: what was chosen for each child, beside what the person saw."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import quote

from registers.actions.deciding_lessons import LessonEntry
from registers.forms.register import NOTE_WITHOUT_A_MARK, cleared_by, is_number, key_of
from registers.rules.calendar import LONDON
from registers.rules.lessons import LessonCode

LATE: Final = "late"  # what the page's own script calls it, as it does on the statutory register
LONGEST_MINUTES: Final = 4  # digits


class SeenLesson(NamedTuple):
    """What a page showed of a child's mark, sent back so that a stale page overwrites nothing.

    Its parts stand where the statutory register's do, so that one script reads the note of both.
    """

    base: int = 0
    code: str = ""
    detail: str = ""
    note: str = ""

    def __str__(self) -> str:
        return "|".join(map(str, self))

    @classmethod
    def read(cls, text: str) -> "SeenLesson":
        """Return what a hidden field says; a field that was meddled with counts as a blank mark seen."""
        base, *rest = text.split("|", maxsplit=3)
        return cls(int(base), *rest) if base.isdecimal() and len(base) < len("100000") else cls()


def detail_of(minutes: str, until: str, place: str) -> str:
    """Return what a lesson's mark says besides its code and its note, as one part of what was seen."""
    return ",".join((minutes, until, quote(place, safe=""))) if minutes or until or place else ""


class LessonForm:
    """A submitted lesson register. `entries` are the rows the person changed; `problems` say what is wrong by pupil."""

    def __init__(self, posted: Mapping[str, str], *, date: dt.date, at: dt.datetime) -> None:
        self.posted = {name: value.replace("\0", "") for name, value in posted.items()}
        self.date, self.at = date, at
        self.entries: list[LessonEntry] = []
        self.problems: dict[int, str] = {}
        self.key = key_of(self.posted.get("key", ""))
        for name, choice in self.posted.items():
            prefix, _, pupil = name.partition("-")
            if name == "do" and (cleared := cleared_by(choice)):
                seen = SeenLesson.read(self.value("seen", cleared))
                self.entries.append(LessonEntry(cleared, "", base=seen.base, made_at=at))
            elif prefix == "mark" and is_number(pupil) and int(pupil) != cleared_by(self.action):
                self._read(int(pupil), choice)
            elif prefix == "note" and choice.strip() and is_number(pupil) and f"mark-{pupil}" not in self.posted:
                self.problems[int(pupil)] = NOTE_WITHOUT_A_MARK

    @property
    def action(self) -> str:
        """Return which button was pressed."""
        return self.posted.get("do", "save")

    def digest(self, register_id: int) -> str:
        """Return a digest of what was chosen in a register, whichever button sent it."""
        chosen = {name: value for name, value in self.posted.items() if name not in {"do", "csrfmiddlewaretoken"}}
        return hashlib.sha256(repr(("lesson", register_id, sorted(chosen.items()))).encode()).hexdigest()

    def value(self, field: str, pupil_id: int) -> str:
        """Return what a row's field was filled with."""
        return self.posted.get(f"{field}-{pupil_id}", "").strip()

    def _read(self, pupil_id: int, choice: str) -> None:
        """Add a row's entry, if its choice differs from what the person saw."""
        seen = SeenLesson.read(self.value("seen", pupil_id))
        code = LessonCode.LATE.value if choice == LATE else choice[:2]
        is_late, is_elsewhere = code == LessonCode.LATE, code == LessonCode.ELSEWHERE
        minutes = self.value("minutes", pupil_id) if is_late else ""
        place = self.value("place", pupil_id)[:60] if is_elsewhere else ""
        until = self.value("until", pupil_id)[:5] if is_elsewhere else ""
        note = self.posted.get(f"note-{pupil_id}", seen.note).strip()[:500]
        if (code, detail_of(minutes, until, place), note) == seen[1:]:
            return
        if minutes and not (minutes.isdecimal() and len(minutes) < LONGEST_MINUTES):
            self.problems[pupil_id] = "Enter whole minutes, such as 8."
            return
        until_at = self._until(pupil_id, until)
        if pupil_id in self.problems:
            return
        self.entries.append(
            LessonEntry(
                pupil_id=pupil_id,
                code=code,
                base=seen.base,
                made_at=self.at,
                minutes_late=int(minutes) if minutes else None,
                place=place,
                until_at=until_at,
                comment=None if note == seen.note else note,
                reason=self.value("reason", pupil_id)[:500],
            )
        )

    def _until(self, pupil_id: int, given: str) -> dt.datetime | None:
        if not given:
            return None
        try:
            return dt.datetime.combine(self.date, dt.time.fromisoformat(given), tzinfo=LONDON)
        except ValueError:
            self.problems[pupil_id] = "Enter when the child is expected back, such as 10:30."
            return None
