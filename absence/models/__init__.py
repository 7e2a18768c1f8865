"""What the absence room keeps: leave, alerts, contact with parents, tasks, detentions, and what lateness came to."""

from absence.models.detention import Detention
from absence.models.lateness import LatenessFinding
from absence.models.leave import LeaveDecision, LeaveFalsified, LeaveRequest
from absence.models.parent_contact import ParentContact
from absence.models.task import Task
from absence.models.truancy import TruancyAlert, TruancyCall, TruancyFinding

__all__ = [
    "Detention",
    "LatenessFinding",
    "LeaveDecision",
    "LeaveFalsified",
    "LeaveRequest",
    "ParentContact",
    "Task",
    "TruancyAlert",
    "TruancyCall",
    "TruancyFinding",
]
