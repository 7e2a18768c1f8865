"""What people enter about an unplanned closure."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms

from attendance_mat.web.formats import year_group
from attendance_mat.web.forms import DayField, choose_from, limit_to
from registers.actions.closures import Wanted
from registers.models import ExpectedMark, Group
from registers.rules.closures import Cause

WORDS = {
    Cause.WHOLE_SCHOOL: "The whole school is closed: every session is cancelled",
    Cause.PART: "Part of the premises is out of use",
    Cause.STAFFING: "Too few staff for some or all",
    Cause.STAGGERED: "A staggered start",
}


class DeclareClosure(forms.Form):
    """An unplanned closure: which sessions, what kind, whom it keeps away and why."""

    cause = forms.ChoiceField(
        label="What has happened",
        choices=[(cause.value, words) for cause, words in WORDS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what has happened."},
    )
    first_date = DayField(label="First day")
    last_date = DayField(label="Last day", help_text="The same day for a single day.")
    halves = forms.ChoiceField(
        label="Which sessions",
        choices=[
            (ExpectedMark.Halves.BOTH, "Whole days"),
            (ExpectedMark.Halves.AM, "Mornings"),
            (ExpectedMark.Halves.PM, "Afternoons"),
        ],
        initial=ExpectedMark.Halves.BOTH,
        widget=forms.RadioSelect,
    )
    years = forms.TypedMultipleChoiceField(
        label="Years kept away",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Leave years and groups empty where everyone is kept away.",
    )
    groups = forms.ModelMultipleChoiceField(
        label="Groups kept away", queryset=Group.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label="Reason",
        help_text="Kept with every mark it changes: boiler failure, snow.",
        max_length=300,
        error_messages={"required": "Give the reason: it is kept with every mark the closure changes."},
    )
    nature = forms.CharField(
        label="Nature of the cause",
        help_text="Code Y7 must say it: too few staff, staggered start of Year 7.",
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, years: Iterable[int], groups: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(year, year_group(year)) for year in years]
        choose_from(self, "years", choices)
        limit_to(self, "groups", groups)

    def wanted(self) -> Wanted:
        """Return the closure as it was asked for."""
        given = self.cleaned_data
        return Wanted(
            from_date=given["first_date"],
            until_date=given["last_date"] + dt.timedelta(days=1),
            halves=given["halves"],
            cause=Cause(given["cause"]),
            reason=given["reason"],
            nature=given["nature"],
            years=tuple(given["years"]),
            groups=tuple(sorted(group.pk for group in given["groups"])),
        )


class UndoClosure(forms.Form):
    """Why a closure is undone."""

    because = forms.CharField(
        label="Why it is undone",
        help_text="Kept with every mark that goes back.",
        max_length=300,
        error_messages={"required": "Say why the closure is undone: it is kept with each amendment."},
    )
