"""A register as it stood at a past moment: to read, not to change."""

import datetime as dt

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from registers.forms.as_at import AsAt
from registers.queries import as_it_stood
from registers.queries.scope import groups_in_scope
from registers.rules.calendar import Half


@require_safe
@needs(Permission.SEE_PUPIL)
def register_as_at(request: StaffRequest, date: str, half: str, group_id: int) -> HttpResponse:
    """Show a group's register of a session at the moment in `?as_at=`, or as it stands now."""
    now = clock.now()
    try:
        day, session_half = dt.date.fromisoformat(date), Half(half)
    except ValueError as error:
        raise Http404 from error
    group = get_object_or_404(groups_in_scope(request.member, request.scope, day), pk=group_id)
    form = AsAt(request.GET, now=now)
    stood = as_it_stood.register_at(day, session_half, group_id=group.pk, as_at=form.asked() or now)
    if stood is None:
        raise Http404
    context = {
        "group": group,
        "stood": stood,
        "form": form,
        "is_past": form.asked() is not None,
        "marked": sum(bool(row.mark and row.mark.code) for row in stood.rows),
        "changed": any(row.changes for row in stood.rows),
        "as_at": stood.as_at,
    }
    return render(request, "registers/register_as_at.html", context, status=422 if form.errors else 200)
