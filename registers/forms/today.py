"""What the office enters on Today."""

from django import forms


class SettleContradiction(forms.Form):
    """Which was right, in words that stay on the record."""

    outcome = forms.CharField(
        label="What did you find?",
        help_text="For example: she came in after all, the appointment moved.",
        max_length=200,
        error_messages={"required": "Say which was right, in a few words."},
    )
