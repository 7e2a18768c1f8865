"""The page of the early warning: who is on course to cross a line by a chosen day, at the rate of the last weeks."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.policy.ladder import EarlyWarning
from attendance_mat.trust.policy import policy_for
from escalation.forms import LookAhead
from escalation.queries.cases import pupils_to_work
from escalation.queries.early_warning import pupils_ahead, term_ends
from escalation.queries.night import last_night
from escalation.queries.outlook import outlooks
from escalation.rules.early_warning import Ahead, Placed, on_course, rows_ahead
from escalation.rules.windows import ONE_DAY
from registers.rules.calendar import SchoolYear

A_PAGE = 50


@require_safe
@needs(Permission.SEE_CASES)
def early_warning(request: StaffRequest) -> HttpResponse:
    """List each pupil and line that is on course to be crossed, with the sum; by day, line, year or name."""
    policy, today = policy_for(request.school), clock.today()
    read_to = last_night(request.school) or today
    as_of = min(read_to, SchoolYear.of(read_to).last - ONE_DAY)  # so that there is a day ahead in the year
    asked = {name: words for name, words in request.GET.items() if words}
    asked.setdefault("by", term_ends(policy, on=as_of).isoformat())
    form = LookAhead(asked, policy=policy, as_of=as_of)
    rows: list[Ahead] = []
    order = "day"
    if form.is_valid():
        by, key = form.cleaned_data["by"], form.cleaned_data["line"]
        found = outlooks(as_of=as_of, until=by, policy=policy, school=request.school)
        pupils = pupils_ahead(pupils_to_work(request.member, request.scope, today), on_course(found, key=key), on=today)
        placed = [Placed(pupil.pk, pupil.list_name, pupil.year) for pupil in pupils]
        rows, order = rows_ahead(found, placed, key=key, order=request.GET.get("sort", order))
    context = {
        "form": form,
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "order": order,
        "as_of": as_of,
        "school_weeks": policy.terms(EarlyWarning, on=as_of).school_weeks,
    }
    return render(request, "escalation/early_warning.html", context, status=422 if form.errors else 200)
