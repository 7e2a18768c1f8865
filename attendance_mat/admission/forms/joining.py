"""What people enter about joining the roll."""

import re
from typing import Any, Final, cast

from django import forms
from django.core.validators import RegexValidator

from attendance_mat.admission.models import Joining
from attendance_mat.web.formats import YEAR_GROUP_NAMES, year_group
from attendance_mat.web.forms import DayField
from registers.models import Group

UPN: Final = RegexValidator(
    re.compile(r"[A-Z][0-9]{11}[0-9A-Z]\Z"), "A unique pupil number is a letter, eleven digits and a digit or letter."
)
SEXES: Final = [("F", "Female"), ("M", "Male")]
YEARS: Final = [(number, year_group(number)) for number in range(min(YEAR_GROUP_NAMES), 14)]


def _text(label: str, length: int, help_text: str = "", *, missing: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=length,
        help_text=help_text,
        required=bool(missing),
        error_messages={"required": missing},
    )


class StartingDay(forms.Form):
    """The starting day, what it rests on, and where the pupil is placed."""

    day = DayField(
        label="Starting day",
        help_text="The name goes on the roll on this day, whether or not the pupil comes.",
    )
    basis = forms.ChoiceField(
        label="What the day rests on",
        choices=Joining.Basis.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say what the starting day rests on."},
    )
    agreed_with = _text("Agreed with, or told by", 200, "The parent's name, or whoever is in control of attendance.")
    year = forms.TypedChoiceField(
        label="Year group", choices=YEARS, coerce=int, error_messages={"required": "Choose the year group."}
    )
    group = forms.ModelChoiceField(
        label="Registration group",
        queryset=Group.objects.filter(kind=Group.Kind.REGISTRATION).order_by("name"),
        empty_label="None yet",
        required=False,
        help_text="Without one the pupil is on the roll and on no register.",
    )
    most_junior_class = forms.BooleanField(
        label="Placed in the most junior class",
        required=False,
        help_text="Starting on the year's first day, the authority is then told only if it asks.",
    )


class AddPupil(StartingDay):
    """A new pupil: who they are, then the starting day."""

    surname = _text("Legal surname", 100, missing="Enter the legal surname.")
    forename = _text("Legal forename", 100, missing="Enter the legal forename.")
    middle_names = _text("Middle names", 200)
    surname_in_use = _text("Surname used in school, if another", 100)
    forename_in_use = _text("Forename used in school, if another", 100)
    dob = DayField(label="Date of birth")
    sex = forms.ChoiceField(
        label="Sex",
        choices=SEXES,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one, as on the birth certificate."},
    )
    upn = _text("Unique pupil number, if there is one", 13)
    address = forms.CharField(
        label="Pupil's address",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter the pupil's address."},
    )
    last_school = _text("Last school", 200, "Empty for a first school.")
    last_school_address = _text("Last school's address", 1000)

    PARTICULARS: Final = (
        "surname", "forename", "middle_names", "surname_in_use", "forename_in_use", "dob", "sex", "upn", "address",
        "last_school", "last_school_address",
    )  # fmt: skip
    field_order = [*PARTICULARS, "day", "basis", "agreed_with", "year", "group", "most_junior_class"]

    def clean_upn(self) -> str:
        """Return the number in capitals."""
        number = cast(str, self.cleaned_data["upn"]).upper()
        if number:
            UPN(number)
        return number

    def particulars(self) -> dict[str, Any]:
        """Return what the admission register says of the pupil."""
        return {name: self.cleaned_data[name] for name in self.PARTICULARS}


def start_of(form: StartingDay) -> dict[str, Any]:
    """Return what a form says of the start."""
    names = ("day", "basis", "agreed_with", "year", "group", "most_junior_class")
    return {name: form.cleaned_data[name] for name in names}
