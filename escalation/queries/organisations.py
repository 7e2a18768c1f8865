"""Reads of the directory of organisations that help families."""

import datetime as dt

from django.db.models import QuerySet

from attendance_mat.accounts.models import in_force_on
from escalation.models import Organisation


def organisations_on(on: dt.date) -> QuerySet[Organisation]:
    """Return the organisations that can be named in a plan on a day, by name. One query."""
    return Organisation.objects.filter(in_force_on(on))


def directory() -> QuerySet[Organisation]:
    """Return every organisation there is or was, by name. One query."""
    return Organisation.objects.all()


def locked(organisation: Organisation) -> Organisation:
    """Return an organisation as it now stands, held so that two who end it take turns. One query."""
    return Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
