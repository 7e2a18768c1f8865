"""What the head says of an inspector, and what an inspector asks for."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms

from attendance_mat.keeping.models import Inspection
from attendance_mat.web.forms import DayField, limit_to
from registers.models import Group
from registers.rules.calendar import Half

A_DAY = dt.timedelta(days=1)
HALVES = [(Half.AM.value, "Morning"), (Half.PM.value, "Afternoon")]


class LetIn(forms.Form):
    """A named person from outside, on whose behalf they come, what for, and on which days."""

    name = forms.CharField(max_length=200, label="Full name", error_messages={"required": "Enter their name."})
    email = forms.EmailField(
        label="E-mail address",
        error_messages={
            "required": "Enter their e-mail address.",
            "invalid": "Enter an address like name@body.gov.uk.",
        },
    )
    body = forms.ChoiceField(
        label="They come from",
        choices=[("", "Choose a body"), *Inspection.Body.choices],
        error_messages={"required": "Choose whom they come from.", "invalid_choice": "Choose a body of the list."},
    )
    purpose = forms.CharField(
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What they inspect for, and by what letter they were announced.",
        error_messages={"required": "Say what they inspect for.", "max_length": "Say it in 300 characters at most."},
    )
    from_date = DayField(label="First day")
    last_date = DayField(label="Last day")

    def entered(self) -> dict[str, Any]:
        """Return what was typed as actions.let_inspector_in takes it: the last day becomes the first day after."""
        given = dict(self.cleaned_data)
        given["until_date"] = given.pop("last_date") + A_DAY
        return given


class LastDay(forms.Form):
    """Another last day of an inspection, and why."""

    last_date = DayField(label="Last day")
    reason = forms.CharField(
        max_length=300,
        label="Why it changes",
        error_messages={"required": "Say why the last day changes.", "max_length": "Say it in 300 characters at most."},
    )

    def entered(self) -> dict[str, Any]:
        """Return what was typed as actions.change_last_day takes it."""
        return {"until_date": self.cleaned_data["last_date"] + A_DAY, "reason": self.cleaned_data["reason"]}


class WhichRegister(forms.Form):
    """Which group's register of which session an inspector asks for."""

    date = DayField(label="Day")
    half = forms.ChoiceField(label="Session", choices=HALVES)
    group = forms.ModelChoiceField(
        Group.objects.none(),
        empty_label="Choose a group",
        error_messages={"required": "Choose a group.", "invalid_choice": "Choose a group of the list."},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, on: dt.date) -> None:
        super().__init__(data if data and data.get("group") is not None else None, initial={"date": on})
        limit_to(self, "group", Group.objects.order_by("kind", "name"))
