"""Forms drawn with the product's own components, and the day that every one of them asks for."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.renderers import TemplatesSetting

EARLIEST: Final = dt.date(1900, 1, 1)
LATEST: Final = dt.date(2100, 12, 31)  # the day after it, and its school year, are dates too
NO_SUCH_YEAR: Final = f"Enter a date between {EARLIEST.year} and {LATEST.year}."


class Renderer(TemplatesSetting):
    """Draws `{{ form }}` as an error summary and its fields, each by components/field.html."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


class DayField(forms.DateField):
    """A day, filled in by the browser's calendar or by typing."""

    def __init__(self, *, label: str, error_messages: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(
            label=label,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            input_formats=["%Y-%m-%d", "%d/%m/%Y"],
            error_messages={
                "required": f"Enter the {label.lower()}.",
                "invalid": "Enter a date like 23/11/2026.",
                **(error_messages or {}),
            },
            **options,
        )
        self.validators += [MinValueValidator(EARLIEST, NO_SUCH_YEAR), MaxValueValidator(LATEST, NO_SUCH_YEAR)]
