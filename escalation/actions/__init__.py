"""What people and timers do about absence that crosses a line."""

from escalation.actions.cases import (
    add_note,
    assign_owner,
    close_case,
    follow_up_crossing,
    move_case_on,
    undo_crossing,
)
from escalation.actions.night import recheck_pupil, run_threshold_check

__all__ = [
    "add_note",
    "assign_owner",
    "close_case",
    "follow_up_crossing",
    "move_case_on",
    "recheck_pupil",
    "run_threshold_check",
    "undo_crossing",
]
