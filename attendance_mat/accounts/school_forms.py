"""What is typed to open a school."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator

from attendance_mat.accounts.forms import Typed, chosen_from
from attendance_mat.policy.loader import pack, pack_names
from attendance_mat.trust.models import SLUG, Phase
from attendance_mat.web.forms import choose_from


class OpenSchoolForm(forms.Form):
    """A school's address, name, phase, policy and numbers; actions.ask_for_school takes them as they are named."""

    name = forms.CharField(
        label="Name of the school", max_length=200, error_messages={"required": "Enter the school's name."}
    )
    slug = forms.CharField(
        label="Short name for its addresses",
        min_length=3,
        max_length=40,
        validators=[SLUG],
        help_text="3 to 40 small letters, digits and hyphens, as in hilltop-primary. It cannot be changed later.",
        error_messages={"required": "Enter a short name like hilltop-primary."},
    )
    phase = forms.ChoiceField(error_messages=chosen_from("a phase"))
    pack = forms.ChoiceField(
        label="Policy",
        help_text="What the school's attendance policy says. Another can be adopted later, from a date on.",
        error_messages=chosen_from("a policy"),
    )
    local_authority = forms.CharField(required=False, max_length=100)
    urn = forms.CharField(
        label="Unique reference number (URN)",
        required=False,
        max_length=6,
        validators=[RegexValidator(r"^[0-9]{6}$", "Enter the six digits of the URN, or leave it empty.")],
        help_text="Six digits, as the register of schools has them.",
    )

    def __init__(self, data: Typed = None) -> None:
        super().__init__(data)
        packs = [(name, pack(name).about.title) for name in pack_names()]
        choices: dict[str, list[tuple[str, Any]]] = {"phase": list(Phase.choices), "pack": packs}
        for name, listed in choices.items():
            choose_from(self, name, [("", f"Choose a {self[name].label.lower()}"), *listed])
