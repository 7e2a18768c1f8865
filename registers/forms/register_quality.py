"""Over which days, and of whom, the keeping of registers is looked at. It all stands in the page's address."""

import datetime as dt
from typing import Any, Final

from django import forms

from attendance_mat.web.forms import DayField

LONGEST: Final = 400  # days: a little over a school year


class Period(forms.Form):
    """From a day to a day, with or without the lessons' registers."""

    first = DayField(label="From")
    last = DayField(label="To")
    kind = forms.ChoiceField(
        label="Registers",
        required=False,
        choices=[("", "All"), ("registration", "Registration groups alone")],
        error_messages={"invalid_choice": "Choose from the list."},
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first, and more than a year."""
        first: dt.date | None = self.cleaned_data.get("first")
        last: dt.date | None = self.cleaned_data.get("last")
        if first and last and last < first:
            self.add_error("last", "The last day is before the first.")
        elif first and last and (last - first).days > LONGEST:
            self.add_error("last", "Choose a period of no more than a school year.")
        return self.cleaned_data
