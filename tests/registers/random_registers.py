"""Registers made at random, in plain values and in the database: both eras' codes, gaps on the roll, blanks and
amendments at many moments. What a mark said at a moment is worked out here, without the product."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hypothesis import strategies as st

from attendance_mat.accounts.member import Member
from attendance_mat.clock import LONDON
from registers.models import Characteristic, GroupMember, Mark, MarkAmendment, Pupil, PupilYear, Register, RollPeriod
from registers.rules import codes
from registers.rules.calendar import Half, SessionMark
from registers.rules.roll import Period, on_roll
from tests.factories import make_group, make_register, make_session

# The days on which codes changed their meaning, and days beside them.
DAYS = [dt.date(2011, 8, 31), dt.date(2011, 9, 1), dt.date(2013, 9, 2), dt.date(2024, 8, 15), dt.date(2024, 8, 16),
    dt.date(2024, 8, 19), dt.date(2024, 8, 20), dt.date(2024, 9, 2)]  # fmt: skip
SESSIONS = [(day, half) for day in DAYS for half in Half]
# Two moments of each day, while its registers are open, and two long after.
MOMENTS = [dt.datetime.combine(day, dt.time(hour), LONDON) for day in DAYS for hour in (18, 22)]
MOMENTS += [dt.datetime(2024, 10, 1, 9, tzinfo=LONDON), dt.datetime(2024, 11, 1, 9, tzinfo=LONDON)]
CODES = sorted({row.code for row in codes.periods()})
EDGES = [*DAYS, DAYS[0] - dt.timedelta(days=1), dt.date(2012, 1, 1), dt.date(2024, 12, 1)]


class Change(NamedTuple):
    """What a mark was made or changed to, and the place in MOMENTS when that came in."""

    moment: int
    code: str


@dataclass(frozen=True)
class RandomPupil:
    """A pupil, what was so over stretches of time, and the history of some marks."""

    dob: dt.date
    sex: str
    boarder: bool
    roll: Sequence[Period]
    years: Sequence[tuple[Period, int]]
    groups: Sequence[tuple[Period, str]]
    needs: Sequence[tuple[Period, str]]
    histories: dict[tuple[dt.date, Half], list[Change]]

    def said(self, as_at: int | None) -> list[SessionMark]:
        """Return what the marks of days on roll said just after a moment, or say now."""
        latest = len(MOMENTS) if as_at is None else as_at
        known = {
            place: [change for change in history if change.moment <= latest]
            for place, history in self.histories.items()
        }
        return [
            SessionMark(day, half, history[-1].code)
            for (day, half), history in sorted(known.items())
            if history and on_roll(self.roll, day)
        ]


def value_on(stretches: Sequence[tuple[Period, object]], on: dt.date) -> object:
    """Return the value of the stretch that covers a day, None where none does."""
    return next((value for period, value in stretches if period.covers(on)), None)


def _history(day: dt.date, steps: Sequence[tuple[int, str]]) -> list[Change]:
    """Return a mark's history from steps of (moments on, code), without those that the database would refuse."""
    moment, history = 2 * DAYS.index(day), list[Change]()
    for later, code in steps:
        moment = min(moment + later, len(MOMENTS) - 1)
        is_change = bool(history) and code != history[-1].code
        is_clearing = not code
        if (is_change and not (is_clearing and MOMENTS[moment].date() != day)) or (not history and code):
            history.append(Change(moment, code))
    return history


@st.composite
def _periods(draw: st.DrawFn) -> list[Period]:
    """Draw periods that stay apart, some touching, the last perhaps without an end."""
    edges = sorted(draw(st.sets(st.sampled_from(EDGES), min_size=1, max_size=6)))
    pairs = zip(edges, [*edges[1:], None], strict=True)
    kept = [Period(begin, end) for begin, end in pairs if draw(st.booleans())]
    return kept or [Period(edges[0])]


def _stretches(values: st.SearchStrategy[object]) -> st.SearchStrategy[list[tuple[Period, object]]]:
    return _periods().flatmap(
        lambda periods: st.tuples(*[values] * len(periods)).map(lambda drawn: list(zip(periods, drawn, strict=True)))
    )


