"""Any value of a policy in sentences: its own where they are written here, otherwise each of its fields with its unit.

Every sentence is made from the value, so that a change of the value is a change of the document.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any, Final

from attendance_mat.policy import ladder, schema
from attendance_mat.policy.names import ROLES
from attendance_mat.policy.schema import MonthDay, Parameter
from attendance_mat.policy.session_times import SessionTimes
from escalation.rules import english
from escalation.rules.phrases import PHRASES

UNITS: Final = {
    "minutes": "minute", "hours": "hour", "days": "day", "weeks": "week", "terms": "term", "months": "month",
    "years": "year", "sessions": "session", "percent": "%", "pounds": "£",
}  # fmt: skip
TITLES: Final = {
    "ladders": "Stages of escalation",
    "codes_by_role": "Who may enter which code",
    "first_day_contact": "First-day contact",
    "first_day_calls": "First-day calls",
    "follow_ups": "What a finding leads to",
    "part_time_timetable": "Part-time timetable",
    "off_site_checks": "Off-site checks",
    "register_open": "Closing of the register",
}
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def title(name: str) -> str:
    """Return the name of a parameter or a field in words."""
    return TITLES.get(name) or name.replace("_", " ").capitalize()


def sentences(value: Parameter) -> tuple[str, ...]:
    """Return what a value says, in sentences."""
    own = _OWN.get(type(value))
    return own(value) if own else tuple(_fields(value))


def field_key(kind: type, name: str) -> str:
    """Return how phrases.py names a field of a class."""
    return f"{re.sub(r'(?<!^)(?=[A-Z])', '_', kind.__name__).lower()}.{name}"


def _fields(value: Any) -> Iterator[str]:
    """Yield what each field says, a sentence each; a list of parts is a sentence a part."""
    for name, said in _said(value):
        if _is_parts(said):
            yield from (_one_line(item) for item in said)
        else:
            words = _field(value, name, said)
            if words:
                yield words if words.endswith(".") else f"{words}."


def _one_line(value: Any) -> str:
    """Return a part of a value in one sentence: what it is, then what is said of it."""
    parts = [f"({' '.join(_one_line(item) for item in said)})" if _is_parts(said) else _field(value, name, said)
             for name, said in _said(value)]  # fmt: skip
    first, *rest = [part for part in parts if part]
    line = f"{first}: {'; '.join(rest)}" if rest else first
    return f"{line[0].upper()}{line[1:].removesuffix('.')}."


def _said(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a value that say something."""
    for field in fields(value):
        said = getattr(value, field.name)
        if said is not None and said != ():
            yield field.name, said


def _is_parts(said: Any) -> bool:
    """Say whether a value is a list of parts that have fields of their own."""
    return isinstance(said, tuple) and not isinstance(said, MonthDay) and is_dataclass(said[0])


def _field(value: Any, name: str, said: Any) -> str:
    """Return one field in words; empty where a no says nothing."""
    phrase = PHRASES.get(field_key(type(value), name))
    if phrase is not None and isinstance(said, bool):
        yes, _, no = phrase.partition("|")
        return yes if said else no
    words = _with_unit(name, said)
    return phrase.format(words) if phrase is not None else f"{title(name)}: {words}"


def _with_unit(name: str, said: Any) -> str:
    """Return a value in words, a number with the unit its field is named for."""
    unit = name.rpartition("_")[2]
    if not isinstance(said, int) or isinstance(said, bool) or unit not in UNITS:
        return _words(said)
    return _measured(said, unit, "school " if name.startswith("school_") else "")


def _measured(count: int, unit: str, of: str = "") -> str:
    noun = UNITS[unit]
    if noun == "%":
        return f"{count}%"
    if noun == "£":
        return f"£{count:,}"
    return f"{count} {of}{noun}{'' if count == 1 else 's'}"


def _words(said: Any) -> str:
    """Return a single value, or a list of them, in words."""
    for kind, words in _KINDS:
        if isinstance(said, kind):
            return words(said)
    return str(said)


