"""Draws a mark by what its code meant on the day of its session."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from attendance_mat.trust.models import School
from registers.models import Contact
from registers.rules import codes
from registers.rules.codes import Code
from registers.rules.patterns import WEEKDAYS

register = template.Library()


@register.simple_tag
def mark_badge(code: str, on: dt.date, *, amended: bool = False) -> SafeString:
    """Draw a mark's code with its class and title on that day; an empty code as "no mark"."""
    return _drawn(code, codes.find(code, on=on) if code else None, bool(amended))


@register.simple_tag
def mark_effect(code: str, on: dt.date) -> str:
    """Return in words what a mark does to the figures, "authorised absence"; empty for no mark."""
    found = codes.find(code, on=on) if code else None
    return found.effect if found else ""


@lru_cache(maxsize=512)
def _drawn(code: str, found: Code | None, amended: bool) -> SafeString:  # noqa: FBT001 - a key of the cache
    """Return the drawing of one of the few hundred badges there are; a page may show a thousand."""
    kind, title = (found.statistical, found.title) if found else ("", "")
    context = {"code": code, "kind": kind, "title": title, "amended": amended}
    return render_to_string("components/code_badge.html", context)


@register.filter
def of_pupil(contacts: Mapping[int, Sequence[Contact]], pupil_id: int) -> Sequence[Contact]:
    """Return one pupil's contacts out of everybody's."""
    return contacts.get(pupil_id, ())


@register.filter
def weekdays_in_words(weekdays: Sequence[int]) -> str:
    """Return weekdays by name; "Every day" for the whole school week."""
    names = [WEEKDAYS[day] for day in weekdays if day < len(WEEKDAYS)]
    return "Every day" if len(names) == len(WEEKDAYS) else ", ".join(names)


@register.filter
def is_a_copy_at(day: dt.date, school: School) -> bool:
    """Say whether what stands here of a day is a copy, the school's register of that day being in another system."""
    return school.keeps_a_copy_on(day)


@register.filter
def role_in_words(role: str) -> str:
    """Return a role as people say it: "attendance officer"."""
    return role.replace("_", " ")
