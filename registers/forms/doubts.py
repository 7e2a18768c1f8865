"""How a contradiction is settled: a code and a reason, or why it is right as it stands."""

from collections.abc import Collection
from typing import Any, Final

from django import forms

from attendance_mat.web.forms import choose_from
from registers.rules.codes import Code

AMEND: Final = "amend"
RIGHT: Final = "right"


class SettleDoubt(forms.Form):
    """One contradiction: the right code with a reason, or why the mark is right."""

    code = forms.ChoiceField(label="The right code", required=False)
    nature = forms.CharField(
        label="Nature",
        help_text="Codes B, K and Y7 must say what it was.",
        max_length=200,
        required=False,
    )
    reason = forms.CharField(
        label="Reason",
        help_text="It is kept with the amendment, or with the doubt where the mark is right.",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Give a reason: it stays on the record."},
    )

    def __init__(self, *args: Any, codes: Collection[Code], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(code.code, f"{code.code}  {code.title}") for code in codes]
        choose_from(self, "code", [("", "Choose a code"), *listed])


class SettleDoubts(forms.Form):
    """Several contradictions at once, with one reason; one put right in one press has what was found as its reason."""

    reason = forms.CharField(
        label="One reason for all that are ticked",
        max_length=200,
        error_messages={"required": "Give one reason for all of them: it stays on the record."},
    )

    def __init__(self, *args: Any, in_one_press: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = not in_one_press
