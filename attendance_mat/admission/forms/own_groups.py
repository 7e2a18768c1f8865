"""What people enter about a group of the school's own: the group, who is put in, and when it ends."""

from typing import Any, Final

from django import forms

from attendance_mat.admission.actions.amending import NO_REASON
from attendance_mat.admission.models import OwnGroup
from attendance_mat.web.forms import DayField, choose_from
from registers.models import Pupil

CHOOSE: Final = "Tick at least one pupil."
NOT_LISTED: Final = "Tick only pupils that are listed."


def _reason(label: str) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}), error_messages={"required": NO_REASON}
    )


class MakeOwnGroup(forms.Form):
    """A group: its name, what it is for, who may see it, and from when it is."""

    name = forms.CharField(label="Name", max_length=60, error_messages={"required": "Enter the group's name."})
    purpose = forms.CharField(
        label="What it is for", max_length=300, help_text="Name no pupil.",
        error_messages={"required": "Say what the group is for."},
    )  # fmt: skip
    seen_by = forms.ChoiceField(
        label="Who may see it and who is in it", choices=[("", "Choose"), *OwnGroup.SeenBy.choices],
        error_messages={"required": "Choose who may see the group."},
    )  # fmt: skip
    from_date = DayField(label="From")


class SeenByForm(forms.Form):
    """Who may see a group from now on."""

    seen_by = forms.ChoiceField(
        label="Who may see it and who is in it", choices=OwnGroup.SeenBy.choices,
        error_messages={"required": "Choose who may see the group.", "invalid_choice": "Choose from the list."},
    )  # fmt: skip


class FindPupils(forms.Form):
    """Looks pupils up by name, number or registration group. Sent by POST, so that no name stands in a URL or a log."""

    words = forms.CharField(
        label="Name, UPN or registration group", max_length=100,
        error_messages={"required": "Enter part of a name, a UPN or a registration group."},
    )  # fmt: skip


class PutIn(forms.Form):
    """Which of the pupils found are put in, from which day and why."""

    words = forms.CharField(max_length=100, widget=forms.HiddenInput)
    pupils = forms.TypedMultipleChoiceField(
        label="Pupils", coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": CHOOSE, "invalid_choice": NOT_LISTED},
    )  # fmt: skip
    from_date = DayField(label="From")
    reason = _reason("Why they are put in")

    def __init__(self, *args: Any, found: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found: dict[int, Pupil] = {pupil.pk: pupil for pupil in found}
        choices = [(pupil.pk, f"{pupil.list_name} ({pupil.group_name or 'no group'})") for pupil in found]
        choose_from(self, "pupils", choices)

    def values(self) -> dict[str, Any]:
        """Return what is to be done: the pupils ticked, the day and the reason."""
        given = self.cleaned_data
        chosen = [self.found[pk] for pk in given["pupils"]]
        return {"pupils": chosen, "from_date": given["from_date"], "reason": given["reason"]}


class Until(forms.Form):
    """The first day on which something is no longer so, and why."""

    until_date = DayField(label="First day it no longer holds")
    reason = _reason("Reason")
