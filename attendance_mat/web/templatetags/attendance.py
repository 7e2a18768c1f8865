"""Figures, days and times in templates, and the heading that sorts a table."""

import datetime as dt
from typing import Any

from django import template
from django.http import HttpRequest, QueryDict

from attendance_mat.web import formats

register = template.Library()

register.filter("points", formats.points)
register.filter("year_group", formats.year_group)
register.filter("half", formats.half)
register.filter("telephone", formats.telephone)


@register.filter
def percent_of(numerator: int, denominator: int) -> str:
    """Return `{{ present|percent_of:possible }}`, "82.4%"; empty when nothing was possible."""
    return formats.percent(numerator, denominator)


@register.filter
def number(value: int | None) -> str:
    """Return a whole number with a comma at each thousand; empty for none."""
    return "" if value is None else formats.number(value)


@register.filter
def duration(minutes: int | None) -> str:
    """Return minutes in words; empty for none."""
    return "" if minutes is None else formats.duration(minutes)


@register.filter
def day(value: dt.date | None) -> str:
    """Return "Mon 23 Nov 2026"; empty for none."""
    return formats.day(value) if value else ""


@register.filter
def long_day(value: dt.date | None) -> str:
    """Return "Monday 23 November 2026"; empty for none."""
    return formats.long_day(value) if value else ""


@register.filter
def short_day(value: dt.date | None) -> str:
    """Return "23 Nov"; empty for none."""
    return formats.short_day(value) if value else ""


@register.filter
def time_of_day(value: dt.datetime | dt.time | None) -> str:
    """Return London's "08:52"; empty for none."""
    return formats.time_of_day(value) if value else ""


@register.filter
def time_with_seconds(value: dt.datetime | dt.time | None) -> str:
    """Return London's "08:52:04"; empty for none."""
    return formats.time_with_seconds(value) if value else ""


@register.filter
def moment(value: dt.datetime | None) -> str:
    """Return "Mon 23 Nov 2026, 08:52"; empty for none."""
    return formats.moment(value) if value else ""


@register.inclusion_tag("components/sort_heading.html", takes_context=True)
def sort_heading(
    context: template.Context, label: str, key: str, *, sorted_by: str = "", numeric: bool = False
) -> dict[str, Any]:
    """Draw a column heading whose link sorts by it, and turns the order round when pressed again.

    `sorted_by` is the order now in force: the column's key, after "-" for descending. The link keeps
    the rest of the query string and goes back to the first page.
    """
    request: HttpRequest | None = getattr(context, "request", None)
    query = request.GET.copy() if request else QueryDict(mutable=True)
    query.pop("page", None)
    query["sort"] = f"-{key}" if sorted_by == key else key
    direction = {key: "ascending", f"-{key}": "descending"}.get(sorted_by, "")
    return {"label": label, "url": f"?{query.urlencode()}", "direction": direction, "numeric": numeric}
