"""The trust's page, and one school's figures."""

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from attendance_mat import clock
from attendance_mat.accounts.addresses import school_url
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission, Scope
from attendance_mat.published.alerts import open_alerts
from attendance_mat.trust import queries as trust_queries
from attendance_mat.trust import targets as actions
from attendance_mat.trust.models import AttendanceTarget
from registers.queries.scope import pupils_in_scope
from reporting import forms, queries
from reporting.rules import schools

A_PAGE: Final = 50


@needs(Permission.SEE_TRUST)
def trust(request: StaffRequest) -> HttpResponse:
    """Show every school: the year to date, this morning, and which schools' figures are behind."""
    at = clock.now()
    lines, order = schools.sort_lines(queries.school_lines(at=at), request.GET.get("sort", "school"))
    context = {
        "rows": [(line, school_url(line.slug, "figures:school"), _crossed_url(request, line.slug)) for line in lines],
        "order": order,
        "sums": schools.totals(lines),
        "behind": [line for line in lines if line.behind],
        "half": queries.current_half(at),
        "as_at": at,
        "alerts": open_alerts(),
        "may_open_schools": request.member.may(Permission.MANAGE_TRUST),
    }
    return render(request, "reporting/trust.html", context)


@needs(Permission.SEE_SCHOOL_FIGURES)
def school(request: StaffRequest) -> HttpResponse:
    """Show one school's year to date: by year group, registration group, and the groups of the school's own seen."""
    at = clock.now()
    context = {
        "figures": queries.school_year_figures(on=at.date()),
        "own_groups": queries.own_group_lines(may=request.member.may, on=at.date()),
        "as_at": at,
    }
    return render(request, "reporting/school.html", context)


@require_safe
@needs(Permission.SEE_TRUST)
def trust_targets(request: StaffRequest) -> HttpResponse:
    """Show every target of the trust and of its schools, with the attendance that its schools published."""
    return _trust_targets(request)


@require_POST
@needs(Permission.SET_POLICY)
def set_target(request: StaffRequest) -> HttpResponse:
    """Set a target of the trust, of a school, or of a group of pupils in either."""
    form = forms.SetTarget(trust_queries.schools(), request.POST)
    if not form.is_valid():
        return _trust_targets(request, form=form, status=422)
    actions.set_target(form.terms, by=request.member, at=clock.now())
    messages.success(request, "The target is set. Its figures come with the next nightly check of each school.")
    return redirect("reporting:targets")


@require_safe
@needs(Permission.SEE_TRUST)
def trust_target(request: StaffRequest, target_id: int) -> HttpResponse:
    """Show one target: the sum, and what was said of it."""
    return _target_page(request, _shown(target_id))


@require_POST
@needs(Permission.SET_POLICY)
def withdraw_target(request: StaffRequest, target_id: int) -> HttpResponse:
    """Stop showing a target; it and its notes stay on record."""
    actions.withdraw_target(_shown(target_id), by=request.member, at=clock.now())
    messages.success(request, "The target is withdrawn.")
    return redirect("reporting:targets")


@require_POST
@needs(Permission.DISCUSS_TARGETS)
def note_trust_target(request: StaffRequest, target_id: int) -> HttpResponse:
    """Keep what was said of a target, from outside any one school."""
    return _add_note(request, _shown(target_id), back_to="reporting:target")


@require_safe
@needs(Permission.SEE_SCHOOL_FIGURES)
def school_targets(request: StaffRequest) -> HttpResponse:
    """Show one school beside its targets, and its pupils beside its policy's lines."""
    today = clock.today()
    aim, figures = queries.aim_of(request.school, on=today), queries.pupils_so_far(on=today)
    lines = queries.target_lines_of_school(request.school, on=today)
    reach = request.member.scope(Permission.SEE_PUPIL)
    page = None
    if reach is not None and reach >= Scope.SCHOOL and aim.most_days_absent is not None:
        over = queries.pupils_over(figures, aim.most_days_absent, pupils_in_scope(request.member, reach, today))
        page = Paginator(over, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [(line, line.key and reverse("figures:target", args=[line.key])) for line in lines],
        "aim": aim,
        "bands": queries.bands_of(figures, aim),
        "page": page,
        "today": today,
    }
    return render(request, "reporting/school_targets.html", context)


@require_safe
@needs(Permission.SEE_SCHOOL_FIGURES)
def school_target(request: StaffRequest, target_id: int) -> HttpResponse:
    """Show one target of a school, or the school's part in one of the trust's: the sum, and what was said of it."""
    return _target_page(request, _shown(target_id, in_school=request))


@require_POST
@needs(Permission.DISCUSS_TARGETS)
def note_school_target(request: StaffRequest, target_id: int) -> HttpResponse:
    """Keep what was said of a target in a school."""
    return _add_note(request, _shown(target_id, in_school=request), back_to="figures:target")


def _crossed_url(request: StaffRequest, slug: str) -> str:
    """Return where a school lists the lines crossed on which nobody has acted; empty for whom it is not."""
    may_see = request.member.may(Permission.SEE_CASES)
    return f"{school_url(slug, 'escalation:cases')}?show=untouched" if may_see else ""


def _shown(target_id: int, *, in_school: StaffRequest | None = None) -> AttendanceTarget:
    found = queries.targets_shown(clock.today())
    if in_school:
        found = queries.concerning(found, in_school.school)
    return get_object_or_404(found, pk=target_id)


def _trust_targets(request: StaffRequest, *, form: forms.SetTarget | None = None, status: int = 200) -> HttpResponse:
    lines = queries.target_lines_of_trust(on=clock.today())
    may_set = request.member.may(Permission.SET_POLICY)
    context = {
        "rows": [(line, line.key and reverse("reporting:target", args=[line.key])) for line in lines],
        "form": (form or forms.SetTarget(trust_queries.schools())) if may_set else None,
    }
    return render(request, "reporting/trust_targets.html", context, status=status)


def _add_note(request: StaffRequest, target: AttendanceTarget, *, back_to: str) -> HttpResponse:
    form = forms.AddNote(request.POST)
    if not form.is_valid():
        return _target_page(request, target, form=form, status=422)
    actions.add_target_note(target, words=form.cleaned_data["words"], by=request.member, at=clock.now())
    messages.success(request, "Your note is kept.")
    return redirect(back_to, target.pk)


def _target_page(
    request: StaffRequest, target: AttendanceTarget, *, form: forms.AddNote | None = None, status: int = 200
) -> HttpResponse:
    room = "figures" if request.school else "reporting"
    may_withdraw = not request.school and request.member.may(Permission.SET_POLICY)
    context: dict[str, Any] = {
        "line": queries.target_line(target, request.school, on=clock.today()),
        "notes": target.notes.all(),
        "form": (form or forms.AddNote()) if request.member.may(Permission.DISCUSS_TARGETS) else None,
        "note_url": reverse(f"{room}:note-target", args=[target.pk]),
        "withdraw_url": reverse("reporting:withdraw-target", args=[target.pk]) if may_withdraw else "",
        "breadcrumb": [("Targets", reverse(f"{room}:targets"))],
    }
    return render(request, "reporting/target.html", context, status=status)
