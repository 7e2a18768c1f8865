"""What people enter about a contact with a parent."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from absence.models import ParentContact
from registers.models import Contact
from registers.rules.calendar import LONDON

WHEN = "%Y-%m-%dT%H:%M"


class WhoWasSpokenTo(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's is not generic when it runs
    """One of a pupil's contacts, named with what to know before ringing."""

    def label_from_instance(self, obj: Contact) -> str:
        """Return a contact's name, relationship and whether they may be contacted at all."""
        particulars = [obj.relationship.lower()] if obj.relationship else []
        particulars += ["not to be contacted"] if obj.no_contact else []
        return f"{obj.name} ({', '.join(particulars)})" if particulars else obj.name


class LogContact(forms.Form):
    """With whom, when, how, and what came of it."""

    contact = WhoWasSpokenTo(
        Contact.objects.none(),
        label="With whom",
        empty_label="Choose a contact",
        error_messages={
            "required": "Choose with whom: one of the pupil's contacts.",
            "invalid_choice": "Choose one of the pupil's contacts.",
        },
    )
    made_at = forms.DateTimeField(
        label="When",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=WHEN),
        input_formats=[WHEN, "%d/%m/%Y %H:%M"],
        error_messages={"required": "Enter when it took place.", "invalid": "Enter a time like 23/11/2026 08:50."},
    )
    channel = forms.ChoiceField(label="How", choices=ParentContact.Channel.choices)
    outcome = forms.ChoiceField(label="What came of it", choices=ParentContact.Outcome.choices)
    words = forms.CharField(
        label="In words",
        help_text="What was said, asked and agreed. It is never changed.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what was said, or that nobody was reached."},
    )

    def __init__(self, *args: Any, contacts: QuerySet[Contact], now: dt.datetime, **options: Any) -> None:
        options.setdefault("initial", {"made_at": now.astimezone(LONDON)})
        super().__init__(*args, **options)
        cast(WhoWasSpokenTo, self.fields["contact"]).queryset = contacts
