"""A pupil's page: the year's figures and grid, and each mark with its history and its amendment."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.policy.lateness import LateMarks
from attendance_mat.policy.leave_types import UnauthorisedReasons
from attendance_mat.policy.schema import CodesByRole, PersistentAbsence, SevereAbsence
from attendance_mat.trust.policy import policy_for
from attendance_mat.web import formats
from attendance_mat.web.htmx import page_or_part
from registers.actions import amending
from registers.forms.as_at import AsAt
from registers.forms.pupil import AmendMark, FindPupil
from registers.models import Mark, Pupil
from registers.queries import finding, measures, scope, sessions
from registers.queries import pupil as queries
from registers.rules import codes, grid, lateness, plain_words
from registers.rules.calendar import Half, SchoolYear, SessionMark
from registers.rules.measures import Measures
from registers.rules.patterns import WEEKDAYS, by_week, by_weekday
from registers.rules.roll import Period, on_roll
from registers.rules.spells import spells

PAGE = 50
FOUND_AT_MOST = 50
ONE_DAY = dt.timedelta(days=1)


@needs(Permission.SEE_PUPIL)
def find_pupils(request: StaffRequest) -> HttpResponse:
    """List the pupils in scope a page at a time; a search comes by POST, so that no name is in the URL."""
    today = clock.today()
    pupils = finding.with_group(scope.pupils_in_scope(request.member, request.scope, today), today)
    form = FindPupil(request.POST or None)
    status = 200
    context: dict[str, object] = {
        "form": form,
        "as_at": clock.now(),
        "may_begin_new_year": request.member.may(Permission.BEGIN_NEW_YEAR),
        "may_change_particulars": request.member.may(Permission.CHANGE_PARTICULARS),
    }
    if request.method == "POST" and form.is_valid():
        context["page"] = None
        context["found"] = list(finding.matching(pupils, form.cleaned_data["words"])[:FOUND_AT_MOST])
    else:
        status = 422 if request.method == "POST" else 200
        context["found"] = None
        context["page"] = Paginator(pupils, PAGE).get_page(request.GET.get("page"))
    context["listed"] = context["found"] or context["page"]
    return render(request, "registers/pupils.html", context, status=status)


@require_GET
@needs(Permission.SEE_PUPIL)
def show_pupil(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Show a pupil's school year; `?mark=` opens one mark's history beside it."""
    now = clock.now()
    pupil = _pupil(request, pupil_id, now.date())
    mark_id = request.GET.get("mark", "")
    if mark_id.isdecimal():
        mark = queries.mark_with_history(pupil, int(mark_id[:18]))
        panel = _mark_context(request, mark, now) if mark else {}
        if request.htmx:
            return page_or_part(request, "registers/pupil.html", "mark", {"pupil": pupil, **panel})
        return render(request, "registers/pupil.html", {**_pupil_context(request, pupil, now), **panel})
    context = _pupil_context(request, pupil, now)
    return render(request, "registers/pupil.html", context, status=422 if context["as_at_form"].errors else 200)


@require_POST
@needs(Permission.AMEND_REGISTER)
def amend_mark(request: StaffRequest, pupil_id: int, mark_id: int) -> HttpResponse:
    """Amend one mark with a reason and show it again with its history."""
    now = clock.now()
    pupil = _pupil(request, pupil_id, now.date())
    mark = get_object_or_404(Mark.objects.select_related("session", "register", "pupil"), pk=mark_id, pupil=pupil)
    form = _amend_form(request, mark, request.POST)
    if form.is_valid():
        seen = form.cleaned_data.pop("seen")
        mark.changes = mark.changes if seen is None else seen
        try:
            amending.amend_mark(mark, **form.cleaned_data, by=request.member, at=now)
        except ValidationError as error:
            form.add_error(None, error)
    fresh = queries.mark_with_history(pupil, mark.pk)
    panel = _mark_context(request, fresh, now) if fresh else {}
    status = 200
    if form.errors:
        panel["amend_form"], status = form, 422
    else:
        panel["said"] = "Amended. What the mark said before stays on record."
        panel["advice"] = _advice(request, pupil, mark, form)
    if request.htmx:
        return page_or_part(request, "registers/pupil.html", "mark", {"pupil": pupil, **panel}, status=status)
    context = {**_pupil_context(request, pupil, now), **panel}
    return render(request, "registers/pupil.html", context, status=status)


def _pupil(request: StaffRequest, pupil_id: int, on: dt.date) -> Pupil:
    pupils = scope.pupils_in_scope(request.member, request.scope, on)
    pupil: Pupil = get_object_or_404(finding.placed(pupils, on), pk=pupil_id)
    return pupil


