"""The day's paper: registers to write on, the evacuation list, and which sheets are still to be keyed in."""

import datetime as dt

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.trust.policy import policy_for
from registers.actions import printing
from registers.forms.paper import PaperOf
from registers.gateways import paper as files
from registers.gateways.paper import Paper, Sheet
from registers.models import Group, Session
from registers.queries.cover import groups_to_take
from registers.queries.scope import groups_in_scope
from registers.queries.today import registers_of


@require_safe
@needs(Permission.USE_PAPER)
def show_paper(request: StaffRequest) -> HttpResponse:
    """Show what can be printed today, and each register of a day to key in from paper; `?date=` for an earlier day."""
    now = clock.now()
    form = PaperOf(request.GET or None, today=now.date())
    on = form.cleaned_data["date"] if form.is_bound and form.is_valid() else now.date()
    groups = groups_in_scope(request.member, request.scope, on)
    sessions = Session.objects.filter(date=on).order_by("half")
    halves = [(session, registers_of(session, groups)) for session in sessions]
    context = {"halves": halves, "date": on, "is_today": on == now.date(), "form": form, "as_at": now}
    return render(request, "registers/paper_today.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Permission.USE_PAPER)
def print_registers(request: StaffRequest) -> HttpResponse:
    """Show today's registers to print, a sheet a class."""
    return _of_today(request, Paper.REGISTERS)


@require_safe
@needs(Permission.USE_PAPER)
def print_evacuation(request: StaffRequest) -> HttpResponse:
    """Show the evacuation list to print."""
    return _of_today(request, Paper.EVACUATION)


def _of_today(request: StaffRequest, paper: Paper) -> HttpResponse:
    now = clock.now()
    sheet = printing.paper_of_today(request.school, paper, policy=policy_for(request.school), at=now)
    if sheet is None:
        return redirect("registers:paper-today")  # which says that the school does not meet
    return HttpResponse(files.page_of(paper, sheet, at=now))


@require_safe
@needs(Permission.TAKE_REGISTER)
def print_register(request: StaffRequest, date: str, half: str, group_id: int) -> HttpResponse:
    """Show one class's register of a day to print, as a classroom may see it."""
    try:
        on = dt.date.fromisoformat(date)
    except ValueError as error:
        raise Http404 from error
    session = get_object_or_404(Session, date=on, half=half)
    groups = groups_to_take(request.member, request.scope, on, half=half).filter(kind=Group.Kind.REGISTRATION)
    group = get_object_or_404(groups, pk=group_id)
    now = clock.now()
    registers = printing.registers_on_paper(session.date, policy=policy_for(request.school), group_id=group.pk)
    body = files.draw_registers(request.school, registers, on=session.date, at=now)
    return HttpResponse(files.page_of(Paper.REGISTERS, Sheet(now, 0, body), at=now))
