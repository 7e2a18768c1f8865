"""Draws a mark by what its code meant on the day of its session."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from registers.models import Contact
from registers.rules import codes

register = template.Library()


@register.simple_tag
def mark_badge(code: str, on: dt.date, *, amended: bool = False) -> SafeString:
    """Draw a mark's code with its class and title on that day; an empty code as "no mark"."""
    found = codes.find(code, on=on) if code else None
    context = {
        "code": code,
        "kind": found.statistical if found else "",
        "title": found.title if found else "",
        "amended": amended,
    }
    return render_to_string("components/code_badge.html", context)


@register.filter
def of_pupil(contacts: Mapping[int, Sequence[Contact]], pupil_id: int) -> Sequence[Contact]:
    """Return one pupil's contacts out of everybody's."""
    return contacts.get(pupil_id, ())