def _pupil_context(request: StaffRequest, pupil: Pupil, now: dt.datetime) -> dict[str, Any]:
    """Return the page's year: the sentence, the sum, the grid, contacts and what is expected.

    With `?as_at=` the marks and figures are those of that moment.
    """
    today = now.date()
    as_at_form = AsAt(request.GET, now=now)
    stood_at = as_at_form.asked()
    roll = queries.roll_of(pupil)
    years = _years(pupil, roll, today)
    year = _year_asked_for(request, years, today)
    last = min(today, year.last)
    held = sessions.sessions_held(from_date=year.starts, to_date=year.last)
    marks = queries.marks_of_year_at(pupil, year, as_at=stood_at) if stood_at else queries.marks_of_year(pupil, year)
    sums = measures.pupil_measures(from_date=year.starts, to_date=last, pupil_ids=[pupil.pk], as_at=stood_at)
    counted = _counted(marks, roll)
    member = request.member
    return {
        "as_at": now,
        "as_at_form": as_at_form,
        "stood_at": stood_at,
        "pupil": pupil,
        "facts": _facts(pupil, roll),
        "year": year,
        "weekdays": WEEKDAYS,
        "grid_heading": f"The register of {year.label}",
        "years": years,
        "weeks": grid.year_grid(held, marks, roll=roll, today=today),
        "measures": sums.get(pupil.pk, Measures()),
        "missed_by_title": queries.missed_by_title(counted),
        "spells": spells(counted),
        "by_week": by_week(counted),
        "by_weekday": by_weekday(counted),
        "lateness": None if stood_at else _lateness(marks, roll),
        **_lines(request, sums.get(pupil.pk, Measures()), today),
        "sum_lines": _sum_lines(sums.get(pupil.pk, Measures())),
        "contacts": queries.contacts_of(pupil) if member.may(Permission.SEE_CONTACTS) else None,
        "expected": queries.expected_from(pupil, today) if member.may(Permission.SEE_EXPECTED_REASONS) else None,
        "may_expect": member.may(Permission.ENTER_EXPECTED_ABSENCE),
        "may_ask_for_leave": member.may(Permission.ENTER_LEAVE_REQUEST),
        "may_follow_truancy": member.may(Permission.FOLLOW_UP_TRUANCY),
        "may_keep_desk": member.may(Permission.KEEP_LATE_DESK),
        "may_run_detentions": member.may(Permission.RUN_DETENTIONS),
        "copies_page": _copies_page(request),
        "may_see_cases": member.may(Permission.SEE_CASES),
        "on_roll_today": on_roll(roll, today),
        "may_remove": member.may(Permission.PROPOSE_REMOVAL),
        "may_readmit": member.may(Permission.CHANGE_PARTICULARS),
        "may_work_cases": member.may(Permission.WORK_CASES),
    }


def _lateness(marks: dict[grid.Slot, grid.Entry], roll: list[Period]) -> dict[str, object]:
    """Return how often and how long the pupil was late in the year: the sum, by weekday, and each late."""
    found = [
        lateness.Late(date, half, entry.code, entry.minutes_late, entry.mark_id, entry.comment)
        for (date, half), entry in sorted(marks.items())
        if entry.code in lateness.LATE and on_roll(roll, date)
    ]
    return {"sums": lateness.tally(found), "by_weekday": lateness.by_weekday(found), "lates": found[::-1]}


def _copies_page(request: StaffRequest) -> str:
    """Return the name of the page on which the member makes copies of the record; nothing where none is for them."""
    if request.member.may(Permission.CERTIFY_COPY):
        return "keeping:certify"
    return "keeping:copies" if request.member.may(Permission.EXPORT_REGISTERS) else ""


def _counted(marks: dict[grid.Slot, grid.Entry], roll: list[Period]) -> list[SessionMark]:
    """Return the marks that count: not cleared, and on a day on roll."""
    return [
        SessionMark(date, half, entry.code)
        for (date, half), entry in sorted(marks.items())
        if entry.code and on_roll(roll, date)
    ]


def _lines(request: StaffRequest, sums: Measures, today: dt.date) -> dict[str, object]:
    """Return which of the two national lines the pupil is over, by whole sessions, and how that is told."""
    policy = policy_for(request.school)
    persistent = policy.terms(PersistentAbsence, on=today)
    severe = policy.terms(SevereAbsence, on=today)
    return {
        "is_persistent": sums.is_persistent(persistent),
        "is_severe": sums.is_severe(severe),
        "line_note": f"Persistent absence is {persistent.percent}% or more of possible sessions missed, severe absence "
        f"{severe.percent}% or more; both are decided on whole sessions, never on a rounded figure.",
        "guides": [("Persistent", 100 - persistent.percent), ("Severe", 100 - severe.percent)],
    }


