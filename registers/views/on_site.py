"""Who is on the premises now, by group, with the sum that balances; and the count of everybody when it is left."""

from collections import defaultdict
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.web.figures import SumTile
from attendance_mat.web.htmx import page_or_part
from registers.actions import mustering
from registers.models import Muster, MusterPlace
from registers.queries import mustering as queries
from registers.queries.on_site import Standing, counted, everybody


@require_safe
@needs(Permission.SEE_ON_SITE)
def show_on_site(request: StaffRequest) -> HttpResponse:
    """List who is on site now by group, and who is signed out. It is read again by itself. Two queries."""
    now = clock.now()
    rows = everybody(now)
    counts = counted(rows)
    here = [row for row in rows if row.standing is Standing.ON_SITE]
    context = {
        "total": SumTile("On roll", len(rows)),
        "tiles": [SumTile(standing.label, counts[standing]) for standing in Standing],
        "groups": [(group, list(each)) for group, each in groupby(here, key=lambda row: row.group)],
        "signed_out": [row for row in rows if row.standing is Standing.SIGNED_OUT],
        "not_yet": counts[Standing.NOT_YET],
        "muster": queries.running_muster(),
        "as_at": now,
    }
    return page_or_part(request, "registers/on_site.html", "list", context)


@require_POST
@needs(Permission.SEE_ON_SITE)
def begin_muster(request: StaffRequest) -> HttpResponse:
    """Begin to count everybody who is on site, for a drill or in earnest; go on with the count that has begun."""
    is_drill = request.POST.get("drill") == "yes"
    muster = mustering.begin_muster(is_drill=is_drill, by=request.member, at=clock.now())
    return redirect("registers:muster", muster.pk)


@require_safe
@needs(Permission.SEE_ON_SITE)
def show_muster(request: StaffRequest, muster_id: int) -> HttpResponse:
    """Show who is found and who is not: every group's count, or with `?group=` one group to tick."""
    muster = get_object_or_404(Muster, pk=muster_id)
    return page_or_part(request, "registers/muster.html", "places", _muster(request, muster))


def _muster(request: StaffRequest, muster: Muster) -> dict[str, Any]:
    places = queries.places_of(muster)
    group = request.GET.get("group", "")
    groups = queries.counts(places)
    chosen = next((each for each in groups if each.label == group), None)
    by_group: dict[str, list[queries.Place]] = defaultdict(list)
    for place in places:
        by_group[place.group].append(place)
    found = sum(place.found for place in places)
    return {
        "muster": muster,
        "groups": groups,
        "chosen": chosen,
        "places": by_group[chosen.label] if chosen else [],
        "missing": [] if chosen else [place for place in places if not place.found],
        "total": SumTile("On the list", len(places)),
        "tiles": [SumTile("Found", found), SumTile("Not found", len(places) - found)],
        "as_at": clock.now(),
    }


@require_POST
@needs(Permission.SEE_ON_SITE)
def tick(request: StaffRequest, place_id: int) -> HttpResponse:
    """Record that a pupil was found, or was not after all; send the row back. Two people may tick at once."""
    place = get_object_or_404(MusterPlace.objects.select_related("muster"), pk=place_id)
    found = request.POST.get("found") == "yes"
    wrong = ""
    try:
        mustering.tick(place, found=found, by=request.member, at=clock.now())
    except ValidationError as error:
        wrong = " ".join(error.messages)
    (row,) = queries.places_of(place.muster, only=place.pk)
    if request.htmx:
        context = {"place": row, "muster": place.muster, "wrong": wrong}
        return page_or_part(request, "registers/muster.html", "place", context, status=409 if wrong else 200)
    if wrong:
        messages.error(request, wrong)
    return redirect(f"{reverse('registers:muster', args=[place.muster_id])}?group={row.group}")


@require_POST
@needs(Permission.SEE_ON_SITE)
def end_muster(request: StaffRequest, muster_id: int) -> HttpResponse:
    """End a count; its list stays to be read."""
    muster = get_object_or_404(Muster, pk=muster_id)
    mustering.end_muster(muster, by=request.member, at=clock.now())
    messages.success(request, "The count has ended.")
    return redirect("registers:muster", muster.pk)
