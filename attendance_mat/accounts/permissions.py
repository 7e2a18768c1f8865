"""Everything a person can be allowed to do, and how far it reaches. One list (decision 10)."""

from enum import IntEnum, StrEnum


class Permission(StrEnum):
    """What a page is for. Every page names one of these."""

    SEE_OWN_START_PAGE = "see own start page"
    TAKE_REGISTER = "take a register"
    AMEND_REGISTER = "amend a register"
    USE_PAPER = "print the day's paper and key it in"
    SEE_NEEDS = "see learning and medical needs on a register"
    SEE_EXPECTED_REASONS = "see why an absence is expected"
    SEE_TODAY = "see today's registers"
    CHASE_REGISTERS = "chase registers that are out"
    GIVE_COVER = "have a register covered"
    KEEP_LATE_DESK = "sign pupils in and out"
    SEE_ON_SITE = "see who is on site and count them"
    SEE_PUPIL = "see a pupil's record"
    SEE_CONTACTS = "see a pupil's contacts"
    SEE_FORMER_NAMES = "see former names and numbers"
    ENTER_EXPECTED_ABSENCE = "enter an expected absence"
    SETTLE_CONTRADICTION = "settle a contradiction"
    CHANGE_PARTICULARS = "change the admission register"
    SEE_PROTECTION = "see protection and care facts"
    NAME_PEOPLE = "name who may find a hidden pupil"
    PROPOSE_REMOVAL = "propose a removal from the roll"
    APPROVE_REMOVAL = "approve a removal from the roll"
    BEGIN_NEW_YEAR = "begin a new school year"
    SET_CALENDAR = "set the calendar"
    DECLARE_CLOSURE = "declare a closure"
    EXPORT_REGISTERS = "export registers"
    CERTIFY_COPY = "certify a copy"
    KEEP_RECORDS = "keep back-ups and legal holds"
    SEE_ACCESS_LOG = "see who looked at which record"
    GIVE_INSPECTION = "let an inspector in"
    INSPECT_REGISTERS = "inspect registers and back-ups"
    IMPORT_RECORDS = "import calendar, pupils and marks"
    SEE_CASES = "see cases and findings"
    WORK_CASES = "work a case"
    APPROVE_STAGE = "approve or decline a stage"
    PLACE_HOLD = "hold letters and steps back"
    APPROVE_LETTER = "approve and send a letter"
    SEE_LETTERS = "see letters"
    FOLLOW_UP_TRUANCY = "follow up a truancy alert"
    LOG_CONTACT = "log contact with a parent"
    DO_TASKS = "see and do tasks"
    SEE_LATENESS = "see lateness and detentions"
    RUN_DETENTIONS = "set detentions and record who came"
    ENTER_LEAVE_REQUEST = "enter a leave request"
    SEE_LEAVE_REQUESTS = "see leave requests"
    DECIDE_LEAVE = "decide a leave request"
    SEE_SCHOOL_FIGURES = "see the school's figures"
    DISCUSS_TARGETS = "add to what was said of a target"
    SEE_POLICY = "see the attendance policy"
    SET_POLICY = "adopt and set policies"
    MANAGE_STAFF = "manage the school's people"
    DELEGATE_POWERS = "delegate the head's powers"
    SEE_AUDIT = "see the log of events"
    SEE_TRUST = "see the trust's page"
    MANAGE_TRUST = "manage the trust's people and schools"


class Scope(IntEnum):
    """How far a permission reaches; a wider one includes the narrower."""

    OWN = 1  # the registers they are assigned to, on their weekdays
    GROUP = 2  # the groups they are assigned to
    YEAR = 3  # the years they are assigned to
    SCHOOL = 4
    TRUST = 5


HEADS_POWERS = frozenset({
    Permission.DECIDE_LEAVE, Permission.APPROVE_LETTER, Permission.MANAGE_STAFF, Permission.APPROVE_REMOVAL,
    Permission.CERTIFY_COPY,
})  # fmt: skip