def _sum_lines(sums: Measures) -> list[tuple[str, int]]:
    """Return what the sum is made of, in sessions."""
    return [
        ("Present or at an approved activity", sums.present),
        ("of which late before the register closed (L)", sums.late_before_close),
        ("Authorised absence", sums.authorised),
        ("Unauthorised absence", sums.unauthorised),
        ("of which late after the register closed (U)", sums.late_after_close),
    ]


def _facts(pupil: Pupil, roll: list[Period]) -> list[tuple[str, str]]:
    """Return who the pupil is, as terms and words."""
    year: int | None = getattr(pupil, "year", None)
    leaving = f", left on {formats.day(roll[-1].until_date - ONE_DAY)}" if roll and roll[-1].until_date else ""
    return [
        ("Year", formats.year_group(year) if year is not None else "None"),
        ("Registration group", getattr(pupil, "group_name", None) or "None"),
        ("Date of birth", formats.day(pupil.dob)),
        ("Unique pupil number", pupil.upn or "None yet"),
        ("On roll", f"from {formats.day(roll[-1].from_date)}{leaving}" if roll else "never"),
    ]


def _year_asked_for(request: StaffRequest, years: list[tuple[SchoolYear, str]], today: dt.date) -> SchoolYear:
    """Return the school year in `?year=2025` if the pupil was on roll then, else this one."""
    asked = request.GET.get("year")
    return next((year for year, _ in years if str(year.starts.year) == asked), SchoolYear.of(today))


def _years(pupil: Pupil, roll: list[Period], today: dt.date) -> list[tuple[SchoolYear, str]]:
    """Return each school year the pupil was on roll, latest first, with the page's address."""
    if not roll:
        return []
    first, last = SchoolYear.of(roll[0].from_date).starts.year, SchoolYear.of(today).starts.year
    here = reverse("registers:pupil", args=[pupil.pk])
    start = SchoolYear.of(today).starts
    return [
        (SchoolYear.of(start.replace(year=number)), f"{here}?year={number}") for number in range(last, first - 1, -1)
    ]


def _mark_context(request: StaffRequest, mark: Mark, now: dt.datetime) -> dict[str, object]:
    """Return one mark's panel: what it says, who made it, its amendments, and a form to amend it."""
    may_amend = request.member.may(Permission.AMEND_REGISTER)
    form = _amend_form(request, mark) if may_amend else None
    return {"mark": mark, "amend_form": form, "as_at": now}


def _amend_form(request: StaffRequest, mark: Mark, *posted: QueryDict) -> AmendMark:
    """Return the form that amends a mark, with what this member may say of that session."""
    on, policy = mark.session.date, policy_for(request.school)
    listed = _codes_for(request, mark)
    never = policy.terms(UnauthorisedReasons, on=on).reasons
    said = plain_words.choices(on, dob=mark.pupil.dob, allowed={code.code for code in listed}, never=never)
    return AmendMark(*posted, codes=listed, said=said, initial={"seen": mark.changes})


def _advice(request: StaffRequest, pupil: Pupil, mark: Mark, form: AmendMark) -> list[str]:
    """Return what is worth a second look about the amendment just made (R33). It stops nothing."""
    on = mark.session.date
    never = policy_for(request.school).terms(UnauthorisedReasons, on=on).reasons
    code, reason = form.cleaned_data["code"], form.cleaned_data["reason"]
    found = list(plain_words.advice(code, on=on, reason=reason, never=never, year=getattr(pupil, "year", None)))
    if mark.code == lateness.AFTER_CLOSE:  # as it was before this amendment
        excused = policy_for(request.school).terms(LateMarks, on=on).not_accepted
        said = f"{reason} {mark.comment} {form.cleaned_data.get('comment') or ''}"
        found += lateness.not_accepted(code, on=on, said=said, reasons=excused)
    return found


def _codes_for(request: StaffRequest, mark: Mark) -> list[codes.Code]:
    """Return the codes this member may enter for this session, by the policy of that day."""
    on = mark.session.date
    allowed = policy_for(request.school).terms(CodesByRole, on=on).of(request.member.role)
    half = Half(mark.session.half)
    return [code for code in codes.in_force(on) if code.code in allowed and half in code.halves]
