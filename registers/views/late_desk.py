"""The late desk: who came late, who leaves and with whom, who is out, and the gate's list."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.trust.policy import policy_for
from attendance_mat.web.formats import duration, time_of_day
from attendance_mat.web.htmx import page_or_part
from registers.actions.coming_in import Came, CameIn, come_in
from registers.actions.correcting_movements import correct_movement
from registers.actions.entering import closes_at
from registers.actions.moving import strike_movement
from registers.forms.late_desk import CorrectMovement, FindChild, Gate, Strike, moment_of
from registers.models import Movement, Pupil, Session
from registers.queries import finding
from registers.queries import movements as queries
from registers.queries.scope import pupils_in_scope
from registers.rules.calendar import Half
from registers.rules.gate import GateLine, lines_of

FOUND_AT_MOST: Final = 12
TOO_MANY: Final = "{count} children fit: add letters of the name, or the group."


def pupils_of(request: StaffRequest, on: dt.date) -> QuerySet[Pupil]:
    """Return the pupils on roll on a day whom the member may find, with group and year. No query by itself."""
    return finding.with_group(pupils_in_scope(request.member, request.scope, on), on)


@require_safe
@needs(Permission.KEEP_LATE_DESK)
def show_late_desk(request: StaffRequest) -> HttpResponse:
    """Show the desk: the search, who is out now, who is not back from an appointment, and the day so far."""
    return render(request, "registers/late_desk.html", _desk(request, clock.now()))


def _desk(request: StaffRequest, now: dt.datetime) -> dict[str, Any]:
    on, pupils = now.date(), pupils_in_scope(request.member, request.scope, now.date())
    log = queries.day_log(on, pupils, at=now)
    afternoon = Session.objects.filter(date=on, half=Half.PM).first()
    closes = closes_at(afternoon, policy=policy_for(request.school)) if afternoon else None
    return {
        "form": FindChild(),
        "found": None,
        "log": log[::-1],
        "out": [line for line in log if line.outing and line.back is None],
        "beyond": queries.beyond_appointments(on, pupils, closes=closes, at=now) if closes else [],
        "as_at": now,
    }


@require_POST
@needs(Permission.KEEP_LATE_DESK)
def find_child(request: StaffRequest) -> HttpResponse:
    """Find children by three letters, as they are typed where there is a script."""
    now = clock.now()
    form = FindChild(request.POST)
    found = None
    if form.is_valid():
        found = list(finding.matching(pupils_of(request, now.date()), form.cleaned_data["words"])[:FOUND_AT_MOST])
    if request.htmx:
        shown = {"found": found, "form": form, "only_one": found[0] if found and len(found) == 1 else None}
        return page_or_part(request, "registers/late_desk.html", "found", shown)
    context = {**_desk(request, now), "form": form, "found": found}
    return render(request, "registers/late_desk.html", context, status=200 if form.is_valid() else 422)


@require_http_methods(["GET", "POST"])
@needs(Permission.KEEP_LATE_DESK)
def take_gate_list(request: StaffRequest) -> HttpResponse:
    """Enter the children who came through the gate. What cannot be taken stays in the list, with the reason."""
    now = clock.now()
    form = Gate(request.POST or None, now=now)
    taken: list[tuple[Pupil, CameIn, dt.datetime]] = []
    left: list[tuple[GateLine, str]] = []
    if request.method == "POST" and form.is_valid():
        for line in lines_of(form.cleaned_data["names"]):
            when = moment_of(line.clock or form.cleaned_data["at"], now)
            pupil, wrong = _only_one(request, line, now.date())
            try:
                if pupil:
                    came = come_in(pupil, arrived_at=when, needs_reason=False, by=request.member, at=now)
                    taken.append((pupil, came, when))
            except ValidationError as error:
                wrong = " ".join(error.messages)
            if wrong:
                left.append((line, wrong))
        form = Gate({"at": f"{form.cleaned_data['at']:%H:%M}", "names": _written(left)} if left else None, now=now)
    context = {
        "form": form,
        "taken": [(pupil, in_words(came, when)) for pupil, came, when in taken],
        "left": [(line.written, wrong) for line, wrong in left],
        "as_at": now,
    }
    return render(request, "registers/gate.html", context, status=422 if left or form.errors else 200)


def _written(left: list[tuple[GateLine, str]]) -> str:
    return "\n".join(line.written for line, _ in left)


def _only_one(request: StaffRequest, line: GateLine, on: dt.date) -> tuple[Pupil | None, str]:
    """Return the one child that a line can mean; else nobody, and why."""
    if line.wrong:
        return None, line.wrong
    found = list(finding.matching(pupils_of(request, on), line.name)[:FOUND_AT_MOST]) if line.name else []
    if len(found) == 1:
        return found[0], ""
    if not found:
        return None, "Nobody on roll has this name. Write fewer letters, or part of the surname."
    return None, TOO_MANY.format(count=f"{FOUND_AT_MOST} or more" if len(found) == FOUND_AT_MOST else len(found))


@require_POST
@needs(Permission.KEEP_LATE_DESK)
def strike(request: StaffRequest, movement_id: int) -> HttpResponse:
    """Record that an entry of today was wrong, and why. What was entered stays on record."""
    now = clock.now()
    pupils = pupils_in_scope(request.member, request.scope, now.date())
    rows = Movement.objects.filter(pupil__in=pupils, struck=False)
    movement = get_object_or_404(rows, pk=movement_id)
    request.looks_at = movement.pupil_id
    form = Strike(request.POST)
    done = carried_out(form, lambda: strike_movement(movement, **form.cleaned_data, by=request.member, at=now))
    if done:
        messages.success(request, "Struck out. What was entered stays on record; a mark is amended in its register.")
        return redirect("registers:late-desk")
    messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("registers:late-desk")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.KEEP_LATE_DESK)
def correct(request: StaffRequest, movement_id: int) -> HttpResponse:
    """Correct an entry of today in one step, and show what it said each time."""
    now = clock.now()
    pupils = pupils_in_scope(request.member, request.scope, now.date())
    rows = Movement.objects.filter(pupil__in=pupils, struck=False, kind__in=queries.THROUGH_THE_DOOR)
    movement = get_object_or_404(rows.select_related("pupil"), pk=movement_id)
    request.looks_at = movement.pupil_id
    form = CorrectMovement(request.POST or None, movement=movement, now=now)

    def enter() -> None:
        because = form.cleaned_data["because"]
        correct_movement(movement, form.corrected(), because=because, by=request.member, at=now)

    if request.method == "POST" and carried_out(form, enter):
        messages.success(request, "Corrected. What it said before stays on record.")
        return redirect("registers:desk-child", movement.pupil_id)
    context = {"movement": movement, "form": form, "said": queries.as_entered(movement), "as_at": now}
    return render(request, "registers/correct_movement.html", context, status=422 if form.errors else 200)


def carried_out(form: Form, act: Callable[[], object]) -> bool:
    """Do what a form asks for and say whether it was done; why not stands beside its field."""
    if not form.is_valid():
        return False
    try:
        act()
    except ValidationError as error:
        by_field = getattr(error, "error_dict", None)
        known = by_field is not None and set(by_field) <= set(form.fields)
        form.add_error(None, error if known or by_field is None else error.messages)
        return False
    return True


def in_words(came: CameIn, when: dt.datetime) -> str:
    """Return in a sentence what became of an arrival. It names nobody: it is kept until the next page is shown."""
    at = time_of_day(when)
    late = f", {duration(came.minutes_late)} late" if came.minutes_late else ""
    match came.outcome:
        case Came.MARKED:
            return f"Entered: {came.code}, arrived at {at}{late}. {came.why}".strip()
        case Came.BACK:
            away = duration(came.minutes_out or 0)
            mark = f" Marked {came.code}{late}." if came.why else ""
            return f"Back at {at}, after {away} out.{mark}"
        case Came.STAYS:
            return f"In from {at}. The mark stays {came.code}: its reason is established. {came.why}"
        case Came.REPEATED:
            return "This had been entered already: nothing was changed."
        case Came.CONTRADICTED:
            return (
                f"The register has this child present already ({came.code}): nothing was changed. If that is wrong, "
                "amend the mark in the register, then enter the arrival."
            )
