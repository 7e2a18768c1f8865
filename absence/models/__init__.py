"""What the absence room keeps: leave asked for and decided, truancy alerts, and tasks outside a case."""

from absence.models.leave import LeaveDecision, LeaveFalsified, LeaveRequest
from absence.models.task import Task
from absence.models.truancy import TruancyAlert, TruancyCall

__all__ = ["LeaveDecision", "LeaveFalsified", "LeaveRequest", "Task", "TruancyAlert", "TruancyCall"]
