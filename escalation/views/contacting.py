"""The page of poor attenders whose parents nobody has been in touch with."""

import datetime as dt

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.schema import PersistentAbsence
from attendance_mat.trust.policy import policy_for
from escalation.forms.contacting import PoorAttenders
from escalation.queries.cases import pupils_to_work
from escalation.queries.contacting import WHOLE, PoorAttender, poor_attenders_without_contact, year_groups
from escalation.queries.early_warning import term_begins

A_PAGE = 50


@require_safe
@needs(Permission.SEE_CASES)
def uncontacted(request: StaffRequest) -> HttpResponse:
    """List the poor attenders of a year with no contact with the parents since a day, the poorest first."""
    today = clock.today()
    pupils = pupils_to_work(request.member, request.scope, today)
    asked = {
        **_usual(policy_for(request.school), today),
        **{name: words for name, words in request.GET.items() if words},
    }
    form = PoorAttenders(asked, years=year_groups(pupils, on=today), today=today)
    rows: list[PoorAttender] = []
    below = None
    if form.is_valid():
        found = poor_attenders_without_contact(pupils, **form.cleaned_data, on=today)
        rows, below = found.rows, found.below
    context = {
        "form": form,
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "below": below,
        "may_log": request.member.may(Permission.LOG_CONTACT),
        "breadcrumb": [("Cases", reverse("escalation:cases"))],
    }
    return render(request, "escalation/uncontacted.html", context, status=422 if form.errors else 200)


def _usual(policy: Policy, today: dt.date) -> dict[str, str]:
    """Return what is asked unless somebody asks otherwise: below the line of persistent absence, since term began."""
    line = WHOLE - policy.terms(PersistentAbsence, on=today).percent
    return {"below_percent": str(line), "since": term_begins(policy, on=today).isoformat()}
