"""The weekly review: a week's agenda, and what letters and stages were followed by."""

import datetime as dt
from typing import Final

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.trust.policy import policy_for
from escalation.models import Case
from escalation.queries import cases, ladder
from escalation.queries import reviews as queries
from escalation.queries.impact import impact_between, impact_of
from escalation.views.case_page import find_case
from letters.gateways import pdf
from registers.models import Pupil
from registers.rules.calendar import monday_of

ONE_DAY: Final = dt.timedelta(days=1)
SHOWN_WEEKS: Final = 8  # tracking dates to choose from, before and after the week shown


@require_safe
@needs(Permission.SEE_CASES)
def weekly_review(request: StaffRequest) -> HttpResponse:
    """Show the agenda of a week: whose attendance fell, stages entered and left, reviews due, and the dates."""
    today = clock.today()
    days = queries.review_days(policy_for(request.school), around=today)
    past = [day for day in days if day <= today]
    last_day = _day(request.GET.get("week", ""), days) or (past[-1] if past else None)
    pupils = cases.pupils_to_work(request.member, request.scope, today)
    context = {
        "today": today,
        "breadcrumb": [("Cases", reverse("escalation:cases"))],
        "last_day": last_day,
        "dates": [(day, day == last_day) for day in _around(days, last_day or today)],
        **(_agenda(pupils, last_day, today) if last_day else {"fell": [], "entered": [], "left": [], "due": []}),
    }
    return render(request, "escalation/weekly_review.html", context)


@require_safe
@needs(Permission.SEE_CASES)
def impact(request: StaffRequest) -> HttpResponse:
    """Show attendance before and after each letter and stage of a month."""
    today = clock.today()
    first = _month(request.GET.get("month", "")) or today.replace(day=1)
    last = (first + dt.timedelta(days=32)).replace(day=1) - ONE_DAY
    pupils = cases.pupils_to_work(request.member, request.scope, today)
    context = {
        "breadcrumb": [("Cases", reverse("escalation:cases"))],
        "steps": impact_between(pupils, first, last, until=today - ONE_DAY),
        "first": first,
        "earlier": f"{first - ONE_DAY:%Y-%m}",
        "later": f"{last + ONE_DAY:%Y-%m}" if last < today else "",
    }
    return render(request, "escalation/impact.html", context)


@require_safe
@needs(Permission.SEE_CASES)
def referral_pack(request: StaffRequest, case_id: int) -> HttpResponse:
    """Show the whole history of a case, as it goes with a referral."""
    case = find_case(request, case_id)
    breadcrumb = [
        ("Cases", reverse("escalation:cases")),
        (f"Case {case.pk}", reverse("escalation:case", args=[case.pk])),
    ]
    return render(request, "escalation/referral.html", {**_pack(request, case), "breadcrumb": breadcrumb})


@require_safe
@needs(Permission.WORK_CASES)
def referral_pdf(request: StaffRequest, case_id: int) -> HttpResponse:
    """Return the referral pack as a PDF."""
    case = find_case(request, case_id)
    html = render_to_string("escalation/paper/referral.html", _pack(request, case))
    try:
        content = pdf.render(html)
    except pdf.PdfUnavailableError as missing:
        return HttpResponse(str(missing), status=503, content_type="text/plain; charset=utf-8")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="case-{case.pk}-referral.pdf"'
    return response


def _pack(request: StaffRequest, case: Case) -> dict[str, object]:
    request.looks_at = case.pupil_id
    return {
        "case": case,
        "pupil": get_object_or_404(Pupil, pk=case.pupil_id),
        "school": request.school,
        "times": ladder.stages_of(case),
        "tasks": ladder.tasks_of(case),
        "letters": [(row.template.replace("-", " ").capitalize(), row) for row in cases.letters_of(case)],
        "findings": cases.findings_of(case),
        "notes": case.notes.filter(restricted=False),  # a pack leaves the school
        "impact": impact_of(case, until=clock.today() - ONE_DAY),
        "on": clock.today(),
        "as_at": clock.now(),
    }


def _agenda(pupils: QuerySet[Pupil], last_day: dt.date, today: dt.date) -> dict[str, object]:
    monday = monday_of(last_day)
    sunday = monday + dt.timedelta(days=6)
    seen = {pupil.pk: pupil for pupil in pupils}
    sums = queries.two_weeks(last_day)
    fell = [(seen[pk], both) for pk, both in sums.items() if both.fell and pk in seen]
    return {
        "fell": sorted(fell, key=lambda row: row[0].list_name),
        "entered": queries.entered_between(pupils, monday, sunday),
        "left": queries.left_between(pupils, monday, sunday),
        "due": queries.reviews_due(pupils, by=sunday if last_day < today else max(last_day, today)),
    }


def _around(days: list[dt.date], day: dt.date) -> list[dt.date]:
    place = sum(each < day for each in days)
    return days[max(0, place - SHOWN_WEEKS) : place + SHOWN_WEEKS]


def _day(text: str, days: list[dt.date]) -> dt.date | None:
    """Return the review day of the week that a day typed in falls in; none where it is no day, or no week of these."""
    try:
        typed = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return next((day for day in days if monday_of(day) == monday_of(typed)), None) if typed.year > 1 else None


def _month(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(f"{text}-01") if "1999" < text[:4] < "2100" else None
    except ValueError:
        return None
