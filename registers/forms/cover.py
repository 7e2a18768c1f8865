"""Which registers of a day are to be covered and by whom; and what a cover person types to be let in."""

import datetime as dt
from typing import Any, Final

from django import forms

from attendance_mat.accounts import throttle
from attendance_mat.accounts.forms import WAIT, chosen_from
from attendance_mat.accounts.models import User
from attendance_mat.trust.models import School
from attendance_mat.web.forms import choose_from, limit_to
from registers.actions.covering import PIN_DIGITS, Wanted, digest_of_pin
from registers.models import CoverPass
from registers.queries.coverable import coverable_on, days_of, open_pass
from registers.queries.takers import people_who_take

NO_MATCH: Final = "That name and PIN do not open anything today. Check both, or ask the office."
NOT_COUNTED: Final = (
    "A name and PIN cannot be checked at the moment. Open the link that came with the PIN, which still works, or ask "
    "the office."
)
EITHER: Final = "Choose a member of staff, or enter a name, not both."


class GiveCover(forms.Form):
    """One register, or a person's whole day, and who takes it: a member of staff, or somebody named."""

    what = forms.ChoiceField(label="What is to be covered", error_messages=chosen_from("what is to be covered"))
    staff = forms.ModelChoiceField(
        User.objects.none(), label="By a member of staff", required=False, empty_label="Nobody of the staff",
        error_messages=chosen_from("a person"),
    )  # fmt: skip
    name = forms.CharField(
        label="Or by somebody without a log-in: their name",
        required=False,
        max_length=80,
        help_text="As they will sign in with the PIN, and as it will stand beside their marks.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, school: School, date: dt.date, data: Any = None, *, chosen: str = "") -> None:
        super().__init__(data, initial={"what": chosen})
        self.date, self.registers = date, coverable_on(date)
        self.days = days_of(self.registers)
        whole = [(f"person-{pk}", f"{name}: the whole day ({len(rows)})") for pk, (name, rows) in self.days.items()]
        single = [(row.key, f"{row.what} ({', '.join(row.takers.values()) or 'nobody'})") for row in self.registers]
        choices = [("", "Choose"), ("The whole day of a person", whole), ("One register", single)]
        choose_from(self, "what", choices)
        limit_to(self, "staff", people_who_take(school, on=date))

    def clean(self) -> dict[str, Any]:
        """Refuse a form that names two who are to cover, or none."""
        given = self.cleaned_data
        if "staff" in given and "name" in given and bool(given["staff"]) is bool(given["name"]):
            self.add_error("name", EITHER if given["name"] else "Choose a member of staff, or enter a name.")
        return given

    def wanted(self) -> Wanted:
        """Return what was chosen, with whom it is in place of: of several takers of a register the first by name."""
        chosen: str = self.cleaned_data["what"]
        sort, _, number = chosen.partition("-")
        if sort == "person":
            return Wanted(self.date, self.days[int(number)][1], User.objects.get(pk=int(number)))
        rows = [row for row in self.registers if row.key == chosen]
        takers = sorted(rows[0].takers, key=rows[0].takers.__getitem__) if rows else []
        return Wanted(self.date, rows, User.objects.get(pk=takers[0]) if takers else None)


class OpenByPin(forms.Form):
    """A cover person's name and PIN; `found` is the pass they open.

    Tries are counted as those of signing in are; six digits are short, so that while tries cannot be counted none is
    taken (`is_shut`).
    """

    name = forms.CharField(
        label="Your name",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
        error_messages={"required": "Enter your name as the office wrote it."},
    )
    pin = forms.CharField(
        label="PIN",
        max_length=PIN_DIGITS + 4,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": "Enter the six digits."},
    )
    found: CoverPass | None = None
    must_wait = False
    is_shut = False

    def __init__(self, school: School, place: str, at: dt.datetime, data: Any = None) -> None:
        super().__init__(data)
        self.school, self.place, self.at = school, place, at

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if self.errors:
            return given
        self.is_shut = not throttle.can_count()
        if self.is_shut:
            raise forms.ValidationError(NOT_COUNTED)
        who = f"cover {self.school.slug} {' '.join(given['name'].split()).casefold()}"
        self.must_wait = throttle.is_throttled(who, self.place)
        if self.must_wait:
            raise forms.ValidationError(WAIT)
        digest = digest_of_pin(given["name"], "".join(given["pin"].split()), school=self.school, on=self.at.date())
        self.found = open_pass(at=self.at, pin_digest=digest)
        if self.found is None:
            throttle.count_failure(who, self.place)
            raise forms.ValidationError(NO_MATCH)
        throttle.forget_failures(who, self.place)
        return given
