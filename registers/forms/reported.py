"""What the office enters of a parent's call: who said what of which days, to whom it goes, and what is decided."""

import datetime as dt
from collections.abc import Collection
from typing import Any, Final, cast

from django import forms

from attendance_mat.accounts.models import User
from attendance_mat.web.forms import DayField, choose_from, limit_to
from registers.actions.reporting_absence import Call
from registers.forms.expected import HALVES
from registers.models import AbsenceReport, Contact, Pupil
from registers.queries.reported import who_may_ring
from registers.rules.calendar import LONDON
from registers.rules.codes import Code
from registers.rules.expected import BOTH

LONGEST: Final = 500
UNDECIDED: Final = "Leave it undecided"


class ContactChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's is not generic when it runs
    """One of a pupil's contacts, with how they are related; or nobody of them, and a name beside it."""

    one_is_needed = True  # of this and the name: neither is optional, to who reads it

    def label_from_instance(self, obj: Contact) -> str:
        """Return a contact's name and relationship."""
        return f"{obj.name} ({obj.relationship.lower()})" if obj.relationship else obj.name


class OtherName(forms.CharField):
    """The name of somebody who is none of a pupil's contacts."""

    one_is_needed = True  # of this and the contact


def _words(label: str, missing: str, help_text: str = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST,
        required=required,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": missing},
    )


def _code_choices(codes: Collection[Code]) -> list[tuple[str, str]]:
    return [(code.code, f"{code.code}  {code.title}: {code.effect}") for code in codes]


class TakeCall(forms.Form):
    """A parent's call, as it is taken: decided at once, passed to a colleague, or neither."""

    contact = ContactChoice(
        label="Who reported it",
        help_text="One of the two is needed: choose the person here, or write the name below.",
        queryset=Contact.objects.none(),
        required=False,
        empty_label="Somebody else, named below",
    )
    name = OtherName(
        label="Their name, if not in the list", help_text="Needed where nobody in the list is chosen.", max_length=200,
        required=False,
    )  # fmt: skip
    channel = forms.ChoiceField(
        label="How", choices=AbsenceReport.Channel.choices, initial=AbsenceReport.Channel.TELEPHONE
    )
    received_on = DayField(label="Day the school had it")
    received_time = forms.TimeField(
        label="At what time",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "Enter the time.", "invalid": "Enter a time like 08:40."},
    )
    first_date = DayField(label="First day absent", error_messages={"required": "Enter the first day."})
    last_date = DayField(
        label="Last day, as far as they know", help_text="The same day for a single day.",
        error_messages={"required": "Enter the last day."},
    )  # fmt: skip
    halves = forms.ChoiceField(label="Which sessions", choices=HALVES, initial=BOTH)
    reason = _words("Reason, in their words", "Enter the reason, as the parent gave it.")
    code = forms.ChoiceField(label="Decide it now", required=False)
    nature = forms.CharField(label="Nature", help_text="Only for Y7: what it was.", max_length=200, required=False)
    pass_to = forms.ModelChoiceField(
        label="Or pass the call to", queryset=User.objects.none(), required=False, empty_label="Nobody"
    )
    note = _words("Note for them", "", "What they need to know. It is in their list of tasks at once.", required=False)

    def __init__(self, *args: Any, pupil: Pupil, codes: Collection[Code], colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(ContactChoice, self.fields["contact"]).queryset = who_may_ring(pupil)
        limit_to(self, "pass_to", colleagues)
        choose_from(self, "code", [("", UNDECIDED), *_code_choices(codes)])

    def clean(self) -> dict[str, Any]:
        """Refuse a call without a name, and one both decided and passed on."""
        entered = super().clean() or self.cleaned_data
        if not entered.get("contact") and not entered.get("name", "").strip() and "name" not in self.errors:
            self.add_error("name", "Choose who reported it, or write the name.")
        if entered.get("code") and entered.get("pass_to"):
            self.add_error("pass_to", "Either decide it now, or pass it on.")
        if entered.get("pass_to") and not entered.get("note", "").strip():
            self.add_error("note", "Write what your colleague needs to know.")
        return entered

    def call(self) -> Call:
        """Return what was said."""
        entered = self.cleaned_data
        received = dt.datetime.combine(entered["received_on"], entered["received_time"], tzinfo=LONDON)
        return Call(
            first=entered["first_date"],
            last=entered["last_date"],
            halves=entered["halves"],
            reason=entered["reason"],
            contact=entered["contact"],
            name=entered["name"],
            channel=entered["channel"],
            received_at=received,
        )


class PassOn(forms.Form):
    """To whom a call goes, and what they need to know."""

    pass_to = forms.ModelChoiceField(
        label="Pass it to", queryset=User.objects.none(), empty_label="Choose a colleague",
        error_messages={"required": "Choose a colleague."},
    )  # fmt: skip
    note = _words("Note for them", "Write what your colleague needs to know.")

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit_to(self, "pass_to", colleagues)


class Accept(forms.Form):
    """The code under which a report is accepted."""

    code = forms.ChoiceField(label="Code", error_messages={"required": "Choose a code."})
    nature = forms.CharField(label="Nature", help_text="Only for Y7: what it was.", max_length=200, required=False)
    words = _words("Note", "", required=False)

    def __init__(self, *args: Any, codes: Collection[Code], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "code", [("", "Choose a code"), *_code_choices(codes)])


class Close(forms.Form):
    """Why a report is not accepted, or how the parent took it back."""

    outcome = forms.ChoiceField(
        label="What becomes of it",
        choices=[
            (AbsenceReport.Outcome.REFUSED, "Not accepted: marked as the register finds it"),
            (AbsenceReport.Outcome.WITHDRAWN, "The parent took it back"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what becomes of it."},
    )
    words = _words("Why", "Say why, in a few words.")