_KINDS: Final[tuple[tuple[type, Callable[[Any], str]], ...]] = (
    (bool, lambda said: "yes" if said else "no"),
    (MonthDay, lambda said: f"{said.day} {said.of(2000):%B}"),
    (tuple, lambda said: "; ".join(_words(item) for item in said)),
    (time, lambda said: f"{said:%H:%M}"),
    (date, english.day),
    (StrEnum, lambda said: english.GROUPS.get(said) or said.replace("_", " ")),
    (str, lambda said: (said.replace("_", " ") if said in ROLES else said).removesuffix(".")),
)


def _days(count: int, noun: str = "school day") -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _codes(codes: tuple[str, ...]) -> str:
    return english.listed(codes, last="or")


def _penalty(value: schema.PenaltyNoticeThreshold) -> tuple[str, ...]:
    return (
        f"A penalty notice is considered once {_days(value.sessions, 'session')} of {_codes(value.codes)} fall within"
        f" {value.school_weeks} adjacent school weeks. Sessions before {english.day(value.counts_from)} do not count.",
    )


def _unexplained(value: schema.UnexplainedAbsence) -> tuple[str, ...]:
    return (
        f"An absence with no reason known is {value.code}. Within {_days(value.school_days)} it becomes the code of its"
        f" reason; where none is found, {value.fallback}, or {value.if_attended_later} where the pupil came in later.",
    )


def _leave_checks(value: schema.LeaveChecks) -> tuple[str, ...]:
    said = [f"Leave is asked for at least {_days(value.notice_days, 'day')} before its first day."]
    if value.unauthorised_sessions is not None:
        most = value.unauthorised_sessions
        count = f"More than {_days(most, 'session')}" if most else "Any session"
        said.append(f"{count} without leave this school year speaks against it.")
    if value.authorised_percent is not None:
        said.append(f"Authorised absence above {value.authorised_percent}% of possible sessions speaks against it.")
    return (*said, "Each of these advises; the headteacher decides.")


def _leave_codes(value: schema.LeaveCodes) -> tuple[str, ...]:
    return (
        f"Leave may be granted under {_codes(value.grantable)}; the usual code is {value.usual}.",
        f"Leave taken without a grant is {value.if_taken_without}.",
        f"{english.listed(value.rest_on_facts)} rest on facts and need no grant.",
    )


def _follow_ups(value: schema.FollowUps) -> tuple[str, ...]:
    said = []
    for each in value.rules:
        opens = "opens a case" if each.opens_case else "opens no case by itself"
        due = f" within {_days(each.due_school_days)}" if each.due_school_days is not None else ""
        said.append(f"{title(each.rule)} {opens}. Next{due}: {each.next_step}")
    return tuple(said)


def _compulsory_age(value: schema.CompulsorySchoolAge) -> tuple[str, ...]:
    days = english.listed([_words(day) for day in value.prescribed_days], last="or")
    return (f"Compulsory school age begins on the {days} that falls on or next after the {value.birthday}th birthday.",)


def _leaving(value: schema.SchoolLeavingDate) -> tuple[str, ...]:
    return (
        f"Compulsory school age ends on the last {WEEKDAYS[value.weekday - 1]} of {date(2000, value.month, 1):%B}"
        f" in the school year of the {value.birthday}th birthday.",
        f"The next school year begins on {_words(value.next_year_begins)}.",
    )


def _terms(value: ladder.SchoolTerms) -> tuple[str, ...]:
    return (
        f"{_days(value.half_term_weekdays, 'weekday')} or more without a session part two half terms.",
        f"The longest gap that begins from {_words(value.winter_gap_from)} to {_words(value.winter_gap_to)}, or from"
        f" {_words(value.spring_gap_from)} to {_words(value.spring_gap_to)}, parts two terms.",
    )


def _by_role(value: schema.CodesByRole) -> tuple[str, ...]:
    return tuple(f"{title(field.name)}: {', '.join(getattr(value, field.name)) or 'none'}." for field in fields(value))


def _session(half: str, value: SessionTimes) -> tuple[str, ...]:
    others = (
        f"For {english.listed([english.year(year) for year in each.years])} it starts at {each.starts:%H:%M}."
        for each in value.by_year
    )
    return (f"The {half} session starts at {value.starts:%H:%M}.", *others)


