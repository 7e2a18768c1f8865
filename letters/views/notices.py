"""The pages of notices to every family: those planned and sent, one of them, and its copies to print."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from letters.actions import notices as actions
from letters.forms.notices import PlanNotice
from letters.gateways import paper, pdf
from letters.models import Notice
from letters.queries import notices as queries
from letters.rules.families import families

A_PAGE = 50
IN_A_FILE = 50  # families: drawn in seconds, so that nobody else waits for a school of fifteen hundred


@require_safe
@needs(Permission.SEE_LETTERS)
def notices(request: StaffRequest) -> HttpResponse:
    """List the notices, the latest due first, with what is due and how many families each went to."""
    today = clock.today()
    page = Paginator(Notice.objects.all(), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [(notice, notice.is_due(today)) for notice in page],
        "page": page,
        "may_approve": request.member.may(Permission.APPROVE_LETTER),
        "breadcrumb": [("Letters", reverse("letters:letters"))],
    }
    return render(request, "letters/notices.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.APPROVE_LETTER)
def plan_notice(request: StaffRequest) -> HttpResponse:
    """Write a notice, begun from what the school's policy says, and say when it is due."""
    today = clock.today()
    begun = {"subject": paper.EXPECTATIONS, "words": paper.expectations(request.school, on=today), "due_date": today}
    form = PlanNotice(request.POST or None, initial=begun)
    if request.method == "POST" and form.is_valid():
        notice = actions.plan_notice(**form.cleaned_data, by=request.member, at=clock.now())
        messages.success(request, "The notice is kept. Nothing has been sent.")
        return redirect("letters:notice", notice.pk)
    context = {
        "form": form,
        "breadcrumb": [("Letters", reverse("letters:letters")), ("Notices", reverse("letters:notices"))],
    }
    return render(request, "letters/plan_notice.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Permission.SEE_LETTERS)
def notice(request: StaffRequest, notice_id: int) -> HttpResponse:
    """Show one notice: its words, whom it would reach now, or whom it went to and whom it missed."""
    return _page(request, get_object_or_404(Notice, pk=notice_id))


@require_POST
@needs(Permission.APPROVE_LETTER)
def send_notice(request: StaffRequest, notice_id: int) -> HttpResponse:
    """Send a notice to every family. Who may be told is asked again."""
    return _do(request, notice_id, actions.send_notice)


@require_POST
@needs(Permission.APPROVE_LETTER)
def send_to_the_missed(request: StaffRequest, notice_id: int) -> HttpResponse:
    """Send a notice to those it missed and now reaches."""
    return _do(request, notice_id, actions.send_to_the_missed)


@require_POST
@needs(Permission.APPROVE_LETTER)
def drop_notice(request: StaffRequest, notice_id: int) -> HttpResponse:
    """Take back a notice that has not been sent."""
    found = get_object_or_404(Notice, pk=notice_id)
    try:
        actions.drop_notice(found, by=request.member, at=clock.now())
    except ValidationError as refused:
        return _page(request, found, refused=refused.messages, status=422)
    messages.success(request, "The notice is dropped. Nothing was sent.")
    return redirect("letters:notices")


@require_safe
@needs(Permission.SEE_LETTERS)
def notice_copies(request: StaffRequest, notice_id: int, part: int) -> HttpResponse:
    """Give the copies of a notice that was sent, fifty families to a file, a page or more for each, to print and post.

    The copies of families with a pupil whom the member may not find are left to the safeguarding lead.
    """
    found = get_object_or_404(Notice, pk=notice_id, sent_at__isnull=False)
    copies, pupils = queries.copies_for(found, request.member, clock.today())
    copies = copies[(part - 1) * IN_A_FILE : part * IN_A_FILE] if part else []
    if not copies:
        raise Http404
    try:
        content = pdf.render(paper.notice_html(found, copies, school=request.school))
    except pdf.PdfUnavailableError as missing:
        return _page(request, found, refused=[str(missing)], status=503)
    request.looks_at_all = {pupil for copy in copies for pupil in pupils[copy.family]}
    name = f'inline; filename="notice-{found.pk}-{part}.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})


def _do(request: StaffRequest, notice_id: int, action: Callable[..., queries.Tally]) -> HttpResponse:
    found = get_object_or_404(Notice, pk=notice_id)
    try:
        count = action(found, by=request.member, at=clock.now())
    except ValidationError as refused:
        return _page(request, found, refused=refused.messages, status=422)
    missed = f" {count.missed} could not be reached: they are listed below." if count.missed else ""
    messages.success(request, f"Stored as sent to {count.sent} families.{missed} Print the copies and post them.")
    return redirect("letters:notice", found.pk)


def _page(request: StaffRequest, found: Notice, *, refused: list[str] | None = None, status: int = 200) -> HttpResponse:
    today = clock.today()
    context = {
        "notice": found,
        "is_due": found.is_due(today),
        "may_approve": request.member.may(Permission.APPROVE_LETTER),
        "refused": refused or [],
        "breadcrumb": [("Letters", reverse("letters:letters")), ("Notices", reverse("letters:notices"))],
        "waits": not (found.sent_at or found.dropped_at),
    }
    if found.sent_at:
        context["missed"], context["hidden"] = queries.missed_by(found, request.member, today)
        context["tally"] = tally = queries.tally(found)
        context["kept"] = kept = queries.kept_from(found, request.member, today)
        context["files"] = _files(tally.sent - kept)
    elif not found.dropped_at:
        would = families(queries.children_to_tell(request.member, today))
        context["would_reach"] = sum(bool(family.home) for family in would)
        context["would_miss"] = sum(not family.home for family in would)
    return render(request, "letters/notice.html", context, status=status)


def _files(families: int) -> list[tuple[int, str]]:
    """Return the files that the copies for so many families are printed from: each one's number, and which they are."""
    files = []
    for number, first in enumerate(range(1, families + 1, IN_A_FILE), 1):
        last = min(first + IN_A_FILE - 1, families)
        files.append((number, f"{first} to {last}" if first < last else f"{first}"))
    return files
