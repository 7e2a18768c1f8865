"""Truancy at John Taylor: there earlier and not in a later lesson."""

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

from absence.models import Task, TruancyAlert
from attendance_mat.audit.consumers import handle_waiting_events
from registers.actions.deciding_lessons import LessonEntry
from registers.actions.taking_lessons import save_lesson_marks
from registers.models import LessonRegister
from tests.clauses import proves
from tests.clauses.truancy import TUESDAY, School, at, school
from tests.registers.lessons import make_lesson, make_lesson_register, make_period, make_teaching_group

__all__ = ["school"]
SEPTEMBER = dt.date(2025, 9, 1)


@proves("JTM-8.10")
def test_one_in_period_one_and_missing_from_period_three_is_looked_for_until_they_come_eight_minutes_late(
    school: Callable[[str], School],
) -> None:
    here = school("john_taylor")
    group = make_teaching_group("9A/Ma", here.pupil, from_date=SEPTEMBER)
    registers = {}
    for number, starts in ((1, dt.time(8, 45)), (3, dt.time(11, 10))):
        period = make_period(number, weekday=1, from_date=SEPTEMBER)
        period.starts, period.name = starts, str(number)
        lesson = make_lesson(group, period, teacher=here.people.tess.user, from_date=SEPTEMBER)
        registers[number] = make_lesson_register(lesson, TUESDAY)

    def save(register: LessonRegister, code: str, when: dt.datetime, **detail: object) -> None:
        here.it_is(when)
        mark = register.marks.first()
        entry = LessonEntry(here.pupil.pk, code, 1 + mark.changes if mark else 0, when, **detail)
        save_lesson_marks(register, [entry], key=uuid4(), digest="", by=here.people.tess, at=when)
        handle_waiting_events(at=when)

    # Given present in period 1 and N in period 3 at 11:10, then an alert is open, with its check and its call home
    save(registers[1], "/", at(8, 50))
    save(registers[3], "N", at(11, 10))
    alert = TruancyAlert.objects.get()
    assert (alert.is_open, alert.raised_at) == (True, at(11, 10))
    assert alert.last_seen.startswith("Period 1")
    assert set(Task.objects.values_list("kind", "role")) == {
        ("contact", "attendance_officer"), ("other", "head_of_year"),
    }  # fmt: skip
    # When the pupil comes at 11:18, then it is closed as late eight minutes
    save(registers[3], "L", at(11, 18), minutes_late=8)
    alert.refresh_from_db()
    assert (alert.ending, alert.minutes_late, alert.ended_at) == ("late", 8, at(11, 18))
    assert not Task.objects.filter(done_at__isnull=True, dropped_at__isnull=True).exists()
