"""Time out: pupils who may leave a classroom, the lesson they left and the minutes it took (AET-8.12, ALP-8.12)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.web.formats import duration
from registers.actions import moving
from registers.models import Pupil
from registers.queries import movements as queries
from registers.queries.time_out import allowed_time_out, lesson_now, taking_time_out


@require_safe
@needs(Permission.SEE_NEEDS)
def show_time_out(request: StaffRequest) -> HttpResponse:
    """List the pupils allowed time out, who is taking it, and what was taken today. Three queries."""
    now = clock.now()
    pupils = allowed_time_out(request.member, request.scope, now.date())
    taking = taking_time_out(pupils, now.date())
    lines = queries.day_log(now.date(), pupils, at=now)
    context = {
        "rows": [(pupil, taking.get(pupil.pk)) for pupil in pupils],
        "lines": [line for line in lines if line.movement.kind in queries.OF_TIME_OUT],
        "as_at": now,
    }
    return render(request, "registers/time_out.html", context)


def _pupil(request: StaffRequest, pupil_id: int) -> Pupil:
    pupil: Pupil = get_object_or_404(allowed_time_out(request.member, request.scope, clock.today()), pk=pupil_id)
    return pupil


@require_POST
@needs(Permission.SEE_NEEDS)
def begin_time_out(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Record that a pupil has left the classroom now, and the lesson the timetable has them in."""
    now, pupil = clock.now(), _pupil(request, pupil_id)
    try:
        moving.begin_time_out(pupil, lesson=lesson_now(pupil, now), by=request.member, at=now)
        messages.success(request, "Time out begun.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("registers:time-out")


@require_POST
@needs(Permission.SEE_NEEDS)
def end_time_out(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Record that a pupil is back in the classroom."""
    minutes = moving.end_time_out(_pupil(request, pupil_id), by=request.member, at=clock.now())
    messages.success(request, f"Back after {duration(minutes)}." if minutes else "Back.")
    return redirect("registers:time-out")
