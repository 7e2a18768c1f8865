"""What the policy command's parts are asked for: a school by its slug, and a date."""

import datetime as dt
from argparse import ArgumentTypeError

from django.core.management.base import CommandError

from attendance_mat.trust.models import School


def school_named(slug: str) -> School:
    """Return a school; CommandError where there is none of that name."""
    school = School.objects.filter(slug=slug).first()
    if school is None:
        message = f"There is no school {slug}."
        raise CommandError(message)
    return school


def date(text: str) -> dt.date:
    """Return a date as the command line gives it."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        message = f"{text} is not a date such as 2026-01-05."
        raise ArgumentTypeError(message) from error
