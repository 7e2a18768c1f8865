"""What people enter about lateness: the days to look at, when a detention is, why it is cancelled."""

import datetime as dt
from typing import Any

from django import forms

from attendance_mat.web.forms import DayField

LONGEST_DETENTION = 8 * 60


class Period(forms.Form):
    """The days whose late arrivals are counted, both included."""

    from_date = DayField(label="First day", error_messages={"required": "Enter the first day."})
    to_date = DayField(label="Last day", error_messages={"required": "Enter the last day."})

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        entered = super().clean() or {}
        first, last = entered.get("from_date"), entered.get("to_date")
        if first and last and last < first:
            self.add_error("to_date", "The last day is before the first day.")
        return entered


class OfADay(forms.Form):
    """One day to look at."""

    on = DayField(label="Day", error_messages={"required": "Enter a day."})


class MinutesField(forms.IntegerField):
    """How long a detention lasts."""

    def __init__(self, **options: Any) -> None:
        said = {
            "required": "Enter how many minutes it lasts.",
            "invalid": "Enter the minutes as a whole number.",
            "min_value": "A detention lasts a minute or more.",
            "max_value": f"A detention lasts {LONGEST_DETENTION} minutes or fewer.",
        }
        options = {"label": "Minutes", "error_messages": said, **options}
        super().__init__(min_value=1, max_value=LONGEST_DETENTION, **options)


class SetDetention(forms.Form):
    """When and where a detention is, and how long it lasts."""

    on_date = DayField(label="Day", error_messages={"required": "Enter the day of the detention."})
    starts_at = forms.TimeField(
        label="Starts at",
        required=False,
        help_text="Leave it empty if it follows the last lesson.",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Enter a time like 15:10."},
    )
    minutes = MinutesField()
    place = forms.CharField(
        label="Where",
        required=False,
        max_length=80,
        error_messages={"max_length": "Say where in 80 letters or fewer."},
    )


class GiveDetention(SetDetention):
    """A detention that is set by hand: what for, besides when and where."""

    reason = forms.CharField(
        label="What it is for",
        max_length=300,
        error_messages={
            "required": "Say what the detention is for.",
            "max_length": "Say what it is for in 300 letters or fewer.",
        },
    )
    field_order = ("reason", "on_date", "starts_at", "minutes", "place")


class CancelDetention(forms.Form):
    """Why a detention is cancelled."""

    because = forms.CharField(
        label="Why it is cancelled",
        max_length=500,
        error_messages={
            "required": "Say why the detention is cancelled.",
            "max_length": "Say why in 500 letters or fewer.",
        },
    )


def period_asked_for(data: dict[str, Any], *, first: dt.date, last: dt.date) -> Period:
    """Return the form of a period, filled with what was asked for or else with these days."""
    asked = {
        "from_date": data.get("from_date") or first.isoformat(),
        "to_date": data.get("to_date") or last.isoformat(),
    }
    return Period(asked)
