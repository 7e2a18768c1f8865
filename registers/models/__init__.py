"""What the registers room stores: the admission register, the calendar and the marks."""

from registers.models.access import Disclosure, RecordAccess
from registers.models.calendar import PlannedDay, Session
from registers.models.cancellation import LessonCancellation
from registers.models.chasing import PresenceCheck, RegisterReminder
from registers.models.closure import Closure, ClosureChange
from registers.models.contact import Contact
from registers.models.cover import Cover, CoverPass
from registers.models.doubt import Doubt
from registers.models.expected import Contradiction, ExpectedConfirmation, ExpectedMark, NotThere
from registers.models.group import Assignment, FamilyTie, Group, GroupMember
from registers.models.lesson import LessonMark, LessonMarkAmendment, LessonRegister
from registers.models.mark import Mark, MarkAmendment, SaveReceipt, Source
from registers.models.movement import Movement, Muster, MusterPlace, MusterTick, Permit
from registers.models.professional import Professional
from registers.models.pupil import Characteristic, Pupil, PupilYear, RollPeriod
from registers.models.register import Register
from registers.models.reported import AbsenceReport, PassedCall
from registers.models.seal import DisposedRows, Seal, SealedRows
from registers.models.timetable import (
    OffTimetableDay,
    Room,
    TimetabledLesson,
    TimetablePeriod,
    TimetableWeek,
    Week,
)

__all__ = [
    "AbsenceReport",
    "Assignment",
    "Characteristic",
    "Closure",
    "ClosureChange",
    "Contact",
    "Contradiction",
    "Cover",
    "CoverPass",
    "Disclosure",
    "DisposedRows",
    "Doubt",
    "ExpectedConfirmation",
    "ExpectedMark",
    "FamilyTie",
    "Group",
    "GroupMember",
    "LessonCancellation",
    "LessonMark",
    "LessonMarkAmendment",
    "LessonRegister",
    "Mark",
    "MarkAmendment",
    "Movement",
    "Muster",
    "MusterPlace",
    "MusterTick",
    "NotThere",
    "OffTimetableDay",
    "PassedCall",
    "Permit",
    "PlannedDay",
    "PresenceCheck",
    "Professional",
    "Pupil",
    "PupilYear",
    "RecordAccess",
    "Register",
    "RegisterReminder",
    "RollPeriod",
    "Room",
    "SaveReceipt",
    "Seal",
    "SealedRows",
    "Session",
    "Source",
    "TimetablePeriod",
    "TimetableWeek",
    "TimetabledLesson",
    "Week",
]
