"""What the absence room keeps: leave, truancy alerts, contact with parents, and tasks outside a case."""

from absence.models.leave import LeaveDecision, LeaveFalsified, LeaveRequest
from absence.models.parent_contact import ParentContact
from absence.models.task import Task
from absence.models.truancy import TruancyAlert, TruancyCall

__all__ = ["LeaveDecision", "LeaveFalsified", "LeaveRequest", "ParentContact", "Task", "TruancyAlert", "TruancyCall"]
