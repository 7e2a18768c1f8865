"""What is typed about attendance targets."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from attendance_mat.trust.models import AttendanceTarget, School
from attendance_mat.trust.targets import Wanted
from attendance_mat.web.forms import DayField, choose_from
from registers.models import Characteristic

ALL: Final = "*"  # no school is so named, and no group
THE_TRUST: Final = "The trust, all its schools together"
EVERYONE: Final = "Everyone"
ONE_DAY: Final = dt.timedelta(days=1)
PERCENTAGE: Final = "Enter a percentage such as 96 or 96.5."


class SetTarget(forms.Form):
    """A target: whose, of which pupils, how much, over which days, and who answers for it."""

    school = forms.ChoiceField(label="For")
    group = forms.ChoiceField(label="Pupils", choices=[(ALL, EVERYONE), *Characteristic.Kind.choices])
    sign = forms.ChoiceField(label="Met by", choices=AttendanceTarget.Sign.choices)
    percent = forms.DecimalField(
        label="Percentage of possible sessions",
        max_digits=4,
        decimal_places=1,
        min_value=0.1,
        max_value=100,
        error_messages=dict.fromkeys(("required", "invalid", "max_digits", "max_decimal_places", "max_whole_digits",
                                      "min_value", "max_value"), PERCENTAGE),
    )  # fmt: skip
    from_date = DayField(label="First day")
    last_date = DayField(label="Last day", required=False, help_text="Empty: until you withdraw the target.")
    owner = forms.CharField(
        label="Who answers for it", max_length=200, error_messages={"required": "Enter who answers for it."}
    )

    def __init__(self, schools: Iterable[School], data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.schools = {school.slug: school for school in schools}
        listed = [(slug, school.name) for slug, school in self.schools.items()]
        choose_from(self, "school", [(ALL, THE_TRUST), *listed])

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        first, last = given.get("from_date"), given.get("last_date")
        if first and last and last < first:
            self.add_error("last_date", ValidationError("The last day must not come before the first."))
        return given

    @property
    def terms(self) -> Wanted:
        """Return the target as it is to be set."""
        given = dict(self.cleaned_data)
        last = given.pop("last_date")
        given["school"] = self.schools.get(given["school"])
        given["group"] = "" if given["group"] == ALL else given["group"]
        return Wanted(**given, until_date=last and last + ONE_DAY)


class AddNote(forms.Form):
    """What was said."""

    words = forms.CharField(
        label="What was said, and what support was agreed",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Name no pupil. It stays on record as written.",
        error_messages={"required": "Write what was said."},
    )
