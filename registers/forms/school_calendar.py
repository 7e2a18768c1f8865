"""What people enter about the school's calendar."""

from typing import Any, Final

from django import forms

from attendance_mat.web.forms import DayField
from registers.actions.setting_calendar import Change
from registers.models import PlannedDay
from registers.rules.calendar import Half
from registers.rules.school_calendar import Wanted

BOTH: Final = "both"


class ChangeCalendar(forms.Form):
    """Sessions to add or to take away, from a day to a day."""

    does = forms.ChoiceField(
        label="What to do",
        choices=[("remove", "Take sessions away"), ("add", "Add sessions")],
        initial="remove",
        widget=forms.RadioSelect,
    )
    first_date = DayField(label="First day")
    last_date = DayField(label="Last day", help_text="The same day for a single day.")
    halves = forms.ChoiceField(
        label="Which sessions",
        choices=[(BOTH, "Whole days"), (Half.AM.value, "Mornings"), (Half.PM.value, "Afternoons")],
        initial=BOTH,
        widget=forms.RadioSelect,
    )
    weekends = forms.BooleanField(label="Saturdays and Sundays too", required=False)
    kind = forms.ChoiceField(
        label="Why the school does not meet",
        choices=[("", "Choose"), *PlannedDay.Kind.choices],
        required=False,
        help_text="Only where sessions are taken away.",
    )
    name = forms.CharField(
        label="Name",
        max_length=80,
        required=False,
        help_text="As staff know it: autumn half term, INSET 2, polling day.",
    )

    def clean(self) -> dict[str, Any]:
        """Ask why the school does not meet, where sessions are taken away."""
        given = super().clean() or {}
        if given.get("does") == "remove" and not given.get("kind"):
            self.add_error("kind", "Choose why the school does not meet.")
        return given

    def change(self) -> Change:
        """Return the change as it was asked for. A day without a name has that of its kind."""
        given = self.cleaned_data
        halves = tuple(Half) if given["halves"] == BOTH else (Half(given["halves"]),)
        wanted = Wanted(given["first_date"], given["last_date"], halves, given["does"] == "add", given["weekends"])
        kind = "" if wanted.adds else given["kind"]
        name = given["name"] or (PlannedDay.Kind(kind).label if kind else "")
        return Change(wanted, kind, name)
