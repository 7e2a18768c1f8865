"""Unplanned closures: declared after a preview of every mark that changes, and undone."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from registers.actions.closures import declare_closure, plan_closure
from registers.actions.undoing_closures import undo_closure
from registers.forms.closures import DeclareClosure, UndoClosure
from registers.queries import closures as queries
from registers.queries.closures import Plan
from registers.rules.closures import Effect

WORDS: Final[dict[Effect, str]] = {
    Effect.AMENDED: "Marks that are amended",
    Effect.EXPECTED: "No mark yet: the code is entered as registers finish or close",
    Effect.REPLACED: "Something else was expected: the closure takes its place",
    Effect.KEPT: "Attended, or have a reason of their own: nothing changes",
    Effect.SAME: "Say so already",
    Effect.FAMILY: "Your own family: someone else must enter these",
}


@require_GET
@needs(Permission.DECLARE_CLOSURE)
def show_closures(request: StaffRequest) -> HttpResponse:
    """List the closures there have been, and ask about a new one. Five queries however many there are."""
    return _list(request, _form(request, initial={"first_date": clock.today(), "last_date": clock.today()}))


@require_POST
@needs(Permission.DECLARE_CLOSURE)
def preview_closure(request: StaffRequest) -> HttpResponse:
    """Show exactly which marks a closure would change. Nothing is written."""
    return _with_form(request, lambda form: _preview(request, form, plan_closure(form.wanted(), by=request.member)))


@require_POST
@needs(Permission.DECLARE_CLOSURE)
def declare(request: StaffRequest) -> HttpResponse:
    """Declare a closure as it was previewed."""

    def do(form: DeclareClosure) -> HttpResponse:
        digest = request.POST.get("digest", "")
        closure = declare_closure(form.wanted(), digest=digest, by=request.member, at=clock.now())
        messages.success(request, "The closure is declared. It can be undone from this page.")
        return redirect("registers:closure", closure.pk)

    return _with_form(request, do)


@require_GET
@needs(Permission.DECLARE_CLOSURE)
def show_closure(request: StaffRequest, closure_id: int) -> HttpResponse:
    """Show one closure and all that it did. Five queries however much that is."""
    return _closure_page(request, closure_id, UndoClosure())


@require_POST
@needs(Permission.DECLARE_CLOSURE)
def undo(request: StaffRequest, closure_id: int) -> HttpResponse:
    """Undo a closure: its marks go back by amendment."""
    closure = get_object_or_404(queries.closures(), pk=closure_id)
    form = UndoClosure(request.POST)
    if form.is_valid():
        try:
            count = undo_closure(closure, because=form.cleaned_data["because"], by=request.member, at=clock.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            words = f"{count} {'mark went' if count == 1 else 'marks went'} back by amendment"
            messages.success(request, f"The closure is undone: {words}.")
            return redirect("registers:closure", closure.pk)
    return _closure_page(request, closure_id, form)


def _form(request: StaffRequest, *args: Any, **kwargs: Any) -> DeclareClosure:
    today = clock.today()
    years, groups = queries.years_on_roll(today), queries.groups_with_pupils(today)
    return DeclareClosure(*args, years=years, groups=groups, **kwargs)


def _with_form(request: StaffRequest, do: Callable[[DeclareClosure], HttpResponse]) -> HttpResponse:
    """Do something with a sound form; otherwise show the page again with what is wrong beside each field."""
    form = _form(request, request.POST)
    if form.is_valid():
        try:
            return do(form)
        except ValidationError as refused:
            form.add_error(None, refused)
    return _list(request, form)


def _list(request: StaffRequest, form: DeclareClosure) -> HttpResponse:
    context = {"form": form, "closures": queries.closures(), "breadcrumb": _breadcrumb()[:1]}
    return render(request, "registers/closures.html", context, status=422 if form.errors else 200)


def _preview(request: StaffRequest, form: DeclareClosure, plan: Plan) -> HttpResponse:
    given = [(name, value) for name, values in request.POST.lists() if name in form.fields for value in values]
    context = {
        "given": given,
        "wanted": form.wanted(),
        "code": form.wanted().terms.code,
        "plan": plan,
        "counts": _counts(plan),
        "changed": plan.changed,
        "kept": plan.of(Effect.KEPT, Effect.FAMILY),
        "breadcrumb": _breadcrumb(),
    }
    return render(request, "registers/closure_preview.html", context)


def _counts(plan: Plan) -> list[tuple[str, int]]:
    return [(words, plan.counts[effect]) for effect, words in WORDS.items() if plan.counts[effect]]


def _closure_page(request: StaffRequest, closure_id: int, form: UndoClosure) -> HttpResponse:
    closure = get_object_or_404(queries.closures(), pk=closure_id)
    changes = queries.changes_of(closure)
    context = {
        "closure": closure,
        "amended": [change for change in changes if change.mark],
        "expected": [change for change in changes if change.expected and not change.code_before],
        "replaced": [change for change in changes if change.expected and change.code_before],
        "form": None if closure.undone_at else form,
        "breadcrumb": _breadcrumb(),
    }
    return render(request, "registers/closure.html", context, status=422 if form.errors else 200)


def _breadcrumb() -> list[tuple[str, str]]:
    return [("Calendar", reverse("registers:calendar")), ("Closures", reverse("registers:closures"))]
