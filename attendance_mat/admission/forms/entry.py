"""What people enter in the admission register: particulars, contacts, groups, workers, a death, and who is named."""

import datetime as dt
import re
from typing import Any, Final

from django import forms
from django.db.models import QuerySet

from attendance_mat.accounts.models import User
from attendance_mat.admission.actions import contacts, particulars
from attendance_mat.admission.actions.amending import NO_REASON
from attendance_mat.admission.rules.particulars import FEWEST_DIGITS
from attendance_mat.web.forms import DayField, choose_from, limit_to
from registers.models import Characteristic, Contact, Professional, Pupil

NO_NUMBER: Final = f"Enter a telephone number of at least {FEWEST_DIGITS} figures."


class Lines(forms.CharField):
    """Words over several lines, with one kind of line break whatever the browser sends."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value: Any) -> Any:
        """Return the words with the lines' ends made alike."""
        return "\n".join(line.rstrip() for line in (super().to_python(value) or "").splitlines())


class Why(forms.Form):
    """Why an entry is changed, and on whose word."""

    reason = forms.CharField(
        label="Reason for the change", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": NO_REASON},
    )  # fmt: skip
    word_of = forms.CharField(
        label="Who told the school", max_length=200, required=False, help_text="A name, or the paper it came on."
    )


class Amended(forms.ModelForm):  # type: ignore[type-arg]  # Django's is not generic when it runs
    """A form that remembers what its page showed, so that one person's change never covers another's unseen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True
            if isinstance(field, Lines):
                field.widget.attrs["rows"] = 3
            if isinstance(field, forms.DateField):
                field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
                field.error_messages["invalid"] = "Enter a date like 23/11/2026."

    def validate_constraints(self) -> None:
        """Leave the database's own rules to the action, which says in words what is wrong."""

    def _post_clean(self) -> None:
        """Leave the row as it is: the action changes it, from what was entered."""

    def values(self) -> dict[str, Any]:
        """Return what was entered, by the field's name."""
        return {name: self.cleaned_data[name] for name in self.fields}

    def seen(self) -> dict[str, Any]:
        """Return what the page showed when it was opened; nothing for what a meddled page leaves out."""
        found = {}
        for name, field in self.fields.items():
            given = field.hidden_widget().value_from_datadict(self.data, self.files, self.add_initial_prefix(name))
            try:
                found[name] = field.to_python(given)
            except forms.ValidationError:
                found[name] = None
        return found

    def look_again(self, clashing: Any) -> None:
        """Take what stands now as seen, for the fields that clashed: to save again is then to decide."""
        data = dict(self.data.items())
        for name in clashing:
            if name in self.fields:
                value = getattr(self.instance, name)
                shown = value.isoformat() if isinstance(value, dt.date) else "" if value is None else str(value)
                data[self.add_initial_prefix(name)] = shown
        self.data = data


