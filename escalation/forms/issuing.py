"""What is entered as a version of the policy is put before staff."""

from django import forms


class IssuePolicy(forms.Form):
    """What is new in a version."""

    words = forms.CharField(
        label="What is new in it",
        help_text="Every member of staff is shown this with the policy, and asked to acknowledge it.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what is new in this version."},
    )
