"""What people enter about leave."""

from collections.abc import Collection
from typing import Any, cast

from django import forms

from absence.models import LeaveRequest
from absence.rules.days import WHOLE_DAYS
from attendance_mat.web.forms import DayField
from registers.models import Contact, Pupil
from registers.rules.codes import Code


def _date(label: str, missing: str, help_text: str = "") -> DayField:
    return DayField(label=label, help_text=help_text, error_messages={"required": missing})


def _words(label: str, missing: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": missing},
    )


class ContactChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's is not generic when it runs
    """One of a pupil's contacts, named with what bears on leave."""

    def label_from_instance(self, obj: Contact) -> str:
        """Return a contact's name, relationship and whether the pupil lives with them."""
        particulars = [obj.relationship.lower()] if obj.relationship else []
        particulars += ["lives with the pupil"] if obj.lives_with else []
        return f"{obj.name} ({', '.join(particulars)})" if particulars else obj.name


class AskForLeave(forms.Form):
    """A parent's request for leave, as the office received it."""

    first_date = _date("First day of leave", "Enter the first day of leave.")
    last_date = _date("Last day of leave", "Enter the last day of leave.", "The same day for a single day.")
    halves = forms.ChoiceField(
        label="Which sessions",
        choices=[(WHOLE_DAYS, "Whole days"), ("am", "Mornings"), ("pm", "Afternoons")],
        initial=WHOLE_DAYS,
        widget=forms.RadioSelect,
    )
    asked_by = ContactChoice(
        label="Who asked",
        queryset=Contact.objects.none(),
        empty_label="Choose who asked",
        error_messages={"required": "Choose who asked: one of the pupil's contacts."},
    )
    asked_on = _date("Received on", "Enter the day the school received the request.")
    reason = _words("Reason given", "Enter the reason, as the parent gave it.", "In the parent's own words.")

    def __init__(self, *args: Any, pupil: Pupil, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contacts = Contact.objects.filter(pupil=pupil, ended_on__isnull=True).order_by("position")
        cast(ContactChoice, self.fields["asked_by"]).queryset = contacts


class GrantLeave(forms.Form):
    """Which days are granted, under which code, and why."""

    first_date = _date("First day granted", "Enter the first day granted.")
    last_date = _date("Last day granted", "Enter the last day granted.")
    code = forms.ChoiceField(label="Code", error_messages={"required": "Choose the code the register will show."})
    reason = _words("Why it is granted", "Give the reason: the letter says it.", "The letter to the family says this.")

    def __init__(self, *args: Any, codes: Collection[Code], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["code"])
        field.choices = [(code.code, f"{code.code}  {code.title}") for code in codes]

    @classmethod
    def of(cls, request: LeaveRequest, *, codes: Collection[Code], usual: str) -> "GrantLeave":
        """Return the form filled in with everything that was asked for."""
        asked = {"first_date": request.from_date, "last_date": request.days.last, "code": usual}
        return cls(initial=asked, codes=codes, prefix="grant")


class RefuseLeave(forms.Form):
    """Why leave is refused."""

    reason = _words("Why it is refused", "Give the reason: the letter says it.", "The letter to the family says this.")


class Falsified(forms.Form):
    """What showed an application for granted leave to be false."""

    code = forms.ChoiceField(label="Amend the sessions to")
    evidence = _words(
        "Evidence",
        "Say what showed that the application was false.",
        "What showed it, and where it is kept. It stays with the amendments.",
    )

    def __init__(self, *args: Any, codes: Collection[Code], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(code.code, f"{code.code}  {code.title}") for code in codes]
        self.fields["code"] = forms.ChoiceField(label="Amend the sessions to", choices=listed)
