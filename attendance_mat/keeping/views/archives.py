"""The page of records kept: back-ups, how long each kind is kept, and what was disposed of."""

from typing import Final

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.keeping import tasks
from attendance_mat.keeping.actions import backing_up
from attendance_mat.keeping.queries import archives
from attendance_mat.keeping.rules.archive import is_missed
from attendance_mat.keeping.views.tabs import tabs
from registers.rules.seal import wrong_key

A_PAGE: Final = 24
NO_WORKER: Final = (
    "No back-up was begun, because the worker that makes them did not answer. Try again in a few minutes."
)


@require_safe
@needs(Permission.KEEP_RECORDS)
def records(request: StaffRequest) -> HttpResponse:
    """List the back-ups, what of them is wanting, and where else records are kept."""
    at = clock.now()
    wanting = archives.months_wanting(request.school, at)
    context = {
        "tabs": tabs(request),
        "page": Paginator(archives.archives(), A_PAGE).get_page(request.GET.get("page")),
        "wanting": wanting,
        "missed": [month for month in wanting if is_missed(month, on=at.date())],
        "no_key": wrong_key(settings.REGISTER_SEAL_KEY, secret_key=settings.SECRET_KEY),
    }
    return render(request, "keeping/records.html", context)


@require_POST
@needs(Permission.KEEP_RECORDS)
def back_up(request: StaffRequest) -> HttpResponse:
    """Have a back-up made of this month as it stands."""
    wrong = wrong_key(settings.REGISTER_SEAL_KEY, secret_key=settings.SECRET_KEY)
    if wrong:
        messages.error(request, f"No back-up was begun. {wrong}")
        return redirect("keeping:records")
    try:
        tasks.back_up_now.delay(schema_name=request.school.schema_name, user_id=request.member.user_id)
    except (OperationalError, OSError):
        messages.error(request, NO_WORKER)
    else:
        messages.success(request, "The back-up is being made. It is listed here in a minute or two.")
    return redirect("keeping:records")


@require_POST
@needs(Permission.KEEP_RECORDS)
def verify_archive(request: StaffRequest, archive_id: int) -> HttpResponse:
    """Read a back-up again, and say whether every file of it is as it was made."""
    archive = get_object_or_404(archives.archives().filter(disposed_at__isnull=True), pk=archive_id)
    key = settings.REGISTER_SEAL_KEY.encode()
    faults = backing_up.verify_archive(archive, key=key, by=request.member, at=clock.now())
    if faults:
        messages.error(request, f"The back-up is not as it was made. {' '.join(faults)}")
    else:
        messages.success(request, f"The back-up of {archive.month_date:%B %Y} is as it was made.")
    return redirect("keeping:records")
