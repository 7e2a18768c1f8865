"""What people enter about a notice to every family."""

from django import forms

from attendance_mat.web.forms import DayField


class PlanNotice(forms.Form):
    """The words of a notice, and when it is due."""

    subject = forms.CharField(
        label="Subject", max_length=120, error_messages={"required": "Give the notice a subject: it heads the letter."}
    )
    words = forms.CharField(
        label="Words",
        help_text="The same for every family: name no pupil. An empty line begins a new paragraph.",
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 14}),
        error_messages={"required": "Write what the families are to be told."},
    )
    due_date = DayField(label="Due on", help_text="From this day it is listed until somebody sends it.")
