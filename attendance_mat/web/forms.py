"""Forms drawn with the product's own components, the day that many of them ask for, and what a field offers."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any, Final, Protocol, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.forms.renderers import TemplatesSetting

EARLIEST: Final = dt.date(1900, 1, 1)
LATEST: Final = dt.date(2100, 12, 31)  # the day after it, and its school year, are dates too
NO_SUCH_YEAR: Final = f"Enter a date between {EARLIEST.year} and {LATEST.year}."


class _Rows(Protocol):
    """A field that offers rows: what Django's own types do not say of a form's field."""

    queryset: QuerySet[Any]
    label_from_instance: Callable[[Any], str]


def choose_from(form: forms.BaseForm, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Offer these values and words, or groups of them, in a form's field of choices."""
    cast(forms.ChoiceField, form.fields[name]).choices = list(choices)


def limit_to(form: forms.BaseForm, name: str, queryset: QuerySet[Any]) -> None:
    """Offer these rows, each by its name, in a form's field of rows."""
    field = cast(_Rows, form.fields[name])
    field.queryset, field.label_from_instance = queryset, attrgetter("name")


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
