"""Compulsory school age, and age at a day."""

import datetime as dt
from calendar import monthrange
from functools import cache
from typing import TypeVar

from attendance_mat.policy.adopted import national
from attendance_mat.policy.loader import NATIONAL, pack
from attendance_mat.policy.schema import CompulsorySchoolAge, HeadlineAges, Parameter, SchoolLeavingDate
from registers.rules.calendar import SchoolYear

P = TypeVar("P", bound=Parameter)


@cache
def compulsory_age_from(dob: dt.date) -> dt.date:
    """Return the first day of compulsory school age: the fifth birthday, or the next prescribed day.

    Source: EA96 s8(2), SI 1998/1607 art 2; statute.md R16.
    """
    terms = _law(CompulsorySchoolAge, dob)
    birthday = _birthday(dob, terms.birthday)
    prescribed = (day.of(year) for year in (birthday.year, birthday.year + 1) for day in sorted(terms.prescribed_days))
    return next(day for day in prescribed if day >= birthday)


@cache
def compulsory_age_until(dob: dt.date) -> dt.date:
    """Return the first day no longer of compulsory school age: the day after the leaving date.

    The leaving date is the last Friday in June of the school year in which the pupil turns sixteen.
    Source: EA96 s8(3), SI 1997/1970; statute.md R17.
    """
    terms = _law(SchoolLeavingDate, dob)
    birthday = _birthday(dob, terms.birthday)
    year = birthday.year if birthday < terms.next_year_begins.of(birthday.year) else birthday.year + 1
    month_end = dt.date(year, terms.month, monthrange(year, terms.month)[1])
    leaving_date = month_end - dt.timedelta(days=(month_end.isoweekday() - terms.weekday) % 7)
    return leaving_date + dt.timedelta(days=1)


def is_compulsory_age(dob: dt.date, on: dt.date) -> bool:
    """Say whether a pupil is of compulsory school age on a day. Source: EA96 s8; statute.md R16, R17."""
    return compulsory_age_from(dob) <= on < compulsory_age_until(dob)


def age_on(dob: dt.date, on: dt.date) -> int:
    """Return age in whole years on a day."""
    return on.year - dob.year - ((on.month, on.day) < (dob.month, dob.day))


def headline_age(dob: dt.date, school_year: SchoolYear) -> int:
    """Return the age published statistics give a pupil for a year: on 31 August at its start.

    Source: EES-M s2, Annex A; statute.md R59.
    """
    terms = national().terms(HeadlineAges, on=school_year.last)
    return age_on(dob, terms.aged_on.of(school_year.starts.year))


def is_headline(dob: dt.date, school_year: SchoolYear) -> bool:
    """Say whether published rates for a year count the pupil. Source: EES-M s2, Annex A; statute.md R59."""
    terms = national().terms(HeadlineAges, on=school_year.last)
    return terms.youngest <= headline_age(dob, school_year) <= terms.oldest


def _birthday(dob: dt.date, age: int) -> dt.date:
    """Return the day an age is reached; born on 29 February, it is 1 March where the year has no such day."""
    try:
        return dob.replace(year=dob.year + age)
    except ValueError:
        return dt.date(dob.year + age, 3, 1)


def _law(kind: type[P], dob: dt.date) -> P:
    """Return the law for someone born on a day; the earliest held for those born before it, so that a mistyped
    date of birth is a wrong age and not a crash."""
    earliest = pack(NATIONAL).values[kind.name][0].from_date
    return national().terms(kind, on=max(dob, earliest))
