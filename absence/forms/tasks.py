"""What people enter about a task."""

from django import forms


class SettleTask(forms.Form):
    """What was done, or why it need not be done."""

    outcome = forms.CharField(
        label="What was done?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say what was done, or why it need not be done, in a few words."},
    )
