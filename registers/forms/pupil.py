"""What people enter on a pupil's page."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms

from registers.rules.codes import Code
from registers.rules.plain_words import Choice


class FindPupil(forms.Form):
    """Looks a pupil up by name, number or group. Sent by POST, so that no name stands in a URL or a log."""

    words = forms.CharField(
        label="Name, UPN or group",
        max_length=100,
        error_messages={"required": "Enter part of a name, a UPN or a group."},
    )


class AmendMark(forms.Form):
    """A change to one mark, with its reason: in plain words or by its code."""

    words = forms.ChoiceField(label="What happened", required=False)  # its choices are of the person, pupil and day
    code = forms.ChoiceField(label="Or the code, if you know it", required=False)
    reason = forms.CharField(
        label="Reason for the change",
        help_text="It stays beside the old mark, with your name and role. Left empty, it is what you chose above.",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    nature = forms.CharField(
        label="Nature", help_text="Codes B, K and Y7 must say what it was.", max_length=200, required=False
    )

    # How often the mark had been changed when the page showed it, so that a stale page overwrites nothing.
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**15, widget=forms.HiddenInput)

    def __init__(self, *args: Any, codes: Collection[Code], said: Sequence[Choice] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.said = {choice.says: choice.code.code for choice in said}
        listed = [(code.code, f"{code.code}  {code.title}: {code.effect}") for code in codes]
        words = [(choice.says, choice.label) for choice in said]
        self.fields["words"] = forms.ChoiceField(
            label="What happened", choices=[("", "Choose what happened"), *words], required=False
        )
        self.fields["code"] = forms.ChoiceField(
            label="Or the code, if you know it",
            choices=[("", "Choose a code"), *listed],
            required=False,
            help_text="A code chosen here counts before the words.",
            error_messages={
                "invalid_choice": "%(value)s is no code that you may enter at this session. Choose one of the list.",
            },
        )

    def clean(self) -> dict[str, Any]:
        """Return the code, taken from the words where none was chosen, and the reason."""
        given = super().clean() or {}
        words = given.pop("words", "")
        if "code" in given and not given["code"]:
            given["code"] = self.said.get(words, "")
            if not given["code"] and "words" not in self.errors:
                self.add_error("words", "Choose what happened, or a code.")
        if "reason" in given and not given["reason"].strip():
            given["reason"] = words
            if not words:
                self.add_error("reason", "Give a reason: it is kept with the amendment.")
        return given
