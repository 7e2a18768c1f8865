"""Who answers for what in a school, and the policy put before its staff."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.posts import posts_of
from attendance_mat.accounts.roles import Role
from attendance_mat.trust.policy import policy_for
from escalation.actions import issuing as actions
from escalation.forms.issuing import IssuePolicy
from escalation.models import PolicyIssue
from escalation.queries import responsibilities as queries


@require_safe
@needs(Permission.MANAGE_STAFF)
def responsibilities(request: StaffRequest) -> HttpResponse:
    """Show the posts the policy asks for, the steps nobody owns, and who has yet to acknowledge the policy."""
    return _page(request)


@require_POST
@needs(Permission.MANAGE_STAFF)
def issue_policy(request: StaffRequest) -> HttpResponse:
    """Put a version of the policy before every member of staff."""
    form = IssuePolicy(request.POST)
    if not form.is_valid():
        return _page(request, form=form)
    issue = actions.issue_policy(**form.cleaned_data, by=request.member, at=clock.now())
    messages.success(request, f"Version {issue.number} is before every member of staff.")
    return redirect("escalation:responsibilities")


@require_POST
@needs(Permission.SEE_POLICY)
def acknowledge_policy(request: StaffRequest, issue_id: int) -> HttpResponse:
    """Acknowledge the version of the policy that stands, as oneself."""
    issue = get_object_or_404(PolicyIssue, pk=issue_id)
    try:
        actions.acknowledge_policy(issue, by=request.member, at=clock.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"You have acknowledged version {issue.number} of the policy.")
    return redirect("escalation:policy")


def _page(request: StaffRequest, *, form: IssuePolicy | None = None) -> HttpResponse:
    today = clock.today()
    issue = queries.issue_that_stands()
    steps = queries.owned_steps(request.school, policy_for(request.school), on=today)
    waiting = list(queries.outstanding(issue, request.school, on=today)) if issue else []
    context = {
        "posts": posts_of(request.school, on=today),
        "steps": [(step, Role(step.role).label) for step in steps],
        "unowned": [(step, Role(step.role).label) for step in steps if not step.owners],
        "issue": issue,
        "outstanding": waiting,
        "acknowledged": issue.acknowledgements.count() if issue else 0,
        "form": form or IssuePolicy(),
        "issuing": form is not None,
        "breadcrumb": [("People", reverse("people:people"))],
    }
    return render(request, "escalation/responsibilities.html", context, status=422 if form else 200)
