"""The roles, and what each may do how widely. Anything not listed is denied."""

from collections.abc import Mapping
from enum import StrEnum

from attendance_mat.accounts.permissions import Permission, Scope

P = Permission  # the table below is read across


class Role(StrEnum):
    """What a person is in a school or in the trust, widest first."""

    TRUST_ATTENDANCE_MANAGER = "trust_attendance_manager"
    TRUSTEE = "trustee"
    HEADTEACHER = "headteacher"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    ATTENDANCE_OFFICER = "attendance_officer"
    DATA_PROTECTION_LEAD = "data_protection_lead"
    OFFICE = "office"
    HEAD_OF_YEAR = "head_of_year"
    TUTOR = "tutor"
    TEACHER = "teacher"
    COVER = "cover"  # without a log-in: takes the registers of one day that a cover pass names, nothing else
    INSPECTOR = "inspector"  # from outside: reads the registers and back-ups on named days, nothing else (R15)
    SYSTEM = "system"  # a named machine: may import and check, never resolve an N

    @property
    def label(self) -> str:
        """Return the role in words."""
        return self.value.replace("_", " ").capitalize()


TRUST_ROLES = frozenset({Role.TRUST_ATTENDANCE_MANAGER, Role.TRUSTEE})
OUTSIDE_ROLES = frozenset({Role.INSPECTOR})  # given by letting an inspector in, by no other page or file
PASS_ROLES = frozenset({Role.COVER})  # given by a cover pass, by no other page or file
SCHOOL_ROLES = frozenset(Role) - TRUST_ROLES - OUTSIDE_ROLES - PASS_ROLES - {Role.SYSTEM}

_CLASSROOM = {
    P.SEE_OWN_START_PAGE: Scope.OWN,
    P.TAKE_REGISTER: Scope.OWN,
    P.AMEND_REGISTER: Scope.OWN,
    P.SEE_NEEDS: Scope.OWN,
    P.DO_TASKS: Scope.OWN,
    P.SEE_ON_SITE: Scope.SCHOOL,
    P.SEE_POLICY: Scope.SCHOOL,
}
_OFFICE = {
    P.SEE_OWN_START_PAGE: Scope.SCHOOL,
    P.TAKE_REGISTER: Scope.SCHOOL,
    P.AMEND_REGISTER: Scope.SCHOOL,
    P.USE_PAPER: Scope.SCHOOL,
    P.SEE_NEEDS: Scope.SCHOOL,
    P.SEE_EXPECTED_REASONS: Scope.SCHOOL,
    P.SEE_TODAY: Scope.SCHOOL,
    P.KEEP_LATE_DESK: Scope.SCHOOL,
    P.SEE_ON_SITE: Scope.SCHOOL,
    P.SEE_PUPIL: Scope.SCHOOL,
    P.SEE_CONTACTS: Scope.SCHOOL,
    P.ENTER_EXPECTED_ABSENCE: Scope.SCHOOL,
    P.SETTLE_CONTRADICTION: Scope.SCHOOL,
    P.FOLLOW_UP_TRUANCY: Scope.SCHOOL,
    P.DO_TASKS: Scope.SCHOOL,
    P.LOG_CONTACT: Scope.SCHOOL,
    P.SEE_LATENESS: Scope.SCHOOL,
    P.RUN_DETENTIONS: Scope.SCHOOL,
    P.ENTER_LEAVE_REQUEST: Scope.SCHOOL,
    P.SEE_LEAVE_REQUESTS: Scope.SCHOOL,
    P.SEE_SCHOOL_FIGURES: Scope.SCHOOL,
    P.SEE_POLICY: Scope.SCHOOL,
    P.CHANGE_PARTICULARS: Scope.SCHOOL,
    P.SET_CALENDAR: Scope.SCHOOL,
    P.CHASE_REGISTERS: Scope.SCHOOL,
    P.GIVE_COVER: Scope.SCHOOL,
}
_OFFICER = {
    **_OFFICE,
    P.IMPORT_RECORDS: Scope.SCHOOL,
    P.SEE_CASES: Scope.SCHOOL,
    P.WORK_CASES: Scope.SCHOOL,
    P.APPROVE_STAGE: Scope.SCHOOL,
    P.PLACE_HOLD: Scope.SCHOOL,
    P.SEE_LETTERS: Scope.SCHOOL,
    P.PROPOSE_REMOVAL: Scope.SCHOOL,
    P.BEGIN_NEW_YEAR: Scope.SCHOOL,
    P.DECLARE_CLOSURE: Scope.SCHOOL,
    P.EXPORT_REGISTERS: Scope.SCHOOL,
}

