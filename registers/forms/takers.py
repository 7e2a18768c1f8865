"""Who is to take which register, on which weekdays, from when until when."""

import datetime as dt
from typing import Any, Final

from django import forms

from attendance_mat.accounts.forms import chosen_from
from attendance_mat.accounts.models import User
from attendance_mat.trust.models import School
from attendance_mat.web.forms import DayField, limit_to
from registers.models import Group
from registers.queries.takers import people_who_take
from registers.rules.patterns import WEEKDAYS

A_DAY: Final = dt.timedelta(days=1)


class AssignGroup(forms.Form):
    """A group, a person, the weekdays and the days between which they take its register."""

    group = forms.ModelChoiceField(
        Group.objects.none(), label="Group", empty_label="Choose a group", error_messages=chosen_from("a group")
    )
    person = forms.ModelChoiceField(
        User.objects.none(), label="Taken by", empty_label="Choose a person", error_messages=chosen_from("a person")
    )
    weekdays = forms.TypedMultipleChoiceField(
        label="On",
        choices=list(enumerate(WEEKDAYS)),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one weekday.", "invalid_choice": "Choose from the list."},
    )
    from_date = DayField(label="First day")
    last_date = DayField(label="Last day", required=False, help_text="Leave empty if no end is known.")

    def __init__(self, school: School, on: dt.date, data: Any = None, *, group: str = "") -> None:
        first = {"from_date": on, "weekdays": list(range(len(WEEKDAYS))), "group": group if group.isdigit() else None}
        super().__init__(data, initial=first)
        groups = Group.objects.filter(kind=Group.Kind.REGISTRATION)
        limit_to(self, "group", groups)
        limit_to(self, "person", people_who_take(school, on=on))

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first."""
        first, last = self.cleaned_data.get("from_date"), self.cleaned_data.get("last_date")
        if first and last and last < first:
            self.add_error("last_date", "The last day is before the first.")
        return self.cleaned_data

    def chosen(self) -> dict[str, Any]:
        """Return what was chosen as actions.assign_group takes it: the last day becomes the first day after."""
        given = dict(self.cleaned_data)
        last = given.pop("last_date")
        return {**given, "until_date": last + A_DAY if last else None}
