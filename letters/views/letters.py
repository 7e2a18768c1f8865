"""The pages of letters: which wait, each one, and its copies."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.web.formats import as_date
from attendance_mat.web.navigation import NavigationItem
from letters import actions, queries
from letters.forms import letters as forms
from letters.gateways import paper, pdf
from letters.models import Letter, SentLetter
from letters.queries.notices import waiting

A_PAGE: Final = 50
FLAGGED: Final = "flagged"
SHOWN: Final = {**dict(Letter.State.choices), FLAGGED: "Sent, to look at again"}


@require_safe
@needs(Permission.SEE_LETTERS)
def letters(request: StaffRequest) -> HttpResponse:
    """List the letters in one state, those waiting for review unless another is asked for."""
    mine = queries.letters_for(request.member, request.scope, clock.today())
    state = request.GET.get("state", Letter.State.PROPOSED)
    state = state if state in SHOWN else Letter.State.PROPOSED
    counts = queries.count_by_state(mine)
    tabs = [
        NavigationItem(words, f"?state={each}", current=each == state, count=counts[each])
        for each, words in SHOWN.items()
    ]
    listed = queries.in_state(mine, state).defer("figures")
    page = Paginator(listed, A_PAGE).get_page(request.GET.get("page"))
    rows = [(row, paper.TEMPLATES[row.template].subject) for row in page]
    context = {
        "rows": rows, "page": page, "tabs": tabs, "shown": SHOWN[state], "notices_due": waiting(clock.today()),
    }  # fmt: skip
    return render(request, "letters/letters.html", context)


@require_safe
@needs(Permission.SEE_LETTERS)
def letter(request: StaffRequest, letter_id: int) -> HttpResponse:
    """Show one letter: its words, who would be told and why, or what was sent."""
    return _letter_page(request, _find(request, letter_id))


@require_POST
@needs(Permission.APPROVE_LETTER)
def send_letter(request: StaffRequest, letter_id: int) -> HttpResponse:
    """Approve a letter: store each copy, ready to print and post. Who may be told is asked again."""
    found = _find(request, letter_id)
    form = forms.SendLetter(request.POST)
    reviewed = form.cleaned_data["reviewed"] if form.is_valid() else ""
    try:
        actions.send_letter(found, by=request.member, at=clock.now(), reviewed=reviewed)
    except ValidationError as refused:
        return _letter_page(request, _find(request, letter_id), refused=refused.messages, status=422)
    except pdf.PdfUnavailableError as missing:
        return _letter_page(request, found, refused=[f"{missing} Nothing was sent."], status=503)
    messages.success(request, "The letter is stored as sent. Print each copy below and post it.")
    return redirect("letters:letter", letter_id)


@require_POST
@needs(Permission.APPROVE_LETTER)
def withdraw_letter(request: StaffRequest, letter_id: int) -> HttpResponse:
    """Take back a letter that has not been sent, with the reason."""
    found = _find(request, letter_id)
    form = forms.WithdrawLetter(request.POST)
    if not form.is_valid():
        return _letter_page(request, found, withdraw=form, status=422)
    try:
        actions.withdraw_letter(found, because=form.cleaned_data["because"], by=request.member, at=clock.now())
    except ValidationError as refused:
        return _letter_page(request, _find(request, letter_id), refused=refused.messages, status=422)
    messages.success(request, "The letter is withdrawn. Nothing was sent.")
    return redirect("letters:letter", letter_id)


@require_safe
@needs(Permission.SEE_LETTERS)
def copy(request: StaffRequest, copy_id: int) -> HttpResponse:
    """Give a copy exactly as it was sent."""
    mine = queries.letters_for(request.member, request.scope, clock.today())
    sent = get_object_or_404(SentLetter.objects.filter(letter__in=mine).select_related("letter"), pk=copy_id)
    request.looks_at = sent.letter.pupil_id
    return _pdf(bytes(sent.pdf), f"letter-{sent.letter_id}-copy-{sent.pk}.pdf")


def _find(request: StaffRequest, letter_id: int) -> Letter:
    return get_object_or_404(queries.letters_for(request.member, request.scope, clock.today()), pk=letter_id)


def _letter_page(
    request: StaffRequest,
    letter: Letter,
    *,
    refused: list[str] | None = None,
    withdraw: forms.WithdrawLetter | None = None,
    status: int = 200,
) -> HttpResponse:
    request.looks_at = letter.pupil_id
    recipients = queries.recipients(letter.pupil, asked_by=request.member)
    first = recipients.households[0] if recipients.households else None
    bears = as_date(letter.sent_at) if letter.sent_at else clock.today()
    context: dict[str, Any] = {
        **paper.words(letter, on=bears),
        "household": first,
        "recipients": recipients,
        "envelopes": queries.envelopes(letter),
        "refused": refused or [],
        "may_approve": request.member.may(Permission.APPROVE_LETTER),
        "send_form": forms.SendLetter(initial={"reviewed": recipients.digest}),
        "withdraw_form": withdraw or forms.WithdrawLetter(),
        "withdraw_opened": withdraw is not None,
        "breadcrumb": [("Letters", reverse("letters:letters"))],
    }
    return render(request, "letters/letter.html", context, status=status)


def _pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