@st.composite
def random_pupils(draw: st.DrawFn) -> RandomPupil:
    """Draw a pupil."""
    steps = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([*CODES, ""])), max_size=4)
    return RandomPupil(
        dob=draw(st.dates(dt.date(1994, 8, 1), dt.date(2021, 9, 30))),
        sex=draw(st.sampled_from("FM")),
        boarder=draw(st.booleans()),
        roll=draw(_periods()),
        years=draw(_stretches(st.integers(-2, 13))),
        groups=draw(_stretches(st.sampled_from(["4A", "4B"]))),
        needs=draw(_stretches(st.sampled_from(["", "K", "E"]))),
        histories={(day, half): _history(day, draw(steps)) for day, half in SESSIONS},
    )


class Store:
    """Puts random pupils into the database as people would have: at each moment, what came in then."""

    def __init__(self, *, by: Member, set_clock: Callable[[dt.datetime], None]) -> None:
        self.set_clock = set_clock
        self.person = {"by": by.user, "by_name": by.name, "by_role": by.role}
        group = make_group()
        midnight = {day: dt.datetime.combine(day, dt.time(23, 59), LONDON) for day in DAYS}
        self.registers: dict[tuple[dt.date, Half], Register] = {
            (day, half): make_register(make_session(day, half), group, closes_at=midnight[day])
            for day, half in SESSIONS
        }

    def put(self, pupils: Sequence[RandomPupil]) -> list[Pupil]:
        """Store pupils with all their marks and amendments, and return them in the same order."""
        rows = [self._put_pupil(number, pupil) for number, pupil in enumerate(pupils)]
        arriving: dict[int, list[tuple[Pupil, tuple[dt.date, Half], int, str]]] = defaultdict(list)
        for row, pupil in zip(rows, pupils, strict=True):
            for place, history in pupil.histories.items():
                for number, change in enumerate(history):
                    arriving[change.moment].append((row, place, number, change.code))
        marks: dict[tuple[int, tuple[dt.date, Half]], Mark] = {}
        for moment in sorted(arriving):
            self.set_clock(MOMENTS[moment])
            new = [(row, place, code) for row, place, number, code in arriving[moment] if number == 0]
            made = Mark.objects.bulk_create([self._mark(*mark, MOMENTS[moment]) for mark in new])
            marks |= {(row.pk, place): mark for (row, place, _), mark in zip(new, made, strict=True)}
            for row, place, number, code in arriving[moment]:
                if number:
                    self._amend(marks[row.pk, place], place[0], code, MOMENTS[moment])
        return rows

    @staticmethod
    def _put_pupil(number: int, pupil: RandomPupil) -> Pupil:
        row = Pupil.objects.create(
            upn=f"Z{number:012d}",
            surname="Random",
            forename="Pupil",
            dob=pupil.dob,
            sex=pupil.sex,
            boarder=pupil.boarder,
        )
        RollPeriod.objects.bulk_create(RollPeriod(pupil=row, **period._asdict()) for period in pupil.roll)
        PupilYear.objects.bulk_create(PupilYear(pupil=row, year=year, **on._asdict()) for on, year in pupil.years)
        GroupMember.objects.bulk_create(
            GroupMember(pupil=row, group=make_group(name), kind="registration", **on._asdict())
            for on, name in pupil.groups
        )
        Characteristic.objects.bulk_create(
            Characteristic(pupil=row, kind="sen", value=value, **on._asdict()) for on, value in pupil.needs
        )
        return row

    def _mark(self, pupil: Pupil, place: tuple[dt.date, Half], code: str, at: dt.datetime) -> Mark:
        register = self.registers[place]
        person = {f"made_{name}": value for name, value in self.person.items()}
        return Mark(
            pupil=pupil, session=register.session, register=register, code=code, source="teacher", made_at=at,
            received_at=at, **person,
        )  # fmt: skip

    def _amend(self, mark: Mark, day: dt.date, code: str, at: dt.datetime) -> None:
        person = {f"amended_{name}": value for name, value in self.person.items()}
        kind = "correction" if at.date() == day else "amendment"
        MarkAmendment.objects.create(
            mark=mark, kind=kind, amended_code=code, reason="Parent rang", source="office", made_at=at, received_at=at,
            **person,
        )  # fmt: skip
