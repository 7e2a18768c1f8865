"""Adding, changing, ordering and ending contacts, and recording that a pupil or a contact has died."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.admission.actions import contacts as actions
from attendance_mat.admission.actions import dying
from attendance_mat.admission.forms.entry import ContactForm, Died, Why
from attendance_mat.admission.views.finding import Words, find_contact, find_pupil, form_page, why_and
from registers.models import Contact, Pupil

FORM = require_http_methods(["GET", "HEAD", "POST"])


@FORM
@needs(Permission.CHANGE_PARTICULARS)
def add_contact(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Add a contact, tried after all the others."""
    pupil = find_pupil(request, pupil_id)
    form = ContactForm(request.POST or None)
    parts, why = why_and(request, form)

    def add() -> None:
        actions.add_contact(pupil, form.values(), **why.cleaned_data, by=request.member, at=clock.now())

    return form_page(
        request, pupil, parts, add, Words(heading="Add a contact", button="Add the contact", done="Added.")
    )


@FORM
@needs(Permission.CHANGE_PARTICULARS)
def change_contact(request: StaffRequest, pupil_id: int, contact_id: int) -> HttpResponse:
    """Change what is recorded of a contact, with the reason and whose word it is."""
    contact = find_contact(request, pupil_id, contact_id)
    form = ContactForm(request.POST or None, instance=Contact.objects.get(pk=contact.pk))
    parts, why = why_and(request, form)

    def change() -> None:
        actions.change_contact(
            contact, form.values(), seen=form.seen(), **why.cleaned_data, by=request.member, at=clock.now()
        )

    return form_page(
        request,
        contact.pupil,
        parts,
        change,
        Words(
            heading=f"Change {contact.name}",
            button="Save the changes",
            intro="Change what is wrong or new and leave the rest. What each particular said before stays on record.",
            done="Changed. What the register said before stays on record.",
        ),
    )


@require_POST
@needs(Permission.CHANGE_PARTICULARS)
def move_contact_up(request: StaffRequest, pupil_id: int, contact_id: int) -> HttpResponse:
    """Let a contact be tried before the one above."""
    contact = find_contact(request, pupil_id, contact_id)
    seen = request.POST.get("position", "")
    try:
        position = int(seen) if seen.isascii() and seen.isdecimal() else 0
        actions.move_contact_up(contact, seen=position, by=request.member, at=clock.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, "Moved.")
    return redirect("admission:entry", pupil_id)


@FORM
@needs(Permission.CHANGE_PARTICULARS)
def end_contact(request: StaffRequest, pupil_id: int, contact_id: int) -> HttpResponse:
    """Let a person be a contact no longer."""
    contact = find_contact(request, pupil_id, contact_id)
    why = Why(request.POST or None)
    return form_page(
        request,
        contact.pupil,
        why,
        lambda: actions.end_contact(contact, **why.cleaned_data, by=request.member, at=clock.now()),
        Words(
            heading=f"{contact.name} is no longer a contact",
            button="End it today",
            danger=True,
            intro="From now on nothing is sent to them and they are not listed to be rung. The record stays.",
            done="Ended. The record stays.",
        ),
    )


@FORM
@needs(Permission.CHANGE_PARTICULARS)
def pupil_died(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Record that a pupil has died, or take back what was recorded by mistake."""
    pupil = find_pupil(request, pupil_id)
    return _death_page(request, pupil, pupil, "pupil", "Everything queued or to come about them stops")


@FORM
@needs(Permission.CHANGE_PARTICULARS)
def contact_died(request: StaffRequest, pupil_id: int, contact_id: int) -> HttpResponse:
    """Record that a contact has died, or take back what was recorded by mistake."""
    contact = find_contact(request, pupil_id, contact_id)
    stops = "Everything queued or to come to them stops, about every pupil they are recorded for"
    return _death_page(request, contact.pupil, contact, "contact", stops)


def _death_page(request: StaffRequest, pupil: Pupil, row: Any, what: str, stops: str) -> HttpResponse:
    if row.died_on is not None:
        why = Why(request.POST or None)
        return form_page(
            request,
            pupil,
            why,
            lambda: dying.take_back_death(row, **why.cleaned_data, by=request.member, at=clock.now()),
            Words(
                heading=f"{row.name}: recorded as having died",
                button="It was recorded by mistake",
                danger=True,
                intro="What was withdrawn stays withdrawn. A person decides what is sent from now on.",
                done="Corrected. The mistake stays on record.",
            ),
        )
    form = Died(request.POST or None)
    do = dying.record_pupils_death if what == "pupil" else dying.record_contacts_death
    return form_page(
        request,
        pupil,
        form,
        lambda: do(row, **form.cleaned_data, by=request.member, at=clock.now()),
        Words(
            heading=f"{row.name} has died",
            button="Record the death",
            danger=True,
            intro=f"{stops} at once. Nobody's approval is asked. Letters to the rest of the family carry a warning.",
            done="Recorded. Everything is stopped.",
        ),
    )
