"""Early warning for a whole school: who is on course to cross a line by a day, at the rate of the last weeks."""

import datetime as dt
from collections.abc import Iterator, Mapping

from django.db import connection

from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.ladder import EarlyWarning
from attendance_mat.policy.schema import PenaltyNoticeThreshold
from attendance_mat.policy.triggers import Count, Span, Unit, Window
from attendance_mat.trust.models import School
from escalation.queries.stage_sql import sums_statement
from escalation.queries.triggers import Compiled, Sum
from escalation.rules.outlook import Ahead, Outlook, Share, courses, share_outlook, weeks_outlook
from escalation.rules.windows import ONE_DAY, Calendar, Days
from registers.queries.sessions import sessions_held
from registers.rules.age import compulsory_age_from, is_compulsory_age
from registers.rules.calendar import SchoolYear


def outlooks(*, as_of: dt.date, until: dt.date, policy: Policy, school: School) -> dict[int, list[Outlook]]:
    """Return what lies ahead of every pupil on roll on a day: each share of the year, and ten in ten. Two queries.

    It looks no further than the school year. Ten in ten is only of pupils of compulsory school age.
    Source: PN07 reg 9A; statute.md R42, R55, R56.
    """
    asked = _Asked(as_of, min(until, SchoolYear.of(as_of).last), policy, school)
    with connection.cursor() as cursor:
        cursor.execute(*sums_statement(asked.compiled))
        rows = cursor.fetchall()
    sums = asked.compiled.sums
    return {pk: list(asked.of_pupil(dob, dict(zip(sums, counts, strict=True)))) for pk, dob, *counts in rows}


class _Asked:
    """What is asked about every pupil of the school, and the sums it needs."""

    def __init__(self, as_of: dt.date, until: dt.date, policy: Policy, school: School) -> None:
        calendar = Calendar(sessions_held(from_date=dt.date.min, to_date=until))
        to_come = {day: n for day, n in calendar.sessions_on.items() if day > as_of}
        self.ahead = Ahead(as_of, until, to_come, calendar.weeks)
        self.lines = courses(policy, as_of=as_of)
        penalty = policy.find(PenaltyNoticeThreshold, on=as_of)
        self.penalty = penalty.value if penalty else None
        self.compiled = Compiled(calendar.read_by(policy), as_of, school.phase)
        weeks = policy.terms(EarlyWarning, on=as_of).school_weeks
        self.so_far = Days(SchoolYear.of(as_of).starts, as_of)
        self.lately = self.compiled.days_of(Window(Span.SCHOOL_WEEKS, length=weeks))
        self.weeks = self._weeks()
        for days in (self.so_far, self.lately):
            for count in dict.fromkeys([None, Count.UNAUTHORISED, *(course.line.count for course in self.lines)]):
                self.compiled.sum(count, days)
        for days in self.weeks.values():
            self.compiled.sum(Count.UNAUTHORISED, days)

    def of_pupil(self, dob: dt.date, counts: Mapping[Sum, int]) -> Iterator[Outlook]:
        """Yield what lies ahead of one pupil."""
        for course in self.lines:
            so_far, lately = (self._share(counts, course.line.count, days) for days in (self.so_far, self.lately))
            yield share_outlook(course, so_far=so_far, lately=lately, ahead=self.ahead)
        if self.penalty and is_compulsory_age(dob, self.ahead.as_of):
            since = compulsory_age_from(dob)
            by_week = {
                monday: counts[Sum(Unit.SESSIONS, Count.UNAUTHORISED, days)]
                for monday, days in self.weeks.items()
                if monday >= since
            }
            lately = self._share(counts, Count.UNAUTHORISED, self.lately)
            yield weeks_outlook(self.penalty, by_week=by_week, lately=lately, ahead=self.ahead)

    def _weeks(self) -> dict[dt.date, Days]:
        """Return the last weeks of the penalty threshold by their Mondays, as far as the law looks back."""
        if self.penalty is None:
            return {}
        as_of, law = self.ahead.as_of, self.penalty
        mondays = [monday for monday in self.ahead.weeks if monday <= as_of][-law.school_weeks :]
        return {
            monday: Days(max(monday, law.counts_from), min(as_of, monday + 6 * ONE_DAY))
            for monday in mondays
            if monday + 6 * ONE_DAY >= law.counts_from
        }

    def _share(self, counts: Mapping[Sum, int], count: Count, days: Days) -> Share:
        return Share(counts[Sum(Unit.SESSIONS, count, days)], counts[Sum(Unit.SESSIONS, None, days)])
