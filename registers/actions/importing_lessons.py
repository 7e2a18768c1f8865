"""Takes lessons and their periods from a timetable's file, from its first day on."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from registers.actions.importing_job import Effect, ImportJob
from registers.actions.importing_timetable_rows import show
from registers.gateways.mis_timetable import Row
from registers.models import Group, Room, TimetabledLesson, TimetablePeriod
from registers.queries import timetable as queries

Key = tuple[str, int, str]  # of a period: its week, weekday and name


class Times(NamedTuple):
    """When a period is held, and from which day until which its lessons ask for it."""

    starts: dt.time
    ends: dt.time
    from_date: dt.date
    until_date: dt.date | None

    def joined(self, other: "Times") -> "Times":
        """Return both as one stretch of days."""
        ends = None if self.until_date is None or other.until_date is None else max(self.until_date, other.until_date)
        return self._replace(from_date=min(self.from_date, other.from_date), until_date=ends)


class What(NamedTuple):
    """What a lesson is, but for the days it holds."""

    period: Key
    starts: dt.time
    ends: dt.time
    group_id: int
    subject: str
    room: str
    teacher_id: int | None
    until_date: dt.date | None


@dataclass
class Lessons:
    """The lessons of one file, to stand from a day on instead of those that do now."""

    job: ImportJob
    rows: Sequence[Row]
    groups: Mapping[str, Group]
    first_day: dt.date
    standing: list[TimetabledLesson] = field(default_factory=list)

    def take(self) -> None:
        """End what the file no longer has, and add what is new in it. Some twelve queries however long it is."""
        self._refuse_two_at_once()
        wanted = self._wanted()
        times = self._times()
        self.standing = queries.lessons_from(self.first_day)
        periods = self._kept_periods(times)
        kept = self._kept(wanted, periods)
        stale = [lesson for lesson in self.standing if lesson.pk not in kept.values()]
        self._refuse_to_change_what_was_taken(stale)
        if self.job.faults.count:
            return
        self._end(stale)
        self._end_periods(times, periods)
        made = self._add_periods(times, periods)
        self._add([(row, what) for row, what in wanted if row.line not in kept], made)
        for row, _ in wanted:
            effect = Effect.UNCHANGED if row.line in kept else Effect.NEW
            show(self.job, row, effect, "No change" if row.line in kept else "lesson begins")
        self.job.counts[Effect.REMOVED] += len(stale)

    @cached_property
    def _staff(self) -> dict[str, int]:
        return queries.staff_by_address(self.job.school)

    def _wanted(self) -> list[tuple[Row, What]]:
        found = []
        for row in self.rows:
            address = (row["teacher"] or "").lower()
            if address and address not in self._staff:
                reason = "Nobody at this school has this address: import the staff first."
                self.job.faults.add(row.line, "teacher", row["teacher"], reason)
            what = What(
                _key(row), row["starts"], row["ends"], self.groups[row["group"].casefold()].pk, row["subject"] or "",
                (row["room"] or "").casefold(), self._staff.get(address), row.until_date,
            )  # fmt: skip
            found.append((row, what))
        return found

    def _times(self) -> dict[Key, Times]:
        """Return each period's times, and the days over which lessons ask for it."""
        found: dict[Key, tuple[Times, int]] = {}
        for row in self.rows:
            asked = Times(row["starts"], row["ends"], row["from"], row.until_date)
            stands, line = found.setdefault(_key(row), (asked, row.line))
            if stands[:2] != asked[:2]:
                reason = f"This period has other times on line {line}: a file has one time for each."
                self.job.faults.add(row.line, "starts", f"{row['starts']:%H:%M}", reason)
            found[_key(row)] = (stands.joined(asked), line)
        return {key: times for key, (times, _) in found.items()}

    def _refuse_two_at_once(self) -> None:
        """Note a group that is to have two lessons in one period, in any week."""
        seen: dict[tuple[int, str, str], list[Row]] = {}
        for row in self.rows:
            others = seen.setdefault((row["weekday"], row["period"], row["group"].casefold()), [])
            for other in others:
                in_one_week = not row["week"] or not other["week"] or row["week"] == other["week"]
                if in_one_week and _overlap(row, other):
                    reason = f"This group has another lesson in this period on line {other.line}."
                    self.job.faults.add(row.line, "period", row["period"], reason)
                    break
            others.append(row)

    def _kept_periods(self, times: Mapping[Key, Times]) -> dict[Key, TimetablePeriod]:
        """Return the periods that stand and go on as the file has them."""
        kept: dict[Key, TimetablePeriod] = {}
        for period in queries.periods_from(self.first_day):
            asked = times.get(_key_of(period))
            if asked and asked[:2] == (period.starts, period.ends) and period.from_date <= asked.from_date:
                kept.setdefault(_key_of(period), period)
        return kept

    def _kept(self, wanted: Iterable[tuple[Row, What]], periods: Mapping[Key, TimetablePeriod]) -> dict[int, int]:
        """Return, by the line of the file, the lessons that stand and go on as it has them."""
        standing: dict[What, TimetabledLesson] = {}
        for lesson in self.standing:
            if lesson.period in periods.values():
                standing.setdefault(_what_of(lesson), lesson)
        kept = {}
        for row, what in wanted:
            found = standing.get(what)
            if found and found.from_date <= row["from"]:
                kept[row.line] = found.pk
        return kept

    def _refuse_to_change_what_was_taken(self, stale: Sequence[TimetabledLesson]) -> None:
        taken = queries.last_registers([lesson.pk for lesson in stale], since=self.first_day)
        if not taken:
            return
        line = min(row.line for row in self.rows if row["from"] == self.first_day)
        last = max(taken.values())
        reason = (
            f"{len(taken)} of the lessons that this file changes have a register, a cancellation, cover or a reminder"
            f" on or after that day, the last on {last.isoformat()}: begin the file on a later day."
        )
        self.job.faults.add(line, "from", self.first_day.isoformat(), reason)

    def _end(self, stale: Sequence[TimetabledLesson]) -> None:
        TimetabledLesson.objects.filter(
            pk__in=[lesson.pk for lesson in stale if lesson.from_date >= self.first_day]
        ).delete()
        TimetabledLesson.objects.filter(
            pk__in=[lesson.pk for lesson in stale if lesson.from_date < self.first_day]
        ).update(until_date=self.first_day)

    def _end_periods(self, times: Mapping[Key, Times], kept: Mapping[Key, TimetablePeriod]) -> None:
        """End the periods no lesson needs any more, and have those that go on reach as far as the file asks."""
        stay = {period.pk for period in kept.values()}
        for key, period in kept.items():
            until = times[key].until_date
            if period.until_date and (until is None or until > period.until_date):
                TimetablePeriod.objects.filter(pk=period.pk).update(until_date=until)
        gone = [period for period in queries.periods_from(self.first_day) if period.pk not in stay]
        TimetablePeriod.objects.filter(pk__in=[row.pk for row in gone if row.from_date >= self.first_day]).delete()
        TimetablePeriod.objects.filter(pk__in=[row.pk for row in gone if row.from_date < self.first_day]).update(
            until_date=self.first_day
        )

    def _add_periods(
        self, times: Mapping[Key, Times], kept: Mapping[Key, TimetablePeriod]
    ) -> dict[Key, TimetablePeriod]:
        made = TimetablePeriod.objects.bulk_create(
            TimetablePeriod(week=key[0], weekday=key[1], name=key[2], **asked._asdict())
            for key, asked in times.items()
            if key not in kept
        )
        return {**kept, **{_key_of(period): period for period in made}}

    def _add(self, wanted: Sequence[tuple[Row, What]], periods: Mapping[Key, TimetablePeriod]) -> None:
        rooms = queries.rooms()
        names = {row["room"].casefold(): row["room"] for row, _ in reversed(wanted) if row["room"]}
        made = Room.objects.bulk_create(Room(name=name) for key, name in names.items() if key not in rooms)
        rooms |= {room.name.casefold(): room for room in made}
        TimetabledLesson.objects.bulk_create(
            TimetabledLesson(
                period=periods[what.period],
                group_id=what.group_id,
                subject=what.subject,
                room=rooms.get(what.room),
                teacher_id=what.teacher_id,
                from_date=row["from"],
                until_date=what.until_date,
            )
            for row, what in wanted
        )


def _key(row: Row) -> Key:
    return row["week"] or "", row["weekday"], row["period"]


def _key_of(period: TimetablePeriod) -> Key:
    return period.week, period.weekday, period.name


def _what_of(lesson: TimetabledLesson) -> What:
    period = lesson.period
    return What(
        _key_of(period), period.starts, period.ends, lesson.group_id, lesson.subject,
        lesson.room.name.casefold() if lesson.room else "", lesson.teacher_id, lesson.until_date,
    )  # fmt: skip


def _overlap(row: Row, other: Row) -> bool:
    """Say whether two rows hold on one day."""
    begins = max(row["from"], other["from"])
    return all(each.until_date is None or begins < each.until_date for each in (row, other))
