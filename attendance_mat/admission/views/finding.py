"""Finding what a page of the admission register is about, and the form that most of its pages are."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest
from attendance_mat.admission.forms.entry import Amended, Why
from registers.models import Contact, Pupil
from registers.queries.scope import is_own_family, pupils_in_scope


def find_pupil(request: StaffRequest, pupil_id: int) -> Pupil:
    """Return a pupil the member may find; any other is not found."""
    return get_object_or_404(pupils_in_scope(request.member, request.scope, clock.today()), pk=pupil_id)


def find_contact(request: StaffRequest, pupil_id: int, contact_id: int) -> Contact:
    """Return a contact of a pupil the member may find."""
    rows = Contact.objects.filter(pupil=find_pupil(request, pupil_id)).select_related("pupil")
    return get_object_or_404(rows, pk=contact_id)


@dataclass(frozen=True)
class Words:
    """What a form's page says: its heading and button, what it explains first, and what it says once done."""

    heading: str
    button: str
    done: str
    intro: str = ""
    danger: bool = False


def form_page(
    request: StaffRequest,
    pupil: Pupil,
    form_or_forms: forms.BaseForm | list[forms.BaseForm],
    do: Callable[[], object],
    words: Words,
) -> HttpResponse:
    """Show a form about a pupil's entry; when it is sent and right, carry it out and go back to the entry.

    What is wrong is said beside its field, and everything entered is still there.
    """
    parts = form_or_forms if isinstance(form_or_forms, list) else [form_or_forms]
    answers = [form.is_valid() for form in parts] if request.method == "POST" else [False]  # each says what is wrong
    if all(answers):
        try:
            do()
        except ValidationError as refused:
            _say(parts, refused)
        else:
            messages.success(request, words.done)
            return redirect("admission:entry", pupil.pk)
    wrong = any(form.errors for form in parts)
    context = {
        "pupil": pupil,
        "forms": parts,
        "words": words,
        "own_family": is_own_family(request.member, pupil),
        "breadcrumb": breadcrumb(pupil),
    }
    return render(request, "admission/form.html", context, status=422 if wrong else 200)


def why_and(request: StaffRequest, form: forms.BaseForm) -> tuple[list[forms.BaseForm], Why]:
    """Return a form followed by the one that asks why, and that one by itself."""
    why = Why(request.POST or None)
    return [form, why], why


def breadcrumb(pupil: Pupil) -> list[tuple[str, str]]:
    """Return the way back: to the pupil, and to their entry."""
    return [
        ("Pupil", reverse("registers:pupil", args=[pupil.pk])),
        ("Admission register", reverse("admission:entry", args=[pupil.pk])),
    ]


def _say(parts: list[Any], refused: ValidationError) -> None:
    """Put each fault beside the field it is about, in whichever form has that field; any other at the head."""
    faults = refused.message_dict if hasattr(refused, "error_dict") else {None: refused.messages}
    for name, words in faults.items():
        form = next((each for each in parts if name in each.fields), None)
        (form or parts[0]).add_error(name if form else None, words)
    if isinstance(parts[0], Amended) and parts[0].instance.pk:
        parts[0].instance.refresh_from_db()
        parts[0].look_again(faults)
