"""The directory of organisations: one is added from a day, and ended; a step that named it keeps it (HCC-7.02)."""

import datetime as dt
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.web.formats import day
from escalation.models import Organisation
from escalation.queries import organisations as queries

THERE_ALREADY: Final = "This organisation is in the directory already."


@transaction.atomic
def add_organisation(
    *, name: str, offers: str, from_date: dt.date, by: Member, at: dt.datetime, phone: str = "", email: str = "",
    website: str = "",
) -> Organisation:  # fmt: skip
    """Put an organisation into the directory from a day. One of that name that is still used is refused."""
    if queries.directory().filter(name__iexact=name.strip(), until_date__isnull=True).exists():
        raise ValidationError({"name": THERE_ALREADY})
    added = Organisation.objects.create(
        name=name.strip(),
        offers=offers,
        phone=phone,
        email=email,
        website=website,
        from_date=from_date,
        added_by=by.user,
        added_by_name=by.name,
        added_at=at,
    )
    record(Event.ORGANISATION_ADDED, added, by=by, at=at)
    return added


@transaction.atomic
def end_organisation(organisation: Organisation, *, until_date: dt.date, by: Member, at: dt.datetime) -> Organisation:
    """Say from which day an organisation is no longer offered. The first day given stays."""
    organisation = queries.locked(organisation)
    if organisation.until_date:
        return organisation
    if until_date <= organisation.from_date:
        raise ValidationError({"until_date": f"Choose a day after {day(organisation.from_date)}, its first."})
    organisation.until_date, organisation.ended_at, organisation.ended_by = until_date, at, by.user
    organisation.save(update_fields=["until_date", "ended_at", "ended_by"])
    record(Event.ORGANISATION_ENDED, organisation, by=by, at=at, until=until_date.isoformat())
    return organisation
