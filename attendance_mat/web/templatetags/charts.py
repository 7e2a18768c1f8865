"""Small charts drawn as SVG by templates, each with its figures in a table."""

from collections.abc import Sequence
from typing import Any

from django import template

from attendance_mat.web import charts

register = template.Library()


@register.filter
def reading(value: float | None, unit: str) -> str:
    """Return a charted value in words, "82.4%"; "none" where there is nothing to show."""
    return "none" if value is None else f"{value:g}{unit}"


@register.inclusion_tag("components/sparkline.html")
def sparkline(
    values: Sequence[float | None], *, label: str, unit: str = "%", low: float = 80, high: float = 100
) -> dict[str, Any]:
    """Draw a line the size of a word. `label` says what it shows; first, lowest and last are read out."""
    points = [("", value) for value in values]
    edge = charts.SPARK_EDGE
    scale = charts.Scale(low, high, charts.SPARK_HEIGHT - edge, edge)
    places = charts.line(points, scale, start=edge, end=charts.SPARK_WIDTH - edge)
    known = [place for place in places if place]
    return {
        "label": label,
        "unit": unit,
        "lines": charts.unbroken(places),
        "first": known[0] if known else None,
        "lowest": max(known, key=lambda place: place.y, default=None),
        "last": known[-1] if known else None,
    }


@register.inclusion_tag("components/line_chart.html")
def line_chart(
    points: Sequence[charts.Point],
    *,
    caption: str,
    unit: str = "%",
    low: float = 0,
    high: float = 100,
    guides: Sequence[tuple[str, float]] = (),
) -> dict[str, Any]:
    """Draw a value over time. A guide is a labelled line across, such as the one at 90."""
    scale = charts.Scale(low, high, charts.BOTTOM, charts.TOP)
    places = charts.line(points, scale)
    xs = charts.along(len(points), charts.LEFT, charts.RIGHT)
    return {
        "caption": caption,
        "unit": unit,
        "points": points,
        "lines": charts.unbroken(places),
        "places": [place for place in places if place],
        "labels": charts.axis_labels([label for label, _ in points], xs),
        "guides": _across(scale, guides),
        "ends": _across(scale, [(f"{low:g}", low), (f"{high:g}", high)]),
    }


@register.inclusion_tag("components/bar_chart.html")
def bar_chart(
    rows: Sequence[charts.Bar],
    *,
    caption: str,
    series: str = "",
    unit: str = "%",
    low: float = 0,
    high: float = 100,
) -> dict[str, Any]:
    """Draw a bar for each value, side by side where there are several series ("Morning,Afternoon")."""
    scale = charts.Scale(low, high, charts.BOTTOM, charts.TOP)
    bars, labels = charts.columns(rows, scale, unit=unit)
    return {
        "caption": caption,
        "unit": unit,
        "rows": rows,
        "series": [name.strip() for name in series.split(",") if name.strip()],
        "bars": bars,
        "labels": labels,
        "ends": _across(scale, [(f"{low:g}", low), (f"{high:g}", high)]),
    }


@register.inclusion_tag("components/dot_plot.html")
def dot_plot(
    dots: Sequence[charts.Dot],
    *,
    caption: str,
    unit: str = "%",
    low: float = 0,
    high: float = 100,
    guides: Sequence[tuple[str, float]] = (),
) -> dict[str, Any]:
    """Draw a table of one dot a row on a common scale; guides cross every row."""
    scale = charts.Scale(low, high, charts.STRIP_EDGE, charts.STRIP_WIDTH - charts.STRIP_EDGE)
    return {
        "caption": caption,
        "unit": unit,
        "low": low,
        "high": high,
        "guides": [charts.Place(scale.at(value), 0, label, value) for label, value in guides],
        "rows": [
            {"label": label, "value": value, "url": url, "x": None if value is None else scale.at(value)}
            for label, value, url in dots
        ],
    }


def _across(scale: charts.Scale, guides: Sequence[tuple[str, float]]) -> list[charts.Place]:
    return [charts.Place(charts.LEFT, scale.at(value), label, value) for label, value in guides]
