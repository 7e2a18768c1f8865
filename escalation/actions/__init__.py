"""What people and timers do about absence that crosses a line."""

from escalation.actions.cases import (
    add_note,
    assign_owner,
    close_case,
    follow_up_crossing,
    move_case_on,
    undo_crossing,
)
from escalation.actions.crossings import end_stages_that_are_over, follow_up_stages, is_undone
from escalation.actions.doing_steps import add_step, cancel_step, do_step, offer_penalty, settle_letter_step
from escalation.actions.endings import leave_stage, withdraw_stages
from escalation.actions.holds import end_hold, place_hold
from escalation.actions.night import recheck_pupil, run_threshold_check
from escalation.actions.reviews import after_the_night, review_week, turn_the_year
from escalation.actions.stages import approve_stage, carry_over, decline_stage, propose_stage, put_at_stage
from escalation.actions.steps import Occasion, occasion_of

__all__ = [
    "Occasion",
    "add_note",
    "add_step",
    "after_the_night",
    "approve_stage",
    "assign_owner",
    "cancel_step",
    "carry_over",
    "close_case",
    "decline_stage",
    "do_step",
    "end_hold",
    "end_stages_that_are_over",
    "follow_up_crossing",
    "follow_up_stages",
    "is_undone",
    "leave_stage",
    "move_case_on",
    "occasion_of",
    "offer_penalty",
    "place_hold",
    "propose_stage",
    "put_at_stage",
    "recheck_pupil",
    "review_week",
    "run_threshold_check",
    "settle_letter_step",
    "turn_the_year",
    "undo_crossing",
    "withdraw_stages",
]
