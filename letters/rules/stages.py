"""What a stage's letter quotes, read back from its frozen figures."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from letters.rules.merge import CountedDay, counted_days
from registers.rules import codes
from registers.rules.codes import MISSED

HALVES: Final = 2  # sessions in a school day


@dataclass(frozen=True)
class Term:
    """The sessions a pupil missed from a term's first day on, both days included."""

    first: dt.date
    last: dt.date
    missed: int

    @property
    def days(self) -> str:
        """Return the sessions missed as school days, "3.5"."""
        return _halved(self.missed)

    def hours(self, a_day: int) -> str:
        """Return the learning lost in hours, "17.5", where a school day is worth so many."""
        return _halved(self.missed * a_day)


@dataclass(frozen=True)
class Week:
    """A pupil's sessions in one school week, both days included."""

    first: dt.date
    last: dt.date
    present: int
    possible: int


@dataclass(frozen=True)
class Meeting:
    """When and where the school proposes to meet; nothing is agreed where there is no day."""

    on: dt.date | None = None
    at: dt.time | None = None
    place: str = ""
    attended_by: str = ""  # besides the pupil and the parents
    purpose: str = ""


@dataclass(frozen=True)
class Ground:
    """Why a stage asks for a letter. `first` and `last` bound its sessions; a letter may rest on none at all."""

    rule: str
    label: str
    arithmetic: str
    first: dt.date | None
    last: dt.date | None
    days: tuple[CountedDay, ...]
    term: Term | None
    meeting: Meeting
    reply_by: dt.date | None
    next_stage: str


@dataclass(frozen=True)
class WeeklyChange:
    """How a pupil's attendance went this week beside last week. The letter lists no session."""

    this_week: Week
    last_week: Week | None  # nothing where no session was possible
    days: tuple[CountedDay, ...] = ()

    @property
    def change(self) -> str:
        """Return "rose", "fell" or "same", on whole sessions; empty where there is nothing to compare."""
        last = self.last_week
        if last is None or not self.this_week.possible:
            return ""
        now, then = self.this_week.present * last.possible, last.present * self.this_week.possible
        return "same" if now == then else ("rose" if now > then else "fell")


def ground(figures: Mapping[str, Any]) -> Ground:
    """Return a stage's finding as its letter tells it. Needs `rule`; everything else may be absent, null or empty.

    From the finding: `label`, `arithmetic`, `from`, `to` and `sessions` ([date, half, code]; the letter lists those
    of them that the pupil missed). Besides it the one who proposes the letter may give:

    - `term`: {"from", "to", "missed"}: this term so far, in sessions missed;
    - `meeting`: {"date", "time", "place", "with", "purpose"}, each of them optional;
    - `reply_by`: a date by which an answer is asked for;
    - `next_stage`: the label of the stage at which the next school year begins (end-of-year-letter).
    """
    days = counted_days(_missed(figures.get("sessions") or ()))
    return Ground(
        rule=figures["rule"],
        label=figures.get("label") or "",
        arithmetic=figures.get("arithmetic") or "",
        first=_date(figures.get("from")) or (days[0].day if days else None),
        last=_date(figures.get("to")) or (days[-1].day if days else None),
        days=days,
        term=_term(figures.get("term")),
        meeting=_meeting(figures.get("meeting") or {}),
        reply_by=_date(figures.get("reply_by")),
        next_stage=figures.get("next_stage") or "",
    )


def unlisted(figures: Mapping[str, Any]) -> Ground:
    """Return a stage's finding for a letter that lists no session, such as a postcard. Reads what `ground` reads."""
    return ground({**figures, "sessions": ()})


def weekly_change(figures: Mapping[str, Any]) -> WeeklyChange:
    """Return two weeks' sums for the weekly message.

    Needs `this_week`, and `last_week` or null: {"from", "to", "present", "possible"}, dates included and counts in
    sessions. A last week without a possible session is as none.
    """
    last = _week(figures["last_week"]) if figures["last_week"] else None
    return WeeklyChange(_week(figures["this_week"]), last if last and last.possible else None)


def _missed(sessions: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    """Return those sessions at which the pupil was absent: a share of attendance is also made of others."""
    return [session for session in sessions if _is_missed(*session)]


def _is_missed(date: str, _half: str, said: str) -> bool:
    code = codes.find(said, on=dt.date.fromisoformat(date))
    return code is not None and code.statistical in MISSED


def _term(frozen: Mapping[str, Any] | None) -> Term | None:
    if not frozen:
        return None
    return Term(
        dt.date.fromisoformat(frozen["from"]), dt.date.fromisoformat(frozen["to"]), missed=int(frozen["missed"])
    )


def _week(frozen: Mapping[str, Any]) -> Week:
    first, last = (dt.date.fromisoformat(frozen[end]) for end in ("from", "to"))
    return Week(first, last, present=int(frozen["present"]), possible=int(frozen["possible"]))


def _meeting(frozen: Mapping[str, Any]) -> Meeting:
    return Meeting(
        on=_date(frozen.get("date")),
        at=dt.time.fromisoformat(frozen["time"]) if frozen.get("time") else None,
        place=frozen.get("place") or "",
        attended_by=frozen.get("with") or "",
        purpose=frozen.get("purpose") or "",
    )


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _halved(sessions: int) -> str:
    """Return a count of halves as a number, without a needless nought."""
    whole, half = divmod(sessions, HALVES)
    return f"{whole}.5" if half else str(whole)
