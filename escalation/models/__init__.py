"""What the escalation room keeps: findings, cases, the stages pupils are at, and what was done before."""

from escalation.models.finding import Case, CaseNote, Finding
from escalation.models.issue import PolicyAcknowledgement, PolicyIssue
from escalation.models.organisation import Organisation
from escalation.models.stage import CaseTask, Hold, PastStep, PupilStage, StageApproval

__all__ = [
    "Case",
    "CaseNote",
    "CaseTask",
    "Finding",
    "Hold",
    "Organisation",
    "PastStep",
    "PolicyAcknowledgement",
    "PolicyIssue",
    "PupilStage",
    "StageApproval",
]
