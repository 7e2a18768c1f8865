"""The page that lays the policies beside each other: what one pupil's register would have led to under each."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.trust.policy import policy_for
from escalation.queries.cases import pupils_to_work
from escalation.queries.night import last_night
from escalation.queries.stages import stage_facts
from escalation.rules.side_by_side import compare
from letters.gateways.paper import TEMPLATES
from registers.rules.calendar import SchoolYear


@require_safe
@needs(Permission.SEE_CASES)
def show_policies(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Show the stages each policy would have led to this school year, up to the last night checked."""
    today = clock.today()
    pupil = get_object_or_404(pupils_to_work(request.member, request.scope, today), pk=pupil_id)
    as_of = last_night(request.school) or today
    facts = stage_facts([pupil.pk], as_of=as_of, school=request.school)[pupil.pk]
    subjects = {name: template.subject for name, template in TEMPLATES.items()}
    context = {
        "pupil": pupil,
        "as_of": as_of,
        "year": SchoolYear.of(as_of),
        "policies": compare(facts, own=policy_for(request.school), as_of=as_of, letters=subjects),
        "breadcrumb": [
            ("Pupils", reverse("registers:pupils")),
            (pupil.name, reverse("registers:pupil", args=[pupil.pk])),
        ],
    }
    return render(request, "escalation/side_by_side.html", context)
