"""The new school year: what it would change, beginning it, and taking it back."""

import datetime as dt
from contextlib import suppress
from typing import Any, Final, NamedTuple

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.admission.actions import new_year as actions
from attendance_mat.admission.forms.new_year import NewYearForm, groups_of
from attendance_mat.admission.models import NewYear
from attendance_mat.admission.queries import new_year as queries
from attendance_mat.admission.rules.new_year import plan_year
from attendance_mat.admission.views.new_year_preview import Preview, preview_of
from attendance_mat.web.formats import long_day, number
from attendance_mat.web.forms import DayField
from registers.rules.calendar import SchoolYear

ACTS_SHOWN: Final = 10


class NotUndone(NamedTuple):
    """A new year that could not be taken back, why, and what was typed."""

    pk: int
    why: str
    because: str


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.BEGIN_NEW_YEAR)
def new_year(request: StaffRequest) -> HttpResponse:
    """Propose the next school year with all that it changes; posted, show what other choices would change."""
    return _page(request, _form(request))


@require_POST
@needs(Permission.BEGIN_NEW_YEAR)
def begin_new_year(request: StaffRequest) -> HttpResponse:
    """Begin the new year as it was shown; show it again if it is no longer that."""
    form = _form(request)
    if not form.is_bound or not form.is_valid():
        return _page(request, form)
    seen = request.POST.get("seen", "")
    try:
        act = actions.begin_new_year(
            form.chosen(), seen=seen, school=request.school, by=request.member, at=clock.now()
        )  # fmt: skip
    except ValidationError as refused:
        form.add_error(None, refused)
        return _page(request, form)
    messages.success(
        request,
        f"The new year begins on {long_day(act.from_date)}. Moved up: {number(len(act.done['years']['added']))}. "
        f"Removals that wait for the headteacher: {number(len(act.done['leavings']))}.",
    )
    return redirect("admission:new-year")


@require_POST
@needs(Permission.BEGIN_NEW_YEAR)
def undo_new_year(request: StaffRequest, new_year_id: int) -> HttpResponse:
    """Take a new year back, or say why that can no longer be."""
    act = get_object_or_404(NewYear, pk=new_year_id)
    because = request.POST.get("because", "").replace("\0", "")
    try:
        actions.undo_new_year(act, because=because, school=request.school, by=request.member, at=clock.now())
    except ValidationError as refused:
        return _page(request, _form(request), NotUndone(act.pk, " ".join(refused.messages), because))
    messages.success(request, "Undone: everyone's year and group, and who takes which register, are as they were.")
    return redirect("admission:new-year")


def _form(request: StaffRequest) -> NewYearForm:
    """Return the form for the day that was sent, or else for the one that is proposed."""
    posted = request.POST if "from_date" in request.POST else None
    day: dt.date = queries.proposed_day(clock.today())
    if posted:
        with suppress(ValidationError):  # the form itself says what is wrong with it
            day = DayField(label="").clean(posted["from_date"])
    standings = queries.standings(day)
    groups = queries.registration_groups({each.group_id for each in standings if each.group_id})
    form = NewYearForm(groups_of(standings, groups), day, request.school.phase, posted)
    form.standings = standings
    return form


def _page(request: StaffRequest, form: NewYearForm, not_undone: NotUndone | None = None) -> HttpResponse:
    today = clock.today()
    preview = _preview(request, form)
    day = preview.plan.from_date if preview else queries.proposed_day(today)
    begun = queries.act_of_year(day)
    context: dict[str, Any] = {
        "form": form,
        "preview": preview,
        "label": SchoolYear.of(day).label,
        "begun": begun,
        "missed": queries.joined_since(begun) if begun else 0,
        "acts": queries.acts()[:ACTS_SHOWN],
        "not_undone": not_undone,
        "problems": _problems(form, not_undone) if begun or not_undone else [],
        "as_at": clock.now(),
    }
    wrong = not_undone is not None or (form.is_bound and form.errors)
    return render(request, "admission/new_year.html", context, status=422 if wrong else 200)


def _problems(form: NewYearForm, not_undone: NotUndone | None) -> list[tuple[str, str]]:
    """Return what was refused, and where on the page to look, where the form itself is not drawn."""
    if not_undone:
        return [(f"#because-{not_undone.pk}", not_undone.why)]
    return [("#begun", str(words)) for errors in form.errors.values() for words in errors] if form.is_bound else []


def _preview(request: StaffRequest, form: NewYearForm) -> Preview | None:
    """Return what is proposed or was chosen; None where there are no groups or the choice is not whole."""
    if not form.groups or (form.is_bound and not form.is_whole()):
        return None
    choices = form.chosen() if form.is_bound else form.proposal()
    takers = queries.takers(choices.from_date)
    plan = plan_year(form.standings, takers, choices, today=clock.today())
    preview = preview_of(plan, form, takers, by=request.member, scope=request.scope, today=clock.today())
    if form.is_bound and not form.errors:
        try:
            actions.refuse_day(plan.from_date, today=clock.today())
        except ValidationError as refused:
            form.add_error(None, refused)
    return preview
