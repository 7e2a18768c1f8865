"""What people enter about a return to the authority."""

from django import forms

from attendance_mat.web.forms import DayField


class SendReturn(forms.Form):
    """How a return was sent."""

    how = forms.CharField(
        label="How it was sent",
        help_text="The authority's own portal, or secure email, and to whom.",
        max_length=200,
        error_messages={"required": "Say how it was sent."},
    )


class AskForReturn(forms.Form):
    """By which day the authority asked for a return that it is otherwise not owed."""

    due = DayField(label="Asked for by")
