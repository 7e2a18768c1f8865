"""Groups of a pupil, workers of other services, hiding a pupil and naming who may find them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.admission.actions import groups as actions
from attendance_mat.admission.actions import hiding
from attendance_mat.admission.forms.entry import AddGroup, AddProfessional, Ends, Hide, NamePerson
from attendance_mat.admission.models import NamedPerson
from attendance_mat.admission.queries.entry import people_of
from attendance_mat.admission.rules.seeing import may_see
from attendance_mat.admission.views.finding import Words, find_pupil, form_page, why_and
from registers.models import Characteristic, Professional

FORM = require_http_methods(["GET", "HEAD", "POST"])


@FORM
@needs(Permission.CHANGE_PARTICULARS)
def add_group(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Record that a pupil belongs to a group, from a day on."""
    pupil = find_pupil(request, pupil_id)
    kinds = [kind for kind in Characteristic.Kind.values if may_see(kind, may=request.member.may)]
    form = AddGroup(request.POST or None, kinds=kinds)
    parts, why = why_and(request, form)

    def add() -> None:
        actions.add_characteristic(pupil, **form.cleaned_data, **why.cleaned_data, by=request.member, at=clock.now())

    return form_page(request, pupil, parts, add, Words(heading="Add to a group", button="Add", done="Added."))


@FORM
@needs(Permission.CHANGE_PARTICULARS)
def end_group(request: StaffRequest, pupil_id: int, characteristic_id: int) -> HttpResponse:
    """Let a pupil belong to a group no longer, from a day on."""
    pupil = find_pupil(request, pupil_id)
    row = get_object_or_404(Characteristic.objects.select_related("pupil"), pk=characteristic_id, pupil=pupil)
    _require_seen(request, row.kind)
    form = Ends(request.POST or None)
    parts, why = why_and(request, form)

    def end() -> None:
        actions.end_characteristic(row, **form.cleaned_data, **why.cleaned_data, by=request.member, at=clock.now())

    heading = f"No longer: {row.get_kind_display()}"
    return form_page(request, pupil, parts, end, Words(heading=heading, button="End it", done="Ended."))


@FORM
@needs(Permission.CHANGE_PARTICULARS)
def add_professional(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Record a pupil's social worker, youth offending worker or virtual school."""
    pupil = find_pupil(request, pupil_id)
    kinds = [kind for kind in Professional.Kind.values if may_see(kind, may=request.member.may)]
    if not kinds:
        raise Http404
    form = AddProfessional(request.POST or None, kinds=kinds)
    parts, why = why_and(request, form)

    def add() -> None:
        actions.add_professional(pupil, form.cleaned_data, **why.cleaned_data, by=request.member, at=clock.now())

    return form_page(request, pupil, parts, add, Words(heading="Add a worker", button="Add", done="Added."))


@FORM
@needs(Permission.CHANGE_PARTICULARS)
def end_professional(request: StaffRequest, pupil_id: int, professional_id: int) -> HttpResponse:
    """Let a worker be concerned with a pupil no longer, from a day on."""
    pupil = find_pupil(request, pupil_id)
    row = get_object_or_404(Professional.objects.select_related("pupil"), pk=professional_id, pupil=pupil)
    _require_seen(request, row.kind)
    form = Ends(request.POST or None)
    parts, why = why_and(request, form)

    def end() -> None:
        actions.end_professional(row, **form.cleaned_data, **why.cleaned_data, by=request.member, at=clock.now())

    heading = f"No longer: {row.name}"
    return form_page(request, pupil, parts, end, Words(heading=heading, button="End it", done="Ended."))


@FORM
@needs(Permission.NAME_PEOPLE)
def hide_pupil(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Hide a pupil from everyone not named, or let everyone find them again."""
    pupil = find_pupil(request, pupil_id)
    form, hidden = Hide(request.POST or None), not pupil.hidden
    if hidden:
        heading, button = f"Hide {pupil.name}", "Hide the pupil"
        intro = (
            "No search, list or page finds them any more, but for the headteacher, you and the people you name. "
            "Their own register still lists them, so that they are not missed."
        )
    else:
        heading, button = f"Stop hiding {pupil.name}", "Let everyone find them"
        intro = "Everyone whose work reaches this pupil finds them again."
    return form_page(
        request,
        pupil,
        form,
        lambda: hiding.set_hidden(pupil, hidden=hidden, **form.cleaned_data, by=request.member, at=clock.now()),
        Words(heading=heading, button=button, intro=intro, done="Hidden." if hidden else "No longer hidden."),
    )


@require_POST
@needs(Permission.NAME_PEOPLE)
def name_person(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Let one of the school's people find a hidden pupil."""
    pupil = find_pupil(request, pupil_id)
    form = NamePerson(request.POST, people=people_of(request.school, clock.today()))
    return form_page(
        request,
        pupil,
        form,
        lambda: hiding.name_person(pupil, form.cleaned_data["user"], by=request.member, at=clock.now()),
        Words(heading=f"Who may find {pupil.name}", button="Name them", done="Named."),
    )


@require_POST
@needs(Permission.NAME_PEOPLE)
def end_naming(request: StaffRequest, pupil_id: int, named_id: int) -> HttpResponse:
    """End a naming: the person no longer finds the pupil."""
    named = get_object_or_404(NamedPerson, pk=named_id, pupil=find_pupil(request, pupil_id))
    hiding.end_naming(named, by=request.member, at=clock.now())
    messages.success(request, "Ended. They no longer find this pupil.")
    return redirect("admission:entry", pupil_id)


def _require_seen(request: StaffRequest, kind: str) -> None:
    """Refuse, as not found, what this member may not see."""
    if not may_see(kind, may=request.member.may):
        raise Http404
