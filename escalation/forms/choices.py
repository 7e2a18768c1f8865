"""A question that several forms of a case ask: which organisation of the directory helps."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms

from escalation.models import Organisation


class OrganisationChoice(forms.ChoiceField):
    """One organisation of the school's directory, named with what it offers; or none. Read once for a whole page."""

    def __init__(self) -> None:
        message = "Choose an organisation that is in the directory today, or none."
        super().__init__(label="With the help of", required=False, error_messages={"invalid_choice": message})
        self.listed: dict[str, Organisation] = {}

    def offer(self, organisations: Iterable[Organisation]) -> None:
        """Offer these organisations."""
        self.listed = {str(each.pk): each for each in organisations}
        self.choices = [("", "No organisation"), *((key, f"{o.name}: {o.offers}") for key, o in self.listed.items())]

    def clean(self, value: Any) -> Organisation | None:
        """Return the organisation chosen, or None."""
        return self.listed.get(super().clean(value))


def offer_organisations(form: forms.Form, organisations: Iterable[Organisation] | None) -> None:
    """Offer the organisations in a form; without any, take the question out of it."""
    if organisations is None:
        del form.fields["organisation"]
    else:
        cast(OrganisationChoice, form.fields["organisation"]).offer(organisations)
