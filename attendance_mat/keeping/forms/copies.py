"""What is asked for of a copy, and the password that certifies it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django import forms

from attendance_mat.keeping.queries.copies import Asked, What
from attendance_mat.web.forms import DayField, limit_to
from registers.forms.as_at import LATER_THAN_NOW, MomentField
from registers.models import Contact, Pupil

KINDS: Final = [
    (What.ATTENDANCE.value, "Attendance certificate: the marks of a period"),
    (What.REGISTRATION.value, "Registration certificate: the entry in the admission register"),
]
BACKWARDS: Final = "The last day is before the first."
TO_COME: Final = "The last day is still to come. Choose today or an earlier day."
FOR_WHOM: Final = "Choose a contact, or say who else is to have it."
NOT_BOTH: Final = "Choose a contact or name somebody else, not both."


class CopyAsked(forms.Form):
    """Which copy, of which days, as at which moment, for whom and why."""

    what = forms.ChoiceField(label="Copy", choices=KINDS)
    from_date = DayField(label="First day", required=False, help_text="Of an attendance certificate.")
    last_date = DayField(label="Last day", required=False)
    as_at = MomentField(required=False, help_text="Leave it empty for the record as it stands now.")
    contact = forms.ModelChoiceField(
        Contact.objects.none(),
        required=False,
        label="For",
        empty_label="Somebody else, named below",
        error_messages={"invalid_choice": "Choose a contact of the list."},
    )
    recipient = forms.CharField(
        required=False,
        max_length=200,
        label="Who else",
        help_text="A court, an authority, another school.",
        error_messages={"max_length": "Say it in 200 characters at most."},
    )
    purpose = forms.CharField(
        max_length=300,
        help_text="What they are to have it for, and on what ground.",
        error_messages={"required": "Say what it is for.", "max_length": "Say it in 300 characters at most."},
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, pupil: Pupil, now: dt.datetime, **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.now = now
        limit_to(self, "contact", Contact.objects.filter(pupil=pupil, ended_on__isnull=True).order_by("position"))
        self.fields["as_at"].widget = forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"
        )

    def clean_as_at(self) -> dt.datetime:
        """Return the moment asked for, now unless told otherwise; refuse one still to come.

        Now is the end of this second, so that it can be typed in again and holds what was received until now.
        """
        moment: dt.datetime | None = self.cleaned_data["as_at"]
        second = self.now.replace(microsecond=0) + dt.timedelta(seconds=1)
        if moment and moment > second:
            raise forms.ValidationError(LATER_THAN_NOW)
        return moment or second

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("what") == What.ATTENDANCE:
            self._require_days(given)
        if "contact" in given and "recipient" in given:
            wrong = NOT_BOTH if given["contact"] and given["recipient"] else FOR_WHOM
            if bool(given["contact"]) == bool(given["recipient"]):
                self.add_error("recipient", wrong)
        return given

    def _require_days(self, given: dict[str, Any]) -> None:
        for name, words in (("from_date", "Enter the first day."), ("last_date", "Enter the last day.")):
            if name in given and given[name] is None:
                self.add_error(name, words)
        first, last = given.get("from_date"), given.get("last_date")
        if first and last and last < first:
            self.add_error("last_date", BACKWARDS)
        elif last and last > self.now.date():
            self.add_error("last_date", TO_COME)

    def asked(self) -> Asked:
        """Return what was asked for."""
        given = self.cleaned_data
        return Asked(
            what=What(given["what"]),
            first=given["from_date"],
            last=given["last_date"],
            as_at=given["as_at"],
            contact=given["contact"],
            recipient=given["recipient"],
            purpose=given["purpose"],
        )


class Certify(forms.Form):
    """Signing in once more, to certify the copy that was looked at."""

    password = forms.CharField(
        strip=False,
        label="Your password",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="You sign in once more: your name and role stand on the copy.",
        error_messages={"required": "Enter your password to certify the copy."},
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
