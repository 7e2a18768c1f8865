"""What the absence room keeps: leave asked for and decided, and tasks outside a case."""

from absence.models.leave import LeaveDecision, LeaveFalsified, LeaveRequest
from absence.models.task import Task

__all__ = ["LeaveDecision", "LeaveFalsified", "LeaveRequest", "Task"]
