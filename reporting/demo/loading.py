"""Loads one school of the demonstration, whole, in one transaction."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django_tenants.utils import tenant_context

from attendance_mat.accounts.roles import Role
from attendance_mat.embedded.school_days import latest_school_day, school_days, year_of
from attendance_mat.trust.models import Phase, School
from attendance_mat.trust.policy import policy_for
from registers.models import ExpectedMark, FamilyTie, GroupMember, Mark, Pupil, Register, RollPeriod, Session
from reporting.demo.admission import make_calendar, make_groups, make_pupils
from reporting.demo.after_school import ask_and_decide_leave, check_night, send_letters, work_cases
from reporting.demo.covering import cover_and_chase
from reporting.demo.expected import make_expected
from reporting.demo.history import History
from reporting.demo.lateness import follow_up_lateness
from reporting.demo.leading import put_in_place
from reporting.demo.lessons import cancel_some, make_timetable, plan_exam, take_lessons
from reporting.demo.morning import Morning
from reporting.demo.product_time import moving_time
from reporting.demo.pupils import Children, classes
from reporting.demo.schools import SchoolPlan
from reporting.demo.so_far import SchoolSoFar
from reporting.demo.staff import hand_over, make_staff
from reporting.demo.story import Arranged, arrange

Progress = Callable[[int], None]
AFTER_SCHOOL: Final = dt.time(15, 40)
OFFICE_OPENS: Final = dt.time(8)
LATE_IN_THE_DAY: Final = dt.time(14)  # from then on nobody is given cover for the day
FAMILY_OF_THE_OFFICE: Final = 20  # the place in the list of a child whose parent works in the office
LIVE_FOR: Final = 10  # school days since the schools went live: each of those nights is checked


@dataclass(frozen=True)
class DemoDay:
    """When the demonstration stands: its moment, and the number of that day among the year's school days."""

    at: dt.datetime
    days: tuple[dt.date, ...]
    today: int  # the first day that is not wholly past
    is_school_day: bool

    @classmethod
    def of(cls, at: dt.datetime) -> "DemoDay":
        """Return the day of a moment; out of school, all days up to it are past."""
        latest = latest_school_day(at.date())
        days = school_days(year_of(at.date()))
        here = latest == at.date()
        return cls(at=at, days=days, today=days.index(latest) + (not here), is_school_day=here)

    @property
    def since(self) -> dt.date:
        """Return the day from which this year's people, classes and years hold."""
        return dt.date(self.days[0].year, 9, 1)

    @property
    def went_live(self) -> dt.date:
        """Return the day from which lines that are crossed lead to something."""
        return self.days[max(0, self.today - LIVE_FOR)]


def is_loaded(school: School) -> bool:
    """Say whether a school has its demonstration: it comes whole or not at all. One query."""
    with tenant_context(school):
        return Session.objects.exists()


def load_school(school: School, plan: SchoolPlan, now: DemoDay, *, report: Progress) -> None:
    """Write everything of one school; `report` is told how many pupils' days are done."""
    with tenant_context(school), moving_time() as time:
        so_far, arranged = _admit(school, plan, now)
        make_expected(so_far, today=now.today)
        history = History(so_far, time)
        for day in range(now.today):
            if now.days[day] == school.go_live_date:
                _analyze()
            history.write_day(day)
            if now.days[day] >= school.go_live_date:
                check_night(so_far, day)
            report(len(so_far.pupils))
        _yesterday(so_far, now)
        if now.is_school_day:
            Morning(so_far, arranged, time, today=now.today).take(at=now.at)
        if plan.phase == Phase.SECONDARY:
            make_timetable(so_far, since=now.since)
            if now.is_school_day:
                take_lessons(so_far, time, at=now.at)
            plan_exam(so_far, at=now.at)
            cancel_some(so_far, at=now.at)
        if now.is_school_day and now.at.time() < LATE_IN_THE_DAY:
            cover_and_chase(so_far, time, at=now.at)


def _yesterday(so_far: SchoolSoFar, now: DemoDay) -> None:
    """Have the office and the headteacher do some of what waits, on the school day before."""
    if now.today:
        at = dt.datetime.combine(now.days[now.today - 1], AFTER_SCHOOL, now.at.tzinfo)
        ask_and_decide_leave(so_far, today=now.today, at=at)
        work_cases(so_far, at=at)
        follow_up_lateness(so_far, today=now.today)
        send_letters(so_far, at=at)
        put_in_place(so_far, today=now.at.date(), at=at)


def _admit(school: School, plan: SchoolPlan, now: DemoDay) -> tuple[SchoolSoFar, Arranged]:
    """Write the calendar, the people, the classes and the children."""
    children = Children(plan, now.days[0].year).all
    joined = [child for child in children if child.entered <= now.at.date()]
    arranged = arrange(joined, phase=plan.phase, today=min(now.today, len(now.days) - 1), days=list(now.days))
    sessions = make_calendar(now.days)
    groups = make_groups(classes(joined))
    appointed_at = dt.datetime.combine(now.since, OFFICE_OPENS, now.at.tzinfo)
    staff = make_staff(plan, school, groups, since=now.since, at=appointed_at)
    pupils = make_pupils(joined, groups, school, since=now.since)
    FamilyTie.objects.create(user=staff.one(Role.OFFICE).user, pupil=pupils[FAMILY_OF_THE_OFFICE])
    hand_over(school, staff, from_date=now.went_live, until_date=now.days[-1], at=appointed_at)
    school_so_far = SchoolSoFar(
        school=school,
        policy=policy_for(school),
        staff=staff,
        sessions=sessions,
        groups=groups,
        pupils=list(zip(pupils, joined, strict=True)),
    )
    return school_so_far, arranged


def _analyze() -> None:
    """Tell the planner of rows that no other process can see yet, before they are counted night after night."""
    tables = [model._meta.db_table for model in (Mark, Session, Register, Pupil, RollPeriod, GroupMember, ExpectedMark)]
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")
