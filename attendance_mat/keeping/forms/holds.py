"""What people enter about legal holds."""

from typing import Any, Final

from django import forms

from attendance_mat.keeping.actions.holding import NO_REASON
from registers.models import Pupil

WHOLE_SCHOOL, ONE_PUPIL = "school", "pupil"
NO_PUPIL: Final = "No pupil has that number. Enter it as it stands on the pupil's page."


class PlaceHold(forms.Form):
    """Whose records to keep, and why."""

    covers = forms.ChoiceField(
        label="What is held",
        choices=[(ONE_PUPIL, "One pupil's records"), (WHOLE_SCHOOL, "All records of the school")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it is one pupil's records or all of the school's."},
    )
    number = forms.CharField(
        label="Pupil's number",
        help_text="The unique pupil number or the school's own number, for one pupil's records.",
        max_length=40,
        required=False,
    )
    reason = forms.CharField(
        label="Reason",
        help_text="For example a claim, a complaint or an enquiry, with its reference.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": NO_REASON},
    )

    def clean(self) -> dict[str, Any]:
        """Find the pupil, where one pupil's records are held."""
        entered = super().clean() or {}
        entered["pupil"] = None
        if entered.get("covers") == ONE_PUPIL:
            number = entered.get("number") or ""
            found = Pupil.objects.filter(upn__iexact=number) | Pupil.objects.filter(local_id__iexact=number)
            entered["pupil"] = found.first() if number else None
            if entered["pupil"] is None:
                self.add_error("number", NO_PUPIL)
        return entered


class LiftHold(forms.Form):
    """Why a hold ends."""

    because = forms.CharField(
        label="Why it is lifted",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": NO_REASON},
    )
