"""The pages that show policies: a school's own document, and for the trust each pack and who follows it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from attendance_mat import clock
from attendance_mat.accounts.addresses import public_url, school_url
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission, Scope
from attendance_mat.accounts.roles import SCHOOL_ROLES
from attendance_mat.policy.loader import NATIONAL, Pack, lineage, pack_names
from attendance_mat.policy.loader import pack as pack_named
from attendance_mat.policy.schema import Parameter
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from escalation.gateways import policy_document
from escalation.queries import policy as queries
from escalation.queries.responsibilities import has_acknowledged, issue_that_stands
from escalation.rules import wording
from escalation.rules.document import document
from letters.gateways import pdf


@require_safe
@needs(Permission.SEE_POLICY)
def policy(request: StaffRequest) -> HttpResponse:
    """Show the school's attendance policy as it holds today."""
    context = policy_document.context(request.school, on=clock.today())
    if request.member.may(Permission.SET_POLICY):
        context["change_url"] = public_url("policies:school", slug=request.school.slug)
    cases = request.member.scope(Permission.SEE_CASES)
    context["may_try"] = cases is not None and cases >= Scope.SCHOOL
    issue = issue_that_stands()
    context["may_manage"] = request.member.may(Permission.MANAGE_STAFF)
    context["issue"] = issue
    context["to_acknowledge"] = (
        issue is not None
        and request.member.role in SCHOOL_ROLES
        and not has_acknowledged(issue, request.member.user_id)
    )
    return render(request, "escalation/policy/policy.html", context)


@require_safe
@needs(Permission.SEE_POLICY)
def policy_pdf(request: StaffRequest) -> HttpResponse:
    """Give the school's attendance policy on paper."""
    try:
        content = pdf.render(policy_document.policy_html(request.school, on=clock.today()))
    except pdf.PdfUnavailableError as missing:
        return render(request, "escalation/policy/no_pdf.html", {"why": str(missing)}, status=503)
    name = f"attendance-policy-{request.school.slug}-{clock.today().isoformat()}.pdf"
    disposition = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=disposition)


@require_safe
@needs(Permission.SEE_POLICY)
def packs(request: StaffRequest) -> HttpResponse:
    """List the packs, and what each school follows today."""
    followed = queries.followed(clock.today())
    counts = queries.counted_by_pack(followed.values())
    rows = [(pack_named(name), counts.get(name, 0)) for name in pack_names()]
    schools = [(school, _title(adoption.pack) if adoption else "Nothing adopted yet", adoption)
               for school, adoption in followed.items()]  # fmt: skip
    return render(request, "escalation/policy/packs.html", {"rows": rows, "followed": schools})


@require_safe
@needs(Permission.SEE_POLICY)
def pack(request: StaffRequest, name: str) -> HttpResponse:
    """Show what a pack states, is silent on, has decided, and where the law wins over it."""
    if name not in pack_names():
        raise Http404
    shown = pack_named(name)
    followed = queries.followed(clock.today())
    context = {
        "pack": shown,
        "breadcrumb": [("Policies", reverse("policies:packs"))],
        "stated": _stated(shown),
        "silent": [(wording.title(each), note) for each, note in shown.silent.items()],
        "inherited": _inherited(shown),
        "base": [each.about.title for each in lineage(name)[1:]],
        "followed_by": [school for school, adoption in followed.items() if adoption and adoption.pack == name],
    }
    return render(request, "escalation/policy/pack.html", context)


@require_safe
@needs(Permission.SEE_POLICY)
def school(request: StaffRequest, slug: str) -> HttpResponse:
    """Show what a school follows, what is set apart from it, and every value that holds today."""
    found, today = get_object_or_404(School, slug=slug), clock.today()
    context = {
        "school": found,
        "today": today,
        "breadcrumb": [("Policies", reverse("policies:packs"))],
        "document": document(policy_for(found), on=today, letters={}),
        "document_url": school_url(slug, "escalation:policy"),
        "adoptions": [(row, _title(row.pack)) for row in queries.adoptions_of(found)],
        "settings": [(row, wording.title(row.parameter), state_of(row, today)) for row in queries.settings_of(found)],
        "fixed": {name for name, kind in Parameter.every.items() if kind.nationally_fixed},
        "may_set": request.member.may(Permission.SET_POLICY),
    }
    return render(request, "escalation/policy/school.html", context)


def state_of(setting: Any, today: Any) -> str:
    """Say where a setting stands on a day: to come, in force, or ended."""
    if setting.until_date and (setting.until_date <= today or setting.until_date <= setting.from_date):
        return "ended"
    return "to come" if setting.from_date > today else "in force"


def _title(name: str) -> str:
    return pack_named(name).about.title if name in pack_names() else name


def _stated(shown: Pack) -> list[tuple[str, str, list[tuple[Any, tuple[str, ...]]]]]:
    """Return what a pack states: each parameter with its words, and its values, the latest first."""
    return [
        (wording.title(name), shown.says[name], [(each, wording.sentences(each.value)) for each in reversed(values)])
        for name, values in shown.values.items()
    ]


def _inherited(shown: Pack) -> list[str]:
    """Return the parameters a pack neither states nor says it is silent on; national ones are nobody else's to say."""
    if shown.name == NATIONAL:
        return []
    said = {*shown.values, *shown.silent}
    return [wording.title(name) for name, kind in Parameter.every.items()
            if name not in said and not kind.nationally_fixed]  # fmt: skip
