"""The page that says why a pupil is on, or is not on, a list: any stage or national rule, at the end of any day."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.ladder import Ladders
from attendance_mat.policy.schema import FollowUps, PercentageStages
from attendance_mat.trust.policy import policy_for
from attendance_mat.web.formats import day
from escalation.forms import AskWhy
from escalation.queries.cases import pupils_to_work
from escalation.queries.ladder import standings
from escalation.queries.night import last_night
from escalation.queries.stages import stage_facts
from escalation.queries.why import open_case_number
from escalation.rules import english, thresholds, why
from escalation.rules.counts import PupilFacts
from escalation.rules.findings import Rule
from escalation.rules.ladder import Standing, Time
from escalation.rules.triggers import judge, stage_episode, whole_condition
from registers.models import Pupil


@require_safe
@needs(Permission.SEE_CASES)
def show_why(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Show the sum of a stage's or a rule's condition for one pupil on a day, and what the ladder makes of it."""
    today = clock.today()
    pupil = get_object_or_404(pupils_to_work(request.member, request.scope, today), pk=pupil_id)
    policy, last = policy_for(request.school), last_night(request.school) or today
    asked = {"on": last.isoformat(), **{name: words for name, words in request.GET.items() if words}}
    form = AskWhy(asked if request.GET else None, policy=policy, today=today, initial={"on": last})
    context: dict[str, Any] = {
        "pupil": pupil,
        "form": form,
        "breadcrumb": [
            ("Pupils", reverse("registers:pupils")),
            (pupil.name, reverse("registers:pupil", args=[pupil.pk])),
        ],
        "case": open_case_number(pupil.pk),
    }
    if request.GET and form.is_valid():
        context |= _answer(request, pupil, policy, key=form.cleaned_data["stage"], on=form.cleaned_data["on"])
    return render(request, "escalation/why.html", context, status=422 if form.errors else 200)


def _answer(request: StaffRequest, pupil: Pupil, policy: Policy, *, key: str, on: dt.date) -> dict[str, Any]:
    """Return the page's answer: the sum as a tree, what follows from it, and what the policy or the law says."""
    known = stage_facts([pupil.pk], as_of=on, school=request.school)[pupil.pk]
    if key in list(Rule):
        answer = _answer_of_rule(request, known, policy, Rule(key), on)
    else:
        standing = why.standing_on(standings([pupil.pk], on=on)[pupil.pk], on, today=clock.today())
        answer = _answer_of_stage(request, known, policy, standing, key=key, on=on)
    nothing: dict[str, Any] = {"node": None, "since": None, "facts": [], "policy_says": "", "asks": "", "source": ""}
    return {**nothing, **answer, "on": on, "question": f"{answer['label']} on {day(on)}"}


def _answer_of_stage(
    request: StaffRequest, known: PupilFacts, policy: Policy, standing: Standing, *, key: str, on: dt.date
) -> dict[str, Any]:
    stated = policy.cited(Ladders, on=on)
    stage = stated.value.stage(key)
    condition, go_live = whole_condition(stage, policy=policy, as_of=on), request.school.go_live_date
    crossed = stage_episode(stage, known, policy=policy, as_of=on)
    minimum = policy.terms(PercentageStages, on=on).minimum_possible_sessions
    return {
        "label": stage.label,
        "node": why.tree(judge(condition, known, policy=policy, as_of=on)) if condition else None,
        "since": crossed.reached_on if crossed else None,
        "answer": why.ladder_says(stage, known, standing=standing, policy=policy, on=on, go_live=go_live),
        "facts": _time_at(standing.last(key)),
        "policy_says": stage.says,
        "asks": english.condition(condition, labels=english.labels_of(stated.value), minimum=minimum)
        if condition
        else "",
        "source": f"{stated.source.title}, {stage.clause}",
        "set_by": stated.set_by,
    }


def _answer_of_rule(
    request: StaffRequest, known: PupilFacts, policy: Policy, rule: Rule, on: dt.date
) -> dict[str, Any]:
    found = thresholds.finding(rule, known, policy=policy, as_of=on)
    if found is None:
        return {"label": rule.label, "answer": {"because": why.NOT_IN_FORCE}}
    step = policy.terms(FollowUps, on=on).of(rule)
    return {
        "label": rule.label,
        "node": why.tree_of(found),
        "since": found.reached_on,
        "answer": {"because": why.follow_up_says(found, step, go_live=request.school.go_live_date)},
        "source": str(found.source),
        "set_by": "the law",
    }


def _time_at(time: Time | None) -> list[tuple[str, str]]:
    """Return when a pupil was last at a stage, as terms and words; nothing for one who never was."""
    if time is None:
        return []
    days = [("Entered", time.entered_on), ("Acted upon to", time.acted_until), ("Looked at again", time.review_on),
        ("Left", time.over_on)]  # fmt: skip
    return [(term, day(on)) for term, on in days if on]
