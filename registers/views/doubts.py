"""What the night found in the registers that cannot be right, and how a person settles it."""

from typing import Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.policy.schema import CodesByRole
from attendance_mat.trust.policy import policy_for
from attendance_mat.web.navigation import NavigationItem
from registers.actions import doubting
from registers.forms.doubts import RIGHT, SettleDoubt, SettleDoubts
from registers.models import Doubt, Pupil, Session
from registers.queries import doubts as queries
from registers.queries.scope import pupils_in_scope
from registers.rules import codes
from registers.rules import doubts as rules
from registers.rules.calendar import Half

A_PAGE: Final = 50
DIGITS: Final = 18  # of a number that a form sends: within what the database can hold
ALL: Final = "all"


@require_safe
@needs(Permission.SETTLE_CONTRADICTION)
def show_doubts(request: StaffRequest) -> HttpResponse:
    """List what nobody has settled, of one kind or of all, earliest session first. Five queries."""
    return _page(request)


@require_POST
@needs(Permission.SETTLE_CONTRADICTION)
def settle_doubts(request: StaffRequest) -> HttpResponse:
    """Settle what is ticked with one reason, or one of them as offered in one press."""
    now, listed = clock.now(), queries.open_doubts(_pupils(request))
    one = request.POST.get("one", "")
    chosen = listed.filter(pk__in=_numbers([one] if one else request.POST.getlist("doubt")))
    form = SettleDoubts(request.POST, in_one_press=bool(one))
    if not chosen.exists():
        form.add_error(None, "Somebody has settled this already." if one else "Tick the ones that you settle.")
    if not form.is_valid():
        return _page(request, form)
    reason = form.cleaned_data["reason"]
    try:
        if request.POST.get("do") == RIGHT and not one:
            count = doubting.settle_as_right(chosen, because=reason, by=request.member, at=now)
        else:
            count = doubting.settle_by_amending(chosen, reason=reason, by=request.member, at=now)
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return _page(request, form)
    messages.success(request, f"{count} settled." if count > 1 else "Settled.")
    return redirect(f"{reverse('registers:doubts')}?kind={_kind(request)}")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTLE_CONTRADICTION)
def show_doubt(request: StaffRequest, doubt_id: int) -> HttpResponse:
    """Show one contradiction, and settle it: with the right code, or with why it is right."""
    now = clock.now()
    doubt = get_object_or_404(Doubt.objects.select_related("pupil", "session"), pk=doubt_id, pupil__in=_pupils(request))
    request.looks_at = doubt.pupil_id
    usable = _codes_for(request, doubt.session)
    form = SettleDoubt(request.POST or None, codes=usable, initial={"code": doubt.offered})
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        try:
            if request.POST.get("do") == RIGHT:
                doubting.settle_as_right([doubt], because=entered["reason"], by=request.member, at=now)
            else:
                doubting.settle_by_amending([doubt], **entered, as_offered=False, by=request.member, at=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "Settled.")
            return redirect("registers:doubts")
    context = {
        "doubt": doubt,
        "why": rules.why(doubt.kind, doubt.evidence),
        "mend": rules.mend(doubt.kind),
        "mark": queries.mark_of(doubt),
        "form": form,
        "breadcrumb": [("Contradictions", reverse("registers:doubts"))],
    }
    return render(request, "registers/doubt.html", context, status=422 if form.errors else 200)


def _page(request: StaffRequest, form: SettleDoubts | None = None) -> HttpResponse:
    pupils = _pupils(request)
    counts = queries.counts(pupils)
    kind = _kind(request)
    here = reverse("registers:doubts")
    tabs = [NavigationItem("All", f"{here}?kind={ALL}", current=kind == ALL, count=sum(counts.values()))]
    tabs += [
        NavigationItem(str(label), f"{here}?kind={value}", current=kind == value, count=counts[value])
        for value, label in Doubt.Kind.choices
        if value in counts or value == kind
    ]
    listed = queries.open_doubts(pupils)
    page = Paginator(listed if kind == ALL else listed.filter(kind=kind), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": tabs,
        "kind": kind,
        "page": page,
        "rows": [(row, rules.why(row.kind, row.evidence)) for row in page],
        "ticked": set(_numbers(request.POST.getlist("doubt"))),
        "form": form or SettleDoubts(),
        "as_at": clock.now(),
    }
    return render(request, "registers/doubts.html", context, status=422 if form else 200)


def _kind(request: StaffRequest) -> str:
    asked = request.POST.get("kind") or request.GET.get("kind") or ALL
    return asked if asked in Doubt.Kind.values else ALL


def _pupils(request: StaffRequest) -> QuerySet[Pupil]:
    return pupils_in_scope(request.member, request.scope, clock.today())


def _numbers(given: list[str]) -> list[int]:
    return [int(each) for each in given if each.isascii() and each.isdecimal() and len(each) <= DIGITS]


def _codes_for(request: StaffRequest, session: Session) -> list[codes.Code]:
    """Return the codes this member may enter at a session, by the policy of that day."""
    allowed = policy_for(request.school).terms(CodesByRole, on=session.date).of(request.member.role)
    half = Half(session.half)
    return [code for code in codes.in_force(session.date) if code.code in allowed and half in code.halves]
