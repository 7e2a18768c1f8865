"""How long a record is kept, and from which day it may go (decision 9)."""

import calendar
import datetime as dt
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """The kinds of record that are disposed of, each as a report counts it."""

    MARKS = "marks"
    AMENDMENTS = "amendments"
    REGISTERS = "registers"
    LESSONS = "lesson marks with their amendments"
    LESSON_REGISTERS = "lesson registers"
    CANCELLATIONS = "cancellations of lessons"
    EXPECTED = "expected absences"
    REPORTS = "parents' reports of absences"
    DOUBTS = "doubts about marks"
    MOVEMENTS = "leaving and coming back"
    MUSTERS = "musters"
    LEAVE = "leave requests with their decisions"
    PARENT_CONTACTS = "contacts with parents"
    TASKS = "tasks outside a case"
    TRUANCY = "truancy alerts"
    LATENESS = "steps of lateness with their detentions"
    DETENTIONS = "detentions set by hand"
    CASES = "closed cases with their stages, tasks and notes"
    ISSUES = "versions of the policy with who acknowledged them"
    ORGANISATIONS = "organisations no longer used"
    OWN_GROUPS = "ended groups of the school's own"
    STAGES = "stages without a case"
    FINDINGS = "findings"
    HOLDS = "ended holds"
    PAST_STEPS = "steps of earlier systems"
    CLOSURES = "closures"
    LETTERS = "letters with their copies"
    NOTICES = "notices to all families with their copies"
    CERTIFIED = "certified copies"
    DISCLOSURES = "records of disclosures"
    INSPECTIONS = "inspections"
    REMINDERS = "reminders of registers"
    PRESENCE_CHECKS = "checks on classes whose register was out"
    COVERS = "covers of registers"
    COVER_PASSES = "cover passes"
    DAILY_FILES = "records of daily files"
    LOOKS = "looks at records"
    RECEIPTS = "receipts of saves"
    EVENTS = "events of the log"
    PUPILS = "pupils' entries in the admission register"
    ARCHIVES = "back-ups"


FEBRUARY: Final = 2


def last_that_may_go(on: dt.date, *, years: int) -> dt.date:
    """Return the last day on which an entry may have been made that may go on a day.

    An entry is kept so many years beginning with the day it was made: one of 3 November 2025, kept six years, is kept
    on 2 November 2031 and may go on 3 November 2031. Source: PR24 reg 7; statute.md R14.
    """
    year = on.year - years
    if on.month == FEBRUARY and on.day > (days := calendar.monthrange(year, FEBRUARY)[1]):
        return dt.date(year, FEBRUARY, days)
    return on.replace(year=year)


def entry_may_go(made_on: dt.date, *, changed_on: dt.date | None = None, on: dt.date, years: int) -> bool:
    """Say whether an entry may be disposed of on a day.

    An imported one is made when it is imported, if that is later than its own day; one that was amended is kept as
    long as its latest amendment, so that the original stays beside it. Source: PR24 regs 6 and 7; statute.md R14.
    """
    return max(made_on, changed_on or made_on) <= last_that_may_go(on, years=years)
