"""Writes one school's registers and marks day by day, each received when it would have been."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from random import Random
from typing import Any, Final

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.roles import Role
from attendance_mat.clock import LONDON
from registers.actions.entering import closes_at, starts_at
from registers.actions.importing_copy import copy_rows
from registers.models import Group, Mark, MarkAmendment, Pupil, Register, Session, Source
from reporting.demo.absences import slot
from reporting.demo.product_time import ProductTime
from reporting.demo.pupils import SEED
from reporting.demo.so_far import SchoolSoFar
from reporting.demo.telling import NATURES, PRESENT, Telling, tell

OFFICE_HOUR: Final = dt.time(10, 40)  # when the officer has worked through the morning's messages
COLUMNS: Final = (
    "pupil_id", "register_id", "code", "nature", "arrived_at", "minutes_late", "source", "made_by_id", "made_by_name",
    "made_by_role", "made_at",
)  # fmt: skip
MINUTE: Final = dt.timedelta(minutes=1)


class History:
    """Writes the past of one school, up to the day before the demonstration's."""

    def __init__(self, school: SchoolSoFar, time: ProductTime) -> None:
        self.school, self.time = school, time
        self.random = Random(f"{SEED} {school.school.slug} history")
        # Absences that still want a reason, by the day that brings it: pupil, session and what is said.
        self.waiting: dict[int, list[tuple[int, int, Telling]]] = defaultdict(list)

    def write_day(self, day: int) -> None:
        """Write a day: the morning's registers, what was found out by midday, the afternoon's registers."""
        morning, afternoon = self.school.sessions[slot(day)], self.school.sessions[slot(day, afternoon=True)]
        self._write_session(day, morning)
        self._amend(day, dt.datetime.combine(morning.date, OFFICE_HOUR, LONDON))
        self._write_session(day, afternoon)

    def _write_session(self, day: int, session: Session) -> None:
        closes = closes_at(session, policy=self.school.policy)
        self.time.set_to(closes)
        registers = Register.objects.bulk_create(
            [self._register(group, session, closes) for group in self.school.groups.values()]
        )
        rows = (row for register in registers for row in self._marks(day, session, register))
        same = {"session_id": session.pk, "comment": "", "received_at": closes, "changes": 0}
        copy_rows(Mark, COLUMNS, rows, same=same)

    def _register(self, group: Group, session: Session, closes: dt.datetime) -> Register:
        opened = starts_at(session, policy=self.school.policy)
        taker = self.school.staff.of_class(group.name, session.date).user
        finished = closes - self.random.randrange(1, 4) * MINUTE
        return Register(
            session=session,
            group=group,
            opened_at=opened,
            closes_at=closes,
            taken_by=taker,
            taken_at=opened + self.random.randrange(2, 6) * MINUTE,
            finished_by=taker,
            finished_at=finished,
        )

    def _marks(self, day: int, session: Session, register: Register) -> Iterator[tuple[Any, ...]]:
        afternoon = session.half == Session.Half.PM
        number = slot(day, afternoon=afternoon)
        taker = self.school.staff.of_class(register.group.name, session.date)
        for pupil, child in self.school.in_class(register.group.name, session.date):
            code = child.plan.codes.get(number)
            telling = PRESENT[afternoon]
            if code:
                telling = tell(code, self.random, begins=number in child.plan.begins, afternoon=afternoon)
                if telling.becomes:
                    self.waiting[day + telling.delay].append((pupil.pk, session.pk, telling))
            yield self._row(pupil, register, telling, taker)

    def _row(self, pupil: Pupil, register: Register, telling: Telling, taker: Member) -> tuple[Any, ...]:
        by = self.school.staff.one(telling.role) if telling.role else taker
        arrived = minutes = None
        made = register.finished_at if telling.source == Source.EXPECTED else register.taken_at
        if telling.code == "L":
            open_for = (register.closes_at - register.opened_at) // MINUTE
            minutes = self.random.randrange(1, open_for)
            made = arrived = register.opened_at + minutes * MINUTE
        return (
            pupil.pk, register.pk, telling.code, NATURES.get(telling.code, ""), arrived, minutes, telling.source,
            by.user_id, by.name, by.role.value, made,
        )  # fmt: skip

    def _amend(self, day: int, at: dt.datetime) -> None:
        due = self.waiting.pop(day, [])
        if not due:
            return
        self.time.set_to(at)
        found = Mark.objects.filter(session__in={session for _, session, _ in due}, code="N")
        marks = {(pupil, session): pk for pk, pupil, session in found.values_list("pk", "pupil", "session")}
        officer = self.school.staff.one(Role.ATTENDANCE_OFFICER)
        MarkAmendment.objects.bulk_create(
            [self._amendment(marks[pupil, session], telling, officer, at) for pupil, session, telling in due]
        )

    def _amendment(self, mark: int, telling: Telling, officer: Member, at: dt.datetime) -> MarkAmendment:
        """Return the change; a child who came after the close has an hour of arrival, that morning."""
        arrived = at - self.random.randrange(5, 70) * MINUTE if telling.becomes == "U" else None
        return MarkAmendment(
            mark_id=mark,
            kind=MarkAmendment.Kind.AMENDMENT,
            amended_code=telling.becomes,
            amended_arrived_at=arrived,
            reason=telling.reason,
            source=Source.OFFICE,
            amended_by=officer.user,
            amended_by_name=officer.name,
            amended_by_role=officer.role,
            made_at=at,
            received_at=at,
        )
