"""What people enter about a truancy alert."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from django import forms

from absence.forms.lateness import MinutesField
from absence.models import TruancyAlert
from registers.models import Contact
from registers.rules.calendar import LONDON

ENDINGS: Final = [
    (each.value, each.label)
    for each in (
        TruancyAlert.Ending.FOUND,
        TruancyAlert.Ending.HOME_CONTACTED,
        TruancyAlert.Ending.LATE,
        TruancyAlert.Ending.EXPLAINED,
    )
]
A_FEW_WORDS: Final = forms.Textarea(attrs={"rows": 2})


class NotOnSite(forms.Form):
    """What staff found, when they say that a pupil is not on site."""

    words = forms.CharField(
        label="How do you know?",
        max_length=1000,
        widget=A_FEW_WORDS,
        error_messages={"required": "Say in a few words how you know, such as seen leaving by the back gate."},
    )


class LogCall(forms.Form):
    """A call to a contact about an alert."""

    contact = forms.ChoiceField(label="Who was rung", error_messages={"required": "Choose who was rung."})
    reached = forms.ChoiceField(
        label="What came of it",
        choices=[("no", "Nobody answered"), ("yes", "Spoke to them")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether you spoke to them."},
    )
    words = forms.CharField(label="The reason given, or what was tried", max_length=1000, required=False)

    def __init__(self, *args: Any, contacts: Sequence[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contacts = {str(contact.pk): contact for contact in contacts}
        field = self.fields["contact"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(pk, f"{each.name}, {each.phone}") for pk, each in self.contacts.items()]

    def clean(self) -> dict[str, Any]:
        """Return what was entered as the action takes it."""
        entered = super().clean() or {}
        if "contact" in entered:
            entered["contact"] = self.contacts[entered["contact"]]
        entered["reached"] = entered.get("reached") == "yes"
        return entered


class EndAlert(forms.Form):
    """How an alert ended."""

    ending = forms.ChoiceField(
        label="How it ended", choices=ENDINGS, widget=forms.RadioSelect,
        error_messages={"required": "Say how it ended."},
    )  # fmt: skip
    outcome = forms.CharField(
        label="What is known",
        max_length=1000,
        widget=A_FEW_WORDS,
        error_messages={"required": "Say what is known, in a few words."},
    )


class ConfirmTruancy(forms.Form):
    """That it was truancy, and what follows."""

    sanction = forms.CharField(label="Sanction", max_length=1000, required=False, widget=A_FEW_WORDS)
    detention_date = forms.DateField(
        label="Day of the detention", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Enter a day, such as 2026-12-02."},
    )  # fmt: skip
    detention_time = forms.TimeField(
        label="Its time", required=False, widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages={"invalid": "Enter a time, such as 15:10."},
    )  # fmt: skip
    minutes = MinutesField(required=False, help_text="Of the detention, if there is one.")

    def clean(self) -> dict[str, Any]:
        """Return what was entered as the action takes it: one moment of the detention."""
        entered = super().clean() or {}
        date, time = entered.pop("detention_date", None), entered.pop("detention_time", None)
        if (date is None) is not (time is None) and not self.errors:
            self.add_error("detention_date", "Enter both the day of the detention and its time, or neither.")
        if (date is None) is not (entered.get("minutes") is None) and not self.errors:
            self.add_error(
                "minutes", "Enter how many minutes the detention lasts, and its day and time, or none of them."
            )
        entered["detention_at"] = dt.datetime.combine(date, time, tzinfo=LONDON) if date and time else None
        return entered
