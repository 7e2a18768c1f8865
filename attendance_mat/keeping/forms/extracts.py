"""What is asked for of an extract, and for whom."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django import forms

from attendance_mat.web.forms import DayField, limit_to
from registers.forms.as_at import LATER_THAN_NOW, MomentField
from registers.models import Group

A_DAY: Final = dt.timedelta(days=1)
A_YEAR: Final = dt.timedelta(days=366)
BACKWARDS: Final = "The last day is before the first."
TOO_LONG: Final = "An extract covers a year at most. Make one for each year."
TO_COME: Final = "The last day is still to come. Choose today or an earlier day."


class Recipient(forms.Form):
    """Who is to have what leaves the school, and what for: it is written down each time."""

    recipient = forms.CharField(
        max_length=200,
        help_text="The person or body who is to have it.",
        error_messages={"required": "Say who is to have it.", "max_length": "Say it in 200 characters at most."},
    )
    purpose = forms.CharField(
        max_length=300,
        help_text="What they are to have it for, and on what ground.",
        error_messages={"required": "Say what it is for.", "max_length": "Say it in 300 characters at most."},
    )


class Period(forms.Form):
    """Days of the register, a group of it or the whole school, and the moment at which it is read."""

    from_date = DayField(label="First day")
    last_date = DayField(label="Last day")
    group = forms.ModelChoiceField(
        Group.objects.none(),
        required=False,
        empty_label="The whole school",
        error_messages={"invalid_choice": "Choose a group of the list."},
    )
    as_at = MomentField(required=False, help_text="Leave it empty for the register as it stands now.")

    def __init__(self, data: Mapping[str, Any] | None = None, *, now: dt.datetime, **options: Any) -> None:
        super().__init__(data, **options)
        self.now = now
        limit_to(self, "group", Group.objects.order_by("kind", "name"))

    def clean_as_at(self) -> dt.datetime:
        """Return the moment asked for, now unless told otherwise; refuse one still to come."""
        moment: dt.datetime | None = self.cleaned_data["as_at"]
        if moment and moment > self.now:
            raise forms.ValidationError(LATER_THAN_NOW)
        return moment or self.now

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        first, last = given.get("from_date"), given.get("last_date")
        if first and last and last < first:
            self.add_error("last_date", BACKWARDS)
        elif first and last and last - first > A_YEAR:
            self.add_error("last_date", TOO_LONG)
        elif last and last > self.now.date():
            self.add_error("last_date", TO_COME)
        return given


class ExtractFor(Period, Recipient):
    """An extract of the attendance register for somebody."""

    field_order = ("from_date", "last_date", "group", "as_at", "recipient", "purpose")
