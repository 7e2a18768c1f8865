"""Detentions: those a member may see, one of them, and those that follow each other."""

import datetime as dt

from django.db.models import QuerySet

from absence.models import Detention
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.permissions import Scope
from registers.queries.scope import pupils_in_scope


def detentions_in_reach(member: Member, scope: Scope, on: dt.date) -> QuerySet[Detention]:
    """Return the detentions of pupils a member may find, with pupil and what each is for. One query."""
    rows = Detention.objects.filter(pupil__in=pupils_in_scope(member, scope, on))
    return rows.select_related("pupil", "finding", "alert")


def others_of(detention: Detention) -> QuerySet[Detention]:
    """Return the detentions before and after one of the same series, in order. One query."""
    return Detention.objects.filter(series=detention.series).exclude(pk=detention.pk).order_by("number")


def locked(detention: Detention) -> Detention:
    """Return a detention as it now stands, locked against whoever else settles it. One query."""
    rows = Detention.objects.select_for_update(of=("self",)).select_related("finding", "alert", "pupil")
    return rows.get(pk=detention.pk)