GRANTS: Mapping[Role, Mapping[P, Scope]] = {
    Role.TEACHER: _CLASSROOM,
    Role.TUTOR: {
        **_CLASSROOM,
        P.SEE_PUPIL: Scope.GROUP,
        P.DO_TASKS: Scope.GROUP,
        P.SEE_LATENESS: Scope.GROUP,
    },
    Role.HEAD_OF_YEAR: {
        **_CLASSROOM,
        P.TAKE_REGISTER: Scope.YEAR,
        P.AMEND_REGISTER: Scope.YEAR,
        P.SEE_NEEDS: Scope.YEAR,
        P.SEE_TODAY: Scope.YEAR,
        P.CHASE_REGISTERS: Scope.YEAR,
        P.SEE_PUPIL: Scope.YEAR,
        P.SEE_CONTACTS: Scope.YEAR,
        P.FOLLOW_UP_TRUANCY: Scope.YEAR,
        P.DO_TASKS: Scope.YEAR,
        P.LOG_CONTACT: Scope.YEAR,
        P.SEE_LATENESS: Scope.YEAR,
        P.RUN_DETENTIONS: Scope.YEAR,
        P.SEE_CASES: Scope.YEAR,
        P.APPROVE_STAGE: Scope.YEAR,
    },
    Role.OFFICE: {**_OFFICE, P.IMPORT_RECORDS: Scope.SCHOOL},
    Role.ATTENDANCE_OFFICER: {**_OFFICER, P.APPROVE_LETTER: Scope.SCHOOL},
    Role.SAFEGUARDING_LEAD: {
        **_OFFICER,
        P.SEE_FORMER_NAMES: Scope.SCHOOL,
        P.SEE_PROTECTION: Scope.SCHOOL,
        P.NAME_PEOPLE: Scope.SCHOOL,
    },
    Role.HEADTEACHER: {
        **_OFFICER,
        P.SEE_FORMER_NAMES: Scope.SCHOOL,
        P.APPROVE_LETTER: Scope.SCHOOL,
        P.DECIDE_LEAVE: Scope.SCHOOL,
        P.DISCUSS_TARGETS: Scope.SCHOOL,
        P.MANAGE_STAFF: Scope.SCHOOL,
        P.DELEGATE_POWERS: Scope.SCHOOL,
        P.SEE_PROTECTION: Scope.SCHOOL,
        P.APPROVE_REMOVAL: Scope.SCHOOL,
        P.CERTIFY_COPY: Scope.SCHOOL,
        P.KEEP_RECORDS: Scope.SCHOOL,
        P.SEE_ACCESS_LOG: Scope.SCHOOL,
        P.GIVE_INSPECTION: Scope.SCHOOL,
        P.SEE_AUDIT: Scope.SCHOOL,
    },
    Role.DATA_PROTECTION_LEAD: {
        P.SEE_OWN_START_PAGE: Scope.SCHOOL,
        P.SEE_POLICY: Scope.SCHOOL,
        P.SEE_AUDIT: Scope.SCHOOL,
        P.SEE_ACCESS_LOG: Scope.SCHOOL,
        P.KEEP_RECORDS: Scope.SCHOOL,
    },
    Role.COVER: {P.SEE_OWN_START_PAGE: Scope.OWN, P.TAKE_REGISTER: Scope.OWN, P.AMEND_REGISTER: Scope.OWN},
    Role.INSPECTOR: {P.SEE_OWN_START_PAGE: Scope.SCHOOL, P.INSPECT_REGISTERS: Scope.SCHOOL},
    Role.TRUST_ATTENDANCE_MANAGER: {
        P.SEE_TRUST: Scope.TRUST,
        P.MANAGE_TRUST: Scope.TRUST,
        P.SEE_OWN_START_PAGE: Scope.TRUST,
        P.SEE_TODAY: Scope.TRUST,
        P.SEE_PUPIL: Scope.TRUST,
        P.SEE_CONTACTS: Scope.TRUST,
        P.SEE_EXPECTED_REASONS: Scope.TRUST,
        P.SEE_CASES: Scope.TRUST,
        P.SEE_LETTERS: Scope.TRUST,
        P.SEE_LEAVE_REQUESTS: Scope.TRUST,
        P.SEE_SCHOOL_FIGURES: Scope.TRUST,
        P.DISCUSS_TARGETS: Scope.TRUST,
        P.IMPORT_RECORDS: Scope.TRUST,
        P.SEE_POLICY: Scope.TRUST,
        P.SET_POLICY: Scope.TRUST,
        P.KEEP_RECORDS: Scope.TRUST,
        P.MANAGE_STAFF: Scope.TRUST,
        P.SEE_AUDIT: Scope.TRUST,
    },
    Role.TRUSTEE: {
        P.SEE_TRUST: Scope.TRUST,
        P.SEE_SCHOOL_FIGURES: Scope.TRUST,
        P.DISCUSS_TARGETS: Scope.TRUST,
        P.SEE_POLICY: Scope.TRUST,
    },
    Role.SYSTEM: {},
}


def scope_of(role: Role, permission: P) -> Scope | None:
    """Return how far a role's permission reaches, or None if the role does not have it."""
    return GRANTS[role].get(permission)
