"""What is asked of the access log."""

from typing import Any

from django import forms

from attendance_mat.accounts.models import User
from attendance_mat.keeping.queries.disclosing import Wanted, who_looked
from attendance_mat.web.forms import DayField, limit_to


class WhichLooks(forms.Form):
    """Narrows the access log to a person and to days."""

    person = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        empty_label="Anyone",
        label="Who looked",
        error_messages={"invalid_choice": "Choose a person of the list."},
    )
    from_date = DayField(label="From", required=False)
    last_date = DayField(label="To", required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        limit_to(self, "person", who_looked())

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("from_date"), self.cleaned_data.get("last_date")
        if first and last and last < first:
            self.add_error("last_date", "The last day is before the first.")
        return self.cleaned_data

    def wanted(self) -> Wanted:
        """Return what was asked for; everything where it cannot be answered."""
        if not self.is_valid():
            return Wanted()
        given = self.cleaned_data
        person = given["person"]
        return Wanted(person_id=person and person.pk, first=given["from_date"], last=given["last_date"])
