"""The pages of the groups of the school's own."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.admission.actions import own_groups as actions
from attendance_mat.admission.forms.own_groups import FindPupils, MakeOwnGroup, PutIn, SeenByForm, Until
from attendance_mat.admission.models import OwnGroup, OwnGroupPlace
from attendance_mat.admission.queries import own_groups as queries
from attendance_mat.admission.views.finding import Words, find_pupil, form_page
from registers.queries.scope import pupils_in_scope

FORM = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@needs(Permission.SEE_PUPIL)
def own_groups(request: StaffRequest) -> HttpResponse:
    """List the groups of the school's own that the person may see, with how many of their pupils are in each."""
    today = clock.today()
    pupils = pupils_in_scope(request.member, request.scope, today)
    context = {
        "groups": queries.with_numbers(queries.seen_groups(may=request.member.may), pupils, on=today),
        "today": today,
        "may_change": request.member.may(Permission.CHANGE_PARTICULARS),
        "breadcrumb": [("Pupils", reverse("registers:pupils"))],
    }
    return render(request, "admission/own_groups.html", context)


@FORM
@needs(Permission.CHANGE_PARTICULARS)
def make_own_group(request: StaffRequest) -> HttpResponse:
    """Make a group of the school's own."""
    form = MakeOwnGroup(request.POST or None, initial={"from_date": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            group = actions.make_own_group(**form.cleaned_data, by=request.member, at=clock.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "The group is made. Now put pupils in it.")
            return redirect("admission:put-in-own-group", group.pk)
    context = {"form": form, "heading": "Make a group", "button": "Make the group", "breadcrumb": _way()}
    return render(request, "admission/own_group_form.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Permission.SEE_PUPIL)
def own_group(request: StaffRequest, group_id: int) -> HttpResponse:
    """Show one group: who is in it, of the pupils the person finds, and who has been."""
    group, today = _find(request, group_id), clock.today()
    pupils = pupils_in_scope(request.member, request.scope, today)
    context = {
        "group": group,
        "today": today,
        "places": queries.places_in(group, pupils, on=today),
        "past": queries.past_places(group, pupils, on=today),
        "may_change": request.member.may(Permission.CHANGE_PARTICULARS),
        "breadcrumb": _way(),
    }
    return render(request, "admission/own_group.html", context)


@FORM
@needs(Permission.CHANGE_PARTICULARS)
def put_in(request: StaffRequest, group_id: int) -> HttpResponse:
    """Find pupils, tick those who are meant, and put them in from a day on with the reason."""
    group, today = _find(request, group_id), clock.today()
    find = FindPupils(request.POST or None)
    context: dict[str, Any] = {"group": group, "find": find, "breadcrumb": [*_way(), _here(group)]}
    if request.method == "POST" and find.is_valid():
        words = find.cleaned_data["words"]
        found = queries.to_put_in(pupils_in_scope(request.member, request.scope, today), words, on=today)
        begins = max(today, group.from_date)
        is_sent = request.POST.get("do") == "put"
        form = PutIn(request.POST if is_sent else None, found=found, initial={"words": words, "from_date": begins})
        if is_sent and _done(form, lambda: actions.put_in(group, **form.values(), by=request.member, at=clock.now())):
            messages.success(request, "Put in. The day and the reason are kept with each pupil.")
            return redirect("admission:own-group", group.pk)
        context |= {"form": form, "found": found}
    wrong = find.errors or ("form" in context and context["form"].errors)
    return render(request, "admission/put_in_own_group.html", context, status=422 if wrong else 200)


@FORM
@needs(Permission.CHANGE_PARTICULARS)
def take_out(request: StaffRequest, pupil_id: int, place_id: int) -> HttpResponse:
    """Let a pupil be in a group no longer, from a day on."""
    pupil = find_pupil(request, pupil_id)
    seen = queries.seen_groups(may=request.member.may)
    places = OwnGroupPlace.objects.filter(pupil=pupil, group__in=seen).select_related("group")
    place = get_object_or_404(places, pk=place_id)
    form = Until(request.POST or None)

    def end() -> None:
        actions.take_out(place, **form.cleaned_data, by=request.member, at=clock.now())

    heading = f"Take {pupil.name} out of {place.group.name}"
    return form_page(request, pupil, form, end, Words(heading=heading, button="Take them out", done="Taken out."))


@FORM
@needs(Permission.CHANGE_PARTICULARS)
def end_own_group(request: StaffRequest, group_id: int) -> HttpResponse:
    """End a group from a day on, with everybody's time in it."""
    group = _find(request, group_id)
    form = Until(request.POST or None)
    if request.method == "POST" and _done(
        form, lambda: actions.end_own_group(group, **form.cleaned_data, by=request.member, at=clock.now())
    ):
        messages.success(request, "The group has an end. What it was stays on record.")
        return redirect("admission:own-group", group.pk)
    context = {
        "form": form,
        "heading": f"End {group.name}",
        "button": "End the group",
        "intro": "Whoever is in it leaves it that day. Who was in it, from when and why, stays on record.",
        "breadcrumb": [*_way(), _here(group)],
    }
    return render(request, "admission/own_group_form.html", context, status=422 if form.errors else 200)


@FORM
@needs(Permission.CHANGE_PARTICULARS)
def show_own_group_to(request: StaffRequest, group_id: int) -> HttpResponse:
    """Have a group seen by others from now on."""
    group = _find(request, group_id)
    form = SeenByForm(request.POST or None, initial={"seen_by": group.seen_by})
    if request.method == "POST" and _done(
        form, lambda: actions.show_own_group_to(group, **form.cleaned_data, by=request.member, at=clock.now())
    ):
        messages.success(request, "Changed. Who could see the group before is kept.")
        return redirect("admission:own-group", group.pk)
    context = {
        "form": form,
        "heading": f"Who sees {group.name}",
        "button": "Change who sees it",
        "intro": "It holds from now on, for those who are in the group and those who have been.",
        "breadcrumb": [*_way(), _here(group)],
    }
    return render(request, "admission/own_group_form.html", context, status=422 if form.errors else 200)


def _find(request: StaffRequest, group_id: int) -> OwnGroup:
    """Return a group the person may see; any other is not found."""
    return get_object_or_404(queries.seen_groups(may=request.member.may), pk=group_id)


def _done(form: forms.Form, do: Callable[[], object]) -> bool:
    """Do what a form asks; False where it is not whole or was refused, with why beside its field."""
    if not form.is_valid():
        return False
    try:
        do()
    except ValidationError as refused:
        form.add_error(None, refused)
        return False
    return True


def _way() -> list[tuple[str, str]]:
    return [("Pupils", reverse("registers:pupils")), ("Own groups", reverse("admission:own-groups"))]


def _here(group: OwnGroup) -> tuple[str, str]:
    return group.name, reverse("admission:own-group", args=[group.pk])
