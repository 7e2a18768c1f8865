"""One child at the late desk: the arrival or the return, the leaving, and what the child is allowed."""

import datetime as dt
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.policy.absence_procedure import LateDesk
from attendance_mat.policy.adopted import Policy
from attendance_mat.trust.policy import policy_for
from attendance_mat.web.formats import time_of_day
from registers.actions.coming_in import Came, CameIn, come_in
from registers.actions.entering import closes_at, starts_at
from registers.actions.permits import end_permit, give_permit
from registers.actions.signing_out import SignedOut, is_primary, sign_out, terms_on
from registers.forms.late_desk import Arrive, GivePermit, SignOut
from registers.models import Permit, Pupil, Session
from registers.queries import movements as queries
from registers.queries.groups import registration_group
from registers.rules.movements import Leaving, MovementKind, PermitKind
from registers.views.late_desk import carried_out, in_words, pupils_of

NOTHING_CHANGED: Final = frozenset({Came.REPEATED, Came.CONTRADICTED})


@require_safe
@needs(Permission.KEEP_LATE_DESK)
def show_child(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Show one child at the desk: what can be entered, who may collect, and today so far."""
    return _page(request, _pupil(request, pupil_id), clock.now())


def _pupil(request: StaffRequest, pupil_id: int) -> Pupil:
    pupil: Pupil = get_object_or_404(pupils_of(request, clock.today()), pk=pupil_id)
    return pupil


@require_POST
@needs(Permission.KEEP_LATE_DESK)
def arrive(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Enter that a child came in, late or back; the desk is shown again with what became of it."""
    now, pupil = clock.now(), _pupil(request, pupil_id)
    form = Arrive(request.POST, reasons=_reasons(request, now.date()), now=now)
    came: list[CameIn] = []

    def enter() -> None:
        when = form.arrived_at()
        came.append(come_in(pupil, arrived_at=when, reason=form.why(), by=request.member, at=now))

    if not carried_out(form, enter):
        return _page(request, pupil, now, arriving=form)
    said = in_words(came[0], form.arrived_at())
    if came[0].outcome is Came.CONTRADICTED:
        return _page(request, pupil, now, contradiction=said, status=409)
    messages.success(request, said)
    return redirect("registers:late-desk")


@require_POST
@needs(Permission.KEEP_LATE_DESK)
@sensitive_post_parameters("password")
def leave(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Sign a child out; where the child is not released, say why beside the field, with what was entered kept but for
    the password."""
    now, pupil = clock.now(), _pupil(request, pupil_id)
    form = SignOut(request.POST, contacts=_contacts(pupil), now=now)
    done: list[SignedOut] = []
    if not carried_out(form, lambda: done.append(sign_out(pupil, form.departure(), by=request.member, at=now))):
        return _page(request, pupil, now, leaving=form)
    for warning in done[0].warnings:
        messages.warning(request, warning)
    messages.success(request, _left(done[0]))
    return redirect("registers:late-desk")


def _left(done: SignedOut) -> str:
    """Return in a sentence what became of a leaving. It names nobody."""
    at = time_of_day(done.movement.at)
    if done.is_repeat:
        return f"This child has been signed out since {at}: nothing was changed."
    then = f" The register to come expects {done.expected}." if done.expected else ""
    if done.movement.reason == Leaving.WALKED_OUT:
        return f"Recorded: left without permission at {at}."
    return f"Signed out at {at}.{then}"


@require_POST
@needs(Permission.KEEP_LATE_DESK)
def give(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Record what a child is allowed, and on whose word."""
    now, pupil = clock.now(), _pupil(request, pupil_id)
    form = GivePermit(request.POST)

    def record() -> None:
        kind, word_of = PermitKind(form.cleaned_data["kind"]), form.cleaned_data["word_of"]
        give_permit(pupil, kind, word_of=word_of, by=request.member, at=now)

    if not carried_out(form, record):
        return _page(request, pupil, now, giving=form)
    messages.success(request, "Recorded.")
    return redirect("registers:desk-child", pupil.pk)


@require_POST
@needs(Permission.KEEP_LATE_DESK)
def end(request: StaffRequest, pupil_id: int, permit_id: int) -> HttpResponse:
    """End what a child was allowed."""
    pupil = _pupil(request, pupil_id)
    permit = get_object_or_404(Permit, pk=permit_id, pupil=pupil)
    try:
        end_permit(permit, by=request.member, at=clock.now())
        messages.success(request, "Ended.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("registers:desk-child", pupil.pk)


def _reasons(request: StaffRequest, on: dt.date) -> tuple[str, ...]:
    return policy_for(request.school).terms(LateDesk, on=on).reasons


def _contacts(pupil: Pupil) -> list[Any]:
    return [each for each in queries.contacts_of(pupil.pk) if not (each.ended_on or each.died_on)]


def _page(
    request: StaffRequest, pupil: Pupil, now: dt.datetime, *, arriving: Arrive | None = None,
    leaving: SignOut | None = None, giving: GivePermit | None = None, contradiction: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Draw the page of one child: 422 with what was not taken."""
    on, policy = now.date(), policy_for(request.school)
    contacts, permits = _contacts(pupil), queries.permits_of(pupil.pk, on)
    lines = queries.day_log(on, type(pupil).objects.filter(pk=pupil.pk), at=now)
    out = next((line for line in lines if line.movement.kind == MovementKind.OUT and line.back is None), None)
    terms = terms_on(on, policy)
    context = {
        "pupil": pupil,
        "arriving": arriving or Arrive(reasons=_reasons(request, on), now=now),
        "leaving": leaving or SignOut(contacts=contacts, now=now),
        "giving": giving or GivePermit(),
        "register_note": _register_note(pupil, policy, now),
        "out": out,
        "contacts": contacts,
        "restricted": [each for each in contacts if each.no_contact or each.court_order],
        "passwords": [each for each in contacts if each.collect_password and not each.no_contact],
        "lead": queries.safeguarding_lead(request.school, on),
        "permits": permits,
        "may_leave": any(permit.kind == PermitKind.LEAVES_SITE for permit in permits) or queries.leave_on(pupil.pk, on),
        "is_primary": is_primary(pupil, request.school, on),
        "terms": terms,
        "lines": lines,
        "contradiction": contradiction,
        "as_at": now,
    }
    status = 422 if arriving or leaving or giving else status
    return render(request, "registers/desk_child.html", context, status=status)


def _register_note(pupil: Pupil, policy: Policy, now: dt.datetime) -> str:
    """Return in a sentence which register an arrival now is entered in, and what its closing time makes of it."""
    group = registration_group(pupil.pk, now.date())
    sessions = list(Session.objects.filter(date=now.date()).order_by("half"))
    if group is None or not sessions:
        return "No register is due for this child today."
    times = [
        (starts_at(each, policy=policy, group_id=group.pk), closes_at(each, policy=policy, group_id=group.pk))
        for each in sessions
    ]
    begun, closes = ([each for each in times if each[0] <= now] or times[:1])[-1]
    register = f"The register of {group.name} began at {time_of_day(begun)}"
    if now <= begun:
        return f"The register of {group.name} begins at {time_of_day(begun)}: an arrival before it is present."
    if now <= closes:
        return f"{register} and closes at {time_of_day(closes)}: an arrival now is late (L)."
    return f"{register} and closed at {time_of_day(closes)}: an arrival now is late after it (U), an absence."
