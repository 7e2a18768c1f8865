"""Words that many parameters share: how often, which school, which pupils, whom a thing is sent by.

Code, Role, Letter, Characteristic, SchoolPhase and YearGroup have to name something that exists; the loader refuses any
other (names.py).
"""

from enum import StrEnum
from typing import Annotated, TypeAlias

Code: TypeAlias = Annotated[str, "code"]  # an attendance code in force while the value holds
Role: TypeAlias = Annotated[str, "role"]  # a role a person has in a school or the trust
Letter: TypeAlias = Annotated[str, "letter"]  # a letter the product can write
Characteristic: TypeAlias = Annotated[str, "characteristic"]  # one the product records of pupils
SchoolPhase: TypeAlias = Annotated[str, "phase"]  # of a school
YearGroup: TypeAlias = Annotated[int, "year"]  # -2 and -1 nursery, 0 reception, 1 to 13; no other number is below 0


class Every(StrEnum):
    """How often something is done."""

    DAY = "day"
    WEEK = "week"
    FORTNIGHT = "fortnight"
    HALF_TERM = "half_term"
    TERM = "term"
    YEAR = "year"


class Phase(StrEnum):
    """The kinds of school a policy tells apart."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


class Channel(StrEnum):
    """How a parent reaches the school."""

    TELEPHONE = "telephone"
    EMAIL = "email"
    IN_PERSON = "in_person"


class Group(StrEnum):
    """Pupils a policy watches more closely. The first fourteen are characteristics recorded by these names."""

    FREE_SCHOOL_MEALS = "fsm"
    PUPIL_PREMIUM = "pupil_premium"
    SPECIAL_EDUCATIONAL_NEEDS = "sen"
    ENGLISH_AS_ADDITIONAL_LANGUAGE = "eal"
    LOOKED_AFTER = "looked_after"
    SOCIAL_WORKER = "social_worker"
    YOUNG_CARER = "young_carer"
    PREVIOUSLY_LOOKED_AFTER = "previously_looked_after"
    CHILD_IN_NEED = "child_in_need"
    CHILD_PROTECTION = "child_protection"
    YOUTH_OFFENDING = "youth_offending"
    SERVICE_CHILD = "service_child"
    EHC_PLAN = "ehc_plan"
    MEDICAL = "medical"
    TRAVELLER = "traveller"
    BULLIED = "bullied"  # or discriminated against
    YEAR_GROUP = "year_group"
    EXAM_YEARS = "exam_years"
    GENDER = "gender"
    ETHNICITY = "ethnicity"
    ECONOMIC = "economic"
    AT_RISK = "at_risk"  # of persistent absence
    REASON = "reason"


class Against(StrEnum):
    """What a school's figures are set beside."""

    LOCAL = "local"
    REGIONAL = "regional"
    NATIONAL = "national"
    LAST_YEAR = "last_year"
    TARGETS = "targets"


class Recipient(StrEnum):
    """Who is sent a figure or a report."""

    STAFF = "staff"
    SENIOR_LEADERS = "senior_leaders"
    HEADTEACHER = "headteacher"
    GOVERNORS = "governors"
    TRUST_BOARD = "trust_board"
    TRUST_ATTENDANCE_MANAGER = "trust_attendance_manager"
    PARENTS = "parents"
    LOCAL_AUTHORITY = "local_authority"
    DEPARTMENT = "department"  # for Education
    TUTORS = "tutors"
