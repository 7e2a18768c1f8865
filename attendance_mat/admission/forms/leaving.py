"""What people enter about leaving the roll."""

from collections.abc import Iterable
from typing import Any, Final, cast

from django import forms

from attendance_mat.admission.models import Enquiry
from attendance_mat.admission.rules.leaving_grounds import Ground
from attendance_mat.web.forms import DayField


def words(label: str, missing: str, help_text: str = "", *, required: bool = True) -> forms.CharField:
    """Return a field of several lines."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": missing},
    )


class ProposeLeaving(forms.Form):
    """On which ground a name may come off."""

    ground = forms.ChoiceField(
        label="Ground",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the ground: a name comes off only on one of these."},
    )
    destination = forms.CharField(
        label="New school or education, where it is known",
        help_text="Leave it empty where nothing is known: the pupil is then followed up as perhaps missing education.",
        required=False,
        max_length=200,
    )
    words = words("What has happened", "", "In a few words, for the headteacher.", required=False)

    def __init__(self, *args: Any, grounds: Iterable[Ground], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["ground"])
        field.choices = [(each.letter, f"({each.letter}) {each.title}") for each in grounds]


MET: Final = [("yes", "Met"), ("no", "Not met")]


class RecordTest(forms.Form):
    """Whether one test of a ground is met, when, and on what evidence."""

    met = forms.ChoiceField(
        label="Met or not",
        choices=MET,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it is met."},
    )
    on_date = DayField(label="Day it happened or was found")
    evidence = words("Evidence", "Write what it rests on: it is kept with the removal.")

    def __init__(self, *args: Any, asks: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evidence"].help_text = asks


class RecordEnquiry(forms.Form):
    """An effort to find a pupil."""

    enquirer = forms.ChoiceField(
        label="Who enquired",
        choices=Enquiry.By.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say who enquired."},
    )
    how = forms.CharField(
        label="How",
        help_text="A home visit, a call to the last school.",
        max_length=200,
        error_messages={"required": "Say how they enquired."},
    )
    made_on = DayField(label="Day it was made")
    outcome = forms.ChoiceField(
        label="What came of it",
        choices=Enquiry.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say what came of it."},
    )
    words = words("In words", "", required=False)


class ApproveLeaving(forms.Form):
    """The head's certification, and the first day off the roll."""

    off_roll_on = DayField(label="First day off the roll", help_text="Today or later, and after the ground is met.")
    certified = forms.BooleanField(
        label="I certify this",
        error_messages={"required": "Certify that the ground is met, or do not approve: nothing was changed."},
    )

    def __init__(self, *args: Any, certificate: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["certified"].label = certificate or "I certify that the ground is met."


class DropLeaving(forms.Form):
    """Why a removal is dropped."""

    because = words("Why it is dropped", "Say why it is dropped: it is kept with the removal.")
