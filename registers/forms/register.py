"""The register's page as a plain form: what was chosen for each child, beside what the person saw."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping
from typing import Final, NamedTuple

from registers.actions.entering import Entry
from registers.rules.calendar import LONDON
from registers.rules.marks import late_code

LATE: Final = "late"
MORE: Final = "more"
NOTE_WITHOUT_A_MARK: Final = "Choose a mark: the note is kept with it."
LATE_CODES: Final = frozenset({"L", "U"})


class Seen(NamedTuple):
    """What a page showed of a child's mark, sent back with the form so that a stale page overwrites nothing."""

    base: int = 0
    code: str = ""
    arrived: str = ""
    note: str = ""

    def __str__(self) -> str:
        return "|".join(map(str, self))

    @classmethod
    def read(cls, text: str) -> "Seen":
        """Return what a hidden field says; a field that was meddled with counts as a blank mark seen."""
        base, *rest = text.split("|", maxsplit=3)
        return cls(int(base), *rest) if base.isdecimal() and len(base) < len("100000") else cls()


class RegisterForm:
    """A submitted register. `entries` are the rows the person changed; `problems` say what is wrong, by pupil."""

    def __init__(self, posted: Mapping[str, str], *, date: dt.date, closes_at: dt.datetime, at: dt.datetime) -> None:
        self.posted = {name: value.replace("\0", "") for name, value in posted.items()}  # nothing stored may hold one
        self.date, self.closes_at, self.at = date, closes_at, at
        self.entries: list[Entry] = []
        self.problems: dict[int, str] = {}
        self.key = key_of(self.posted.get("key", ""))
        for name, choice in self.posted.items():
            prefix, _, pupil = name.partition("-")
            if name == "do" and (cleared := cleared_by(choice)):
                seen = Seen.read(self.value("seen", cleared))
                self.entries.append(Entry(cleared, "", base=seen.base, made_at=at))
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
        return hashlib.sha256(repr((register_id, sorted(chosen.items()))).encode()).hexdigest()

    def value(self, field: str, pupil_id: int) -> str:
        """Return what a row's field was filled with."""
        return self.posted.get(f"{field}-{pupil_id}", "").strip()

    def _read(self, pupil_id: int, choice: str) -> None:
        """Add a row's entry, if its choice differs from what the person saw."""
        seen = Seen.read(self.value("seen", pupil_id))
        code, shown, arrived = choice, "", None
        if choice == MORE:
            code = self.value("more", pupil_id)
        elif choice == LATE and seen.code in LATE_CODES and self.value("time", pupil_id) == seen.arrived:
            code, shown = seen.code, seen.arrived
        elif choice == LATE:
            arrived = self._arrival(pupil_id, seen)
            code = late_code(arrived, self.closes_at).code if arrived else ""
            shown = f"{arrived.astimezone(LONDON):%H:%M}" if arrived else ""
        if not code:
            self.problems.setdefault(pupil_id, "Choose a code.")
        elif (code, shown, self._note(pupil_id, seen)) != seen[1:]:
            self.entries.append(self._entry(pupil_id, code, seen, arrived))

    def _note(self, pupil_id: int, seen: Seen) -> str:
        """Return the note beside a mark; what was seen of it, where the page has no field for one."""
        return self.posted.get(f"note-{pupil_id}", seen.note).strip()[:500]

    def _entry(self, pupil_id: int, code: str, seen: Seen, arrived: dt.datetime | None) -> Entry:
        return Entry(
            pupil_id=pupil_id,
            code=code[:2],
            base=seen.base,
            made_at=self.at,
            arrived_at=arrived,
            comment=None if self._note(pupil_id, seen) == seen.note else self._note(pupil_id, seen),
            nature=self.value("nature", pupil_id)[:200],
            reason=self.value("reason", pupil_id)[:500],
        )

    def _arrival(self, pupil_id: int, seen: Seen) -> dt.datetime | None:
        """Return when a late child came: the time given, else now; a time that cannot be is a problem."""
        given = self.value("time", pupil_id)
        if not given and not seen.arrived:
            return self.at.replace(second=0, microsecond=0)
        try:
            arrived = dt.datetime.combine(self.date, dt.time.fromisoformat(given), tzinfo=LONDON)
        except ValueError:
            self.problems[pupil_id] = "Enter the time of arrival, such as 09:05."
            return None
        if arrived > self.at:
            self.problems[pupil_id] = f"{given} is still to come. Enter when the child arrived."
            return None
        return arrived


def is_number(text: str) -> bool:
    """Say whether a text is a number that the database can hold."""
    return text.isdecimal() and len(text) < len(str(2**63))


def cleared_by(action: str) -> int | None:
    """Return the pupil whose mark a button takes back, if it is such a button."""
    name, _, pupil = action.partition("-")
    return int(pupil) if name == "clear" and is_number(pupil) else None


def key_of(text: str) -> uuid.UUID:
    """Return the key a form was sent under, or a new one."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()
