"""What the keeping commands share: the school, the month, the person and the machine in whose name they run."""

import datetime as dt
from argparse import ArgumentTypeError
from typing import Final

from django.core.management.base import CommandError

from attendance_mat.accounts.member import Member, member_in, memberships_on
from attendance_mat.accounts.models import User
from attendance_mat.accounts.permissions import Permission
from attendance_mat.trust.models import School

COMMAND: Final = "Record keeping"


def a_month(text: str) -> dt.date:
    """Return the first day of a month such as 2026-10."""
    try:
        return dt.date.fromisoformat(f"{text}-01")
    except ValueError as error:
        message = f"{text} is not a month such as 2026-10."
        raise ArgumentTypeError(message) from error


def keeper_of_records(email: str, school: School, *, on: dt.date) -> Member:
    """Return the person of that address as one who keeps this school's records; anybody else is refused."""
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    member = member_in(memberships_on(user, on, school=school), school=school, prefer=None) if user else None
    if member is None or not member.may(Permission.KEEP_RECORDS):
        message = f"{email} may not keep records at {school.name}. Name its headteacher or data protection lead."
        raise CommandError(message)
    return member
