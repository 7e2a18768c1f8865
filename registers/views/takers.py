"""Who takes which register on the coming school days, and giving a group to somebody."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.web.formats import long_day
from registers.actions import assigning
from registers.forms.takers import AssignGroup
from registers.models import Assignment, Group
from registers.queries import scope, takers


@require_safe
@needs(Permission.SEE_TODAY)
def show_takers(request: StaffRequest) -> HttpResponse:
    """List each group's takers on today and the coming five school days, the groups nobody takes first."""
    return _page(request, AssignGroup(request.school, clock.today(), group=request.GET.get("group", "")[:9]))


@require_POST
@needs(Permission.MANAGE_STAFF)
def assign_group(request: StaffRequest) -> HttpResponse:
    """Give a group to a person for some weekdays and dates."""
    form = AssignGroup(request.school, clock.today(), request.POST)
    if not form.is_valid():
        return _page(request, form)
    chosen = form.chosen()
    group: Group = chosen.pop("group")
    try:
        made = assigning.assign_group(group, **chosen, school=request.school, by=request.member, at=clock.now())
    except ValidationError as refused:
        form.add_error(None, refused)
        return _page(request, form)
    messages.success(request, f"{made.user.name} takes {group.name} from {long_day(made.from_date)}.")
    return redirect("registers:takers")


@require_POST
@needs(Permission.MANAGE_STAFF)
def end_assignment(request: StaffRequest, assignment_id: int) -> HttpResponse:
    """Have somebody take a group no more from today on."""
    rows = Assignment.objects.filter(group__kind=Group.Kind.REGISTRATION).select_related("user", "group")
    found = get_object_or_404(rows, pk=assignment_id)
    assigning.end_assignment(found, by=request.member, at=clock.now())
    messages.success(request, f"{found.user.name} takes {found.group.name if found.group else ''} no more.")
    return redirect("registers:takers")


def _page(request: StaffRequest, form: AssignGroup) -> HttpResponse:
    today = clock.today()
    reach = request.member.scope(Permission.SEE_TODAY) or request.scope
    groups = scope.groups_in_scope(request.member, reach, today)
    days = takers.coming_school_days(today)
    listed = takers.takers_by_day(request.school, groups, today=today)
    may_assign = request.member.may(Permission.MANAGE_STAFF)
    context = {
        "form": form,
        "days": days,
        "rows": [(row, [row.on(day) for day in days]) for row in listed],
        "untaken": [row for row in listed if row.untaken],
        "may_assign": may_assign,
        "may_cover": request.member.may(Permission.GIVE_COVER),
        "assignments": takers.assignments_not_over(groups, on=today) if may_assign else [],
        "today": today,
        "as_at": clock.now(),
    }
    return render(request, "registers/takers.html", context, status=422 if form.errors else 200)
