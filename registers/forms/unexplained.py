"""What an unexplained absence turns out to have been."""

from collections.abc import Collection
from typing import Any

from django import forms

from attendance_mat.web.forms import choose_from
from registers.rules.codes import Code


class Resolve(forms.Form):
    """What was established for all that are ticked, with one reason."""

    code = forms.ChoiceField(label="What it was", error_messages={"required": "Choose what it was."})
    nature = forms.CharField(
        label="Nature", help_text="Codes B, K and Y7 must say what it was.", max_length=200, required=False
    )
    reason = forms.CharField(
        label="One reason for all that are ticked",
        help_text="How it was established, and by whom. It is kept with each amendment.",
        max_length=500,
        error_messages={"required": "Give a reason: it is kept with each amendment."},
    )

    def __init__(self, *args: Any, codes: Collection[Code], in_one_press: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("code", "reason"):
            self.fields[name].required = not in_one_press
        listed = [(code.code, f"{code.title} ({code.code})") for code in codes]
        choose_from(self, "code", [("", "Choose what it was"), *listed])