class Particulars(Amended):
    """Every particular of the pupil's own."""

    class Meta:
        model = Pupil
        fields = particulars.PARTICULARS
        field_classes = {"address": Lines, "last_school_address": Lines, "next_address": Lines}
        labels = {
            "forename_in_use": "Forename used in school", "surname_in_use": "Surname used in school",
            "former_upn": "Former unique pupil number", "address_confidential": "Keep the address confidential",
            "boarder": "Boards at the school", "enrolment_status": "Enrolment", "last_school": "Last school",
            "last_school_address": "Address of the last school", "next_school": "Other or next school",
            "next_school_date": "First day there", "next_address": "Address they will live at",
            "next_address_date": "From", "next_address_with": "Parents they will live with there",
        }  # fmt: skip
        help_texts = {
            "last_school": "Enter “None” where this is the first.",
            "next_school": "Where the pupil goes, or goes as well, once it is known.",
            "next_address": "If a parent gives it.",
        }
        error_messages = {
            "forename": {"required": "Enter the forename."}, "surname": {"required": "Enter the surname."},
            "dob": {"required": "Enter the date of birth."}, "sex": {"required": "Choose the sex."},
        }  # fmt: skip

    def __init__(self, *args: Any, former: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not former:
            del self.fields["former_upn"]


class ContactForm(Amended):
    """Everything recorded of a contact."""

    class Meta:
        model = Contact
        fields = contacts.PARTICULARS
        field_classes = {"address": Lines}
        labels = {
            "lives_with": "The pupil normally lives with them", "emergency": "Ring them in an emergency",
            "phone": "Telephone", "email": "Email", "liable_as": "Parent in education law because",
            "barrier": "What makes them hard to reach, and what helps",
            "address_confidential": "Keep the address confidential", "no_contact": "No contact: do not ring or write",
            "court_order": "Court order", "may_collect": "May collect the pupil",
            "collect_password": "Password for collecting",
        }  # fmt: skip
        help_texts = {
            "phone": "Two numbers may stand here, with a comma between.",
            "language": "Leave empty for English.",
            "court_order": "What it forbids or allows, in words.",
        }
        error_messages = {
            "name": {"required": contacts.NO_NAME},
            "email": {"invalid": "Enter an email address like name@example.org."},
        }

    def clean_phone(self) -> str:
        """Refuse what is too short to be a number."""
        phone: str = self.cleaned_data["phone"]
        if phone and len(re.findall(r"\d", phone)) < FEWEST_DIGITS:
            raise forms.ValidationError(NO_NUMBER)
        return phone


class Died(forms.Form):
    """The day someone died, and whose word it is."""

    on = DayField(label="Day of death")
    word_of = forms.CharField(label="Who told the school", max_length=200, required=False)


class AddGroup(forms.Form):
    """A group a pupil belongs to from a day on."""

    kind = forms.ChoiceField(label="Group", error_messages={"required": "Choose the group."})
    value = forms.ChoiceField(
        label="Kind of support", required=False,
        choices=[("", "Not special educational needs"), ("K", "K  SEN support"), ("E", "E  EHC plan")],
    )  # fmt: skip
    from_date = DayField(label="From")

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "kind", _some(Characteristic.Kind.choices, kinds))

    def clean(self) -> dict[str, Any]:
        """Ask for the kind of support where the group is special educational needs, and for no other."""
        is_sen = self.cleaned_data.get("kind") == Characteristic.Kind.SPECIAL_EDUCATIONAL_NEEDS
        if is_sen and not self.cleaned_data.get("value"):
            self.add_error("value", "Choose K or E for special educational needs.")
        if not is_sen:
            self.cleaned_data["value"] = ""
        return self.cleaned_data


class AddProfessional(forms.Form):
    """A worker of another service who must hear of the pupil's absence."""

    kind = forms.ChoiceField(label="Who they are", error_messages={"required": "Choose who they are."})
    name = forms.CharField(label="Name", max_length=200, error_messages={"required": "Enter the worker's name."})
    organisation = forms.CharField(label="Organisation", max_length=200, required=False)
    phone = forms.CharField(label="Telephone", max_length=40, required=False)
    email = forms.EmailField(
        label="Email", required=False, error_messages={"invalid": "Enter an email address like name@example.org."}
    )
    from_date = DayField(label="From")

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "kind", _some(Professional.Kind.choices, kinds))


class Ends(forms.Form):
    """The first day something no longer holds."""

    until_date = DayField(label="First day it no longer holds")


class Hide(forms.Form):
    """Why a pupil is hidden, or found by everyone again."""

    reason = forms.CharField(
        label="Reason", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": NO_REASON},
    )  # fmt: skip


class NamePerson(forms.Form):
    """Who may find a hidden pupil."""

    user = forms.ModelChoiceField(
        label="Person", queryset=User.objects.none(), empty_label="Choose a person",
        error_messages={"required": "Choose the person.", "invalid_choice": "Choose one of the school's people."},
    )  # fmt: skip

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit_to(self, "user", people)


def _some(choices: list[tuple[str, str]], kinds: list[str]) -> list[tuple[str, str]]:
    return [(value, label) for value, label in choices if value in kinds]
