"""What the registers room stores: the admission register, the calendar and the marks."""

from registers.models.calendar import Session
from registers.models.contact import Contact
from registers.models.expected import Contradiction, ExpectedConfirmation, ExpectedMark
from registers.models.group import Assignment, FamilyTie, Group, GroupMember
from registers.models.mark import Mark, MarkAmendment, SaveReceipt, Source
from registers.models.pupil import Characteristic, Pupil, PupilYear, RollPeriod
from registers.models.register import Register
from registers.models.seal import DisposedRows, Seal, SealedRows

__all__ = [
    "Assignment",
    "Characteristic",
    "Contact",
    "Contradiction",
    "DisposedRows",
    "ExpectedConfirmation",
    "ExpectedMark",
    "FamilyTie",
    "Group",
    "GroupMember",
    "Mark",
    "MarkAmendment",
    "Pupil",
    "PupilYear",
    "Register",
    "RollPeriod",
    "SaveReceipt",
    "Seal",
    "SealedRows",
    "Session",
    "Source",
]
