"""What people enter about a child who may be missing education."""

from django import forms

from attendance_mat.admission.forms.leaving import words
from attendance_mat.web.forms import DayField


class OpenMissing(forms.Form):
    """When a child was found perhaps to be missing education, and why."""

    identified_on = DayField(label="Day it was found")
    words = words("What is known", "", "Where the family may be, who said so.", required=False)


class Told(forms.Form):
    """When the authority and the family were told."""

    reported_on = DayField(label="Reported to the authority on", required=False)
    family_told_on = DayField(label="Family told on", required=False)


class CloseMissing(forms.Form):
    """What became of the child."""

    because = words("What became of the child", "Say what became of the child: it is kept with the case.")
