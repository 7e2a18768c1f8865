"""Setting up a sitting of an exam: its hall's register supplies the session's statutory marks of its candidates."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from itertools import count
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import User
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from registers.actions.expecting import Wanted, end_expected_absence, expect_absences
from registers.models import ExpectedMark, Group, GroupMember, Pupil, Room, Session, TimetabledLesson, TimetablePeriod
from registers.queries import exams as queries
from registers.rules.calendar import Half
from registers.rules.expected import BOTH, but_for

STUDY_LEAVE: Final = "S"
ONE_DAY: Final = dt.timedelta(days=1)
LONGEST_NAME: Final = 22  # of an exam within its group's name


@dataclass(frozen=True)
class Sitting:
    """An exam as somebody plans it: what, when, where and under whom."""

    exam: str
    date: dt.date
    half: Half
    starts: dt.time
    ends: dt.time
    room: str
    invigilator: User | None = None


@transaction.atomic
def set_up_exam(sitting: Sitting, candidates: Collection[Pupil], *, by: Member, at: dt.datetime) -> TimetabledLesson:
    """Set up a sitting and return its lesson of one day; study leave agreed for that session gives way to the exam.

    Raises ValidationError by field where the school does not meet then, nobody sits it, or a candidate has another
    exam at that time.
    """
    if not Session.objects.filter(date=sitting.date, half=sitting.half).exists():
        raise ValidationError({"date": "The school does not meet then: set the calendar first."})
    if not candidates:
        raise ValidationError({"groups": "Choose a group, or enter the candidates' numbers."})
    busy = queries.sitting_then(sitting.date, sitting.half, [pupil.pk for pupil in candidates])
    if busy:
        message = f"{len(busy)} of them have another exam in that session, {busy[0].list_name} the first."
        raise ValidationError({"groups": message})
    lesson = _lesson(sitting)
    GroupMember.objects.bulk_create(
        GroupMember(pupil=pupil, group=lesson.group, kind=Group.Kind.TEACHING, from_date=sitting.date,
                    until_date=sitting.date + ONE_DAY)
        for pupil in candidates
    )  # fmt: skip
    given_way = _end_study_leave(sitting, candidates, by=by, at=at)
    record(Event.EXAM_SET_UP, lesson, by=by, at=at, pupils=len(candidates), date=sitting.date.isoformat(),
           half=sitting.half, study_leave=given_way)  # fmt: skip
    return lesson


def _lesson(sitting: Sitting) -> TimetabledLesson:
    until = sitting.date + ONE_DAY
    period, _ = TimetablePeriod.objects.get_or_create(
        name=f"Exam {sitting.starts:%H:%M}-{sitting.ends:%H:%M}", week="", weekday=sitting.date.weekday(),
        starts=sitting.starts, ends=sitting.ends, from_date=sitting.date, until_date=until,
    )  # fmt: skip
    room, _ = Room.objects.get_or_create(name=sitting.room)
    group = Group.objects.create(kind=Group.Kind.TEACHING, name=_group_name(sitting))
    return TimetabledLesson.objects.create(
        period=period, group=group, subject=sitting.exam, room=room, teacher=sitting.invigilator,
        supplies=sitting.half, from_date=sitting.date, until_date=until,
    )  # fmt: skip


def _group_name(sitting: Sitting) -> str:
    """Return a name no other group has: an exam may be sat in several rooms."""
    name = f"{sitting.exam[:LONGEST_NAME].strip()} {sitting.date:%-d %b %y} {sitting.half}"
    taken = set(Group.objects.filter(kind=Group.Kind.TEACHING, name__startswith=name).values_list("name", flat=True))
    return next(each for n in count(1) if (each := name if n == 1 else f"{name} {n}") not in taken)


def _end_study_leave(sitting: Sitting, candidates: Collection[Pupil], *, by: Member, at: dt.datetime) -> int:
    """Leave study leave only on the sessions without an exam (PR24 reg 11(5), R33); return how many gave way."""
    rows = queries.expected_then(sitting.date, sitting.half, [pupil.pk for pupil in candidates], code=STUDY_LEAVE)
    for row in rows:
        end_expected_absence(row, by=by, at=at)
        left = but_for(_slots(row), attended={(sitting.date, sitting.half)})
        if left:
            wanted = Wanted(row.code, row.origin, left, nature=row.nature)
            expect_absences([row.pupil], wanted, by=by, at=at)
    return len(rows)


def _slots(row: ExpectedMark) -> list[tuple[dt.date, Half]]:
    halves = tuple(Half) if row.halves == BOTH else (Half(row.halves),)
    held = Session.objects.filter(date__gte=row.from_date, date__lt=row.until_date, half__in=halves)
    return [(date, Half(half)) for date, half in held.values_list("date", "half")]
