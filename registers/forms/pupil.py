"""What people enter on a pupil's page."""

from collections.abc import Collection
from typing import Any

from django import forms

from registers.rules.codes import Code


class FindPupil(forms.Form):
    """Looks a pupil up by name, number or group. Sent by POST, so that no name stands in a URL or a log."""

    words = forms.CharField(
        label="Name, UPN or group",
        max_length=100,
        error_messages={"required": "Enter part of a name, a UPN or a group."},
    )


class AmendMark(forms.Form):
    """A change to one mark, with its reason."""

    code = forms.ChoiceField(label="Code")  # its choices are those of the person and the day
    reason = forms.CharField(
        label="Reason for the change",
        help_text="It stays beside the old mark, with your name and role.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Give a reason: it is kept with the amendment."},
    )
    nature = forms.CharField(
        label="Nature", help_text="Codes B, K and Y7 must say what it was.", max_length=200, required=False
    )

    def __init__(self, *args: Any, codes: Collection[Code], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(code.code, f"{code.code}  {code.title}") for code in codes]
        self.fields["code"] = forms.ChoiceField(label="Code", choices=[("", "Choose a code"), *listed])