def _ladders(value: ladder.Ladders) -> tuple[str, ...]:
    count = len(value.stages)
    return (f"{_days(count, 'stage')} in {_days(len(value.ladders), 'ladder')}." if count else "No stages.",)


_OWN: Final[dict[type[Parameter], Callable[[Any], tuple[str, ...]]]] = {
    schema.StatisticalYear: lambda v: (f"Attendance is counted over years that begin on {_words(v.starts)}.",),
    schema.CompulsorySchoolAge: _compulsory_age,
    schema.SchoolLeavingDate: _leaving,
    schema.HeadlineAges: lambda v: (
        f"Published rates are of pupils aged {v.youngest} to {v.oldest} on {_words(v.aged_on)}.",
    ),
    schema.PersistentAbsence: lambda v: (f"Absence of {v.percent}% of possible sessions or more is persistent.",),
    schema.SevereAbsence: lambda v: (f"Absence of {v.percent}% of possible sessions or more is severe.",),
    schema.PercentageStages: lambda v: (
        f"No percentage opens a stage until {_days(v.minimum_possible_sessions, 'session')} were possible.",
    ),
    schema.PenaltyNoticeThreshold: _penalty,
    schema.ContinuousAbsence: lambda v: (
        f"{_days(v.school_days)} in a row, every session {_codes(v.codes)}, may found removal from the roll.",
    ),
    schema.AttendanceReturn: lambda v: (
        f"The local authority is told of {_days(v.school_days)} in a row, every session {_codes(v.codes)}.",
    ),
    schema.SicknessReturn: lambda v: (
        f"The local authority is told where sickness ({_codes(v.codes)}) is likely to last, or to total in the year,"
        f" {_days(v.school_days)}.",
    ),
    schema.FollowUps: _follow_ups,
    schema.MorningSession: lambda v: _session("morning", v),
    schema.AfternoonSession: lambda v: _session("afternoon", v),
    schema.RegisterOpen: lambda v: (f"A register closes {_measured(v.minutes, 'minutes')} after its session starts.",),
    schema.UnexplainedAbsence: _unexplained,
    schema.UnexplainedReminder: lambda v: (
        f"An absence still unexplained after {_days(v.school_days)} is put before the attendance officer.",
    ),
    schema.AmendmentParticulars: lambda v: (f"Each amendment of a register keeps: {english.listed(v.keeps)}.",),
    schema.RegisterRetention: lambda v: (f"Every entry is kept {_days(v.years, 'year')} from the day it was made.",),
    schema.CodesByRole: _by_role,
    schema.FirstDayContact: lambda v: (
        "The family of a child not accounted for is contacted on the first day, "
        + (f"within {_measured(v.minutes_after_close, 'minutes')} after" if v.minutes_after_close else "as soon as")
        + " the register closes.",
    ),
    schema.LeaveChecks: _leave_checks,
    schema.LeaveCodes: _leave_codes,
    schema.NightlyCheck: lambda v: (f"The night's check runs from {v.at:%H:%M}.",),
    ladder.Ladders: _ladders,
    ladder.WeeklyReview: lambda v: (f"Each week's attendance is looked at on {WEEKDAYS[v.weekday - 1]}.",),
    ladder.OpenedCase: lambda v: (
        f"A case that opens with no step of its own is agreed to or declined within {_days(v.due_school_days)}.",
    ),
    ladder.WeeklyWriting: lambda v: (
        f"A week is written home about within {_days(v.within_days, 'day')} of its last school day, or not at all.",
    ),
    ladder.YearTurn: lambda v: (
        f"Last year's stages end in the first {_days(v.first_school_days)} of a school year.",
        f"The letter about the year that has ended is sent within {_days(v.letter_within_school_days)}.",
    ),
    ladder.StepImpact: lambda v: (
        f"Attendance is compared over at most {_days(v.most_school_days)} on either side of a letter or stage, "
        f"which are looked for in {_days(v.read_days, 'day')}.",
    ),
    ladder.EarlyWarning: lambda v: (
        f"A pupil's present rate is that of the last {_days(v.school_weeks, 'school week')}, this one included.",
    ),
    ladder.SchoolTerms: _terms,
}
