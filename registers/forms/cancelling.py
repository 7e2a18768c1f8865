"""What people enter to cancel a lesson or an exam."""

from django import forms

from registers.actions.cancelling import NO_REASON


class CancelLesson(forms.Form):
    """Why a lesson or an exam is not held."""

    reason = forms.CharField(
        label="Why it is not held",
        help_text="Kept with who cancelled it and when: the hall is flooded, the paper was withdrawn.",
        max_length=300,
        error_messages={"required": NO_REASON},
    )
