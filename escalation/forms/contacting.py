"""Which poor attenders to list."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms

from attendance_mat.web.formats import year_group
from attendance_mat.web.forms import DayField, choose_from

TO_COME = "This day is still to come. Choose today or an earlier day."


class PoorAttenders(forms.Form):
    """Of which year, below what, and since when nobody has been in touch with the parents."""

    year = forms.TypedChoiceField(
        label="Year group",
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": "Choose one of the school's year groups, or all."},
    )
    below_percent = forms.IntegerField(
        label="Attendance below, in percent",
        min_value=1,
        max_value=100,
        error_messages={
            "required": "Enter a whole number from 1 to 100.",
            "invalid": "Enter a whole number from 1 to 100.",
            "min_value": "Enter a whole number from 1 to 100.",
            "max_value": "Enter a whole number from 1 to 100.",
        },
    )
    since = DayField(label="No contact since")

    def __init__(self, *args: Any, years: Iterable[int], today: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        listed = [("", "All years"), *((str(each), year_group(each)) for each in years)]
        choose_from(self, "year", listed)

    def clean_since(self) -> dt.date:
        """Refuse a day that is still to come."""
        since: dt.date = self.cleaned_data["since"]
        if since > self.today:
            raise forms.ValidationError(TO_COME)
        return since
