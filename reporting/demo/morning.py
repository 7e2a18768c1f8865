"""This morning, by the rooms' own actions: some registers finished, some being taken, some not opened yet."""

import datetime as dt
from collections.abc import Iterator
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.roles import Role
from attendance_mat.published.models import RegistersDue
from registers.actions.arriving import child_is_here
from registers.actions.entering import Entry
from registers.actions.expecting import expect_absence
from registers.actions.reporting_absence import Call, take_report
from registers.actions.saving import save_marks
from registers.actions.taking import finish_register, mark_everyone_else_present, open_register
from registers.models import AbsenceReport, ExpectedMark, Group, Pupil, Register, Session
from registers.queries.taking import blanks, register_rows, registers_owed
from registers.rules.calendar import Half
from registers.rules.codes import present_code
from reporting.demo.absences import slot
from reporting.demo.desk import keep_desk
from reporting.demo.product_time import ProductTime
from reporting.demo.pupils import Child
from reporting.demo.so_far import SchoolSoFar
from reporting.demo.story import Arranged

MINUTE: Final = dt.timedelta(minutes=1)
OFFICE_OPENS: Final = dt.timedelta(minutes=35)  # before the demonstration's moment: parents have been ringing since
AWAY: Final = frozenset("GILMOU")  # not in the room; of these only illness was rung in
LEFT_UNDECIDED: Final = 2  # of what parents said, with nobody to decide it yet
UNDER_WAY, FINISHED = 1, 2  # of every three registers; the first is still to open


class Morning:
    """Takes this morning's registers at one school, a few minutes before the demonstration's moment."""

    def __init__(self, school: SchoolSoFar, arranged: Arranged, time: ProductTime, *, today: int) -> None:
        self.school, self.arranged, self.time = school, arranged, time
        self.today = today
        self.session: Session = school.sessions[slot(today)]

    def take(self, *, at: dt.datetime) -> None:
        """Take what has been taken by a moment."""
        publish_what_is_due(self.school, self.session.date)
        self._ring_in(at - OFFICE_OPENS)
        for place, group in enumerate(self.school.groups.values()):
            if place % 3 == FINISHED:
                self._finish(group, at)
            elif place % 3 == UNDER_WAY:
                self._begin(group, at)
        keep_desk(self.school, self.session, self.time, at=at)

    def _absent(self) -> Iterator[tuple[Pupil, Child]]:
        for pupil, child in self.school.pupils:
            if child.is_on_roll(self.session.date) and child.plan.codes.get(slot(self.today)) in AWAY:
                yield pupil, child

    def _ring_in(self, at: dt.datetime) -> None:
        """Have the parents of every other ill child ring the office before school."""
        self.time.set_to(at)
        by = self.school.staff.one(Role.OFFICE)
        ill = [pupil for pupil, child in self._absent() if child.plan.codes[slot(self.today)] == "I"]
        day = self.session.date
        for pupil in ill[::2]:
            if not ExpectedMark.objects.filter(pupil=pupil, from_date__lte=day, until_date__gt=day).exists():
                expect_absence(
                    pupil, from_date=day, until_date=day + dt.timedelta(days=1), halves=ExpectedMark.Halves.BOTH,
                    code="I", origin="parent rang the office", by=by, at=at,
                )  # fmt: skip

        for pupil in ill[1::2][:LEFT_UNDECIDED]:
            mother = pupil.contacts.order_by("position").first()
            call = Call(
                first=day, last=day, halves=ExpectedMark.Halves.BOTH, reason="Sick in the night. Perhaps in later.",
                contact=mother, name="A neighbour", channel=AbsenceReport.Channel.ABSENCE_LINE, received_at=at,
            )  # fmt: skip
            take_report(pupil, call, by=by, at=at)

    def _open(self, group: Group, at: dt.datetime) -> tuple[Register, Member]:
        taker = self.school.staff.of_class(group.name, self.session.date)
        self.time.set_to(at)
        register = open_register(group, self.session, policy=self.school.policy, by=taker, at=at)
        return register, taker

    def _save(self, register: Register, entries: list[Entry], by: Member, at: dt.datetime) -> None:
        self.time.set_to(at)
        key = uuid5(NAMESPACE_URL, f"{self.school.school.slug} {register.pk}")
        if entries:
            save_marks(register, entries, key=key, digest="", by=by, at=at)

    def _missing(self, register: Register, by: Member, at: dt.datetime) -> list[Entry]:
        """Return N for the children who are not in the room and whom nothing explains."""
        away = {pupil.pk for pupil, _ in self._absent()}
        rows = blanks(register_rows(register, by=by))
        return [Entry(row.pupil_id, "N", base=0, made_at=at) for row in rows if row.pupil_id in away]

    def _finish(self, group: Group, at: dt.datetime) -> None:
        register, taker = self._open(group, at - 7 * MINUTE)
        self._save(register, self._missing(register, taker, at - 5 * MINUTE), taker, at - 5 * MINUTE)
        self._greet(register, taker, at - 4 * MINUTE)
        number = len(blanks(register_rows(register, by=taker)))
        mark_everyone_else_present(register, number=number, by=taker, at=at - 4 * MINUTE)
        self.time.set_to(at - 3 * MINUTE)
        finish_register(register, by=taker, at=at - 3 * MINUTE)

    def _greet(self, register: Register, taker: Member, at: dt.datetime) -> None:
        """Find one child in the room who has leave: the child wins, and the office is told."""
        self.time.set_to(at)
        here = self.arranged.on_leave[0]
        for pupil, child in self.school.classes[register.group.name]:
            if child is here:
                child_is_here(register, pupil.pk, base=0, by=taker, at=at)

    def _begin(self, group: Group, at: dt.datetime) -> None:
        """Go through the first half of a register, name by name."""
        register, taker = self._open(group, at - 3 * MINUTE)
        moment = at - 2 * MINUTE
        missing = {entry.pupil_id: entry for entry in self._missing(register, taker, moment)}
        present = present_code(Half.AM)
        rows = blanks(register_rows(register, by=taker))
        entries = [missing.get(row.pupil_id) or Entry(row.pupil_id, present, base=0, made_at=moment) for row in rows]
        self._save(register, entries[: len(entries) // 2], taker, moment)


def publish_what_is_due(school: SchoolSoFar, day: dt.date) -> None:
    """Publish how many registers the school owes on a day, both halves."""
    registers, pupils = registers_owed(day)
    for half in Half:
        RegistersDue.objects.update_or_create(
            school=school.school, date=day, half=half, defaults={"registers": registers, "pupils": pupils}
        )
