"""The trust's page, and one school's figures."""

from django.http import HttpResponse
from django.shortcuts import render

from attendance_mat import clock
from attendance_mat.accounts.addresses import school_url
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from reporting import queries
from reporting.rules import schools


@needs(Permission.SEE_TRUST)
def trust(request: StaffRequest) -> HttpResponse:
    """Show every school: the year to date, this morning, and which schools' figures are behind."""
    at = clock.now()
    lines, order = schools.sort_lines(queries.school_lines(at=at), request.GET.get("sort", "school"))
    context = {
        "rows": [(line, school_url(line.slug, "figures:school")) for line in lines],
        "order": order,
        "sums": schools.totals(lines),
        "behind": [line for line in lines if line.behind],
        "half": queries.current_half(at),
        "as_at": at,
        "may_open_schools": request.member.may(Permission.MANAGE_TRUST),
    }
    return render(request, "reporting/trust.html", context)


@needs(Permission.SEE_SCHOOL_FIGURES)
def school(request: StaffRequest) -> HttpResponse:
    """Show one school's year to date, by year group and by registration group."""
    at = clock.now()
    context = {"figures": queries.school_year_figures(on=at.date()), "as_at": at}
    return render(request, "reporting/school.html", context)
