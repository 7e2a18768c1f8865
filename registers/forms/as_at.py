"""The moment at which somebody asks what a record said."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime

from attendance_mat.web.forms import EARLIEST, NO_SUCH_YEAR
from registers.rules.calendar import LONDON

LATER_THAN_NOW: Final = "That moment is still to come. Enter one that has been."
SUCH_AS: Final = "Enter a day and a time like 2026-11-23T09:30."


class MomentField(forms.DateTimeField):
    """A day and a time of the past, London's time unless it says otherwise."""

    def __init__(self, *, label: str = "As it stood at", **options: Any) -> None:
        super().__init__(
            label=label,
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            error_messages={"required": SUCH_AS, "invalid": SUCH_AS},
            **options,
        )

    def to_python(self, value: Any) -> dt.datetime | None:
        """Return the moment typed in. Of an hour that came twice, as the clocks went back, it is the second."""
        try:
            moment: dt.datetime | None = super().to_python(value)
        except ValidationError as error:
            typed = parse_datetime(str(value).strip()) if error.code == "ambiguous_timezone" else None
            if typed is None:
                raise
            return typed.replace(tzinfo=LONDON, fold=1)
        return moment

    def clean(self, value: Any) -> dt.datetime | None:
        """Return the moment; refuse a year that no record can be of."""
        try:
            moment: dt.datetime | None = super().clean(value)
        except OverflowError as error:
            raise ValidationError(NO_SUCH_YEAR) from error
        if moment and moment.year < EARLIEST.year:
            raise ValidationError(NO_SUCH_YEAR)
        return moment


class AsAt(forms.Form):
    """Asks for a page as it stood at a moment."""

    as_at = MomentField()

    def __init__(self, data: Mapping[str, Any] | None = None, *, now: dt.datetime) -> None:
        super().__init__(data if data and data.get("as_at") else None, initial={"as_at": now}, auto_id="stood_%s")
        self.now = now

    def clean_as_at(self) -> dt.datetime:
        """Refuse a moment still to come."""
        moment: dt.datetime = self.cleaned_data["as_at"]
        if moment > self.now:
            raise ValidationError(LATER_THAN_NOW)
        return moment

    def asked(self) -> dt.datetime | None:
        """Return the moment asked for; nothing where none was, or where it is wrong."""
        return self.cleaned_data["as_at"] if self.is_bound and self.is_valid() else None
