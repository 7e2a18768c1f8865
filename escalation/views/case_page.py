"""One case as a page: where it stands, who is asked, what is to be done, and what came of it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest
from attendance_mat.accounts.permissions import Permission
from attendance_mat.policy.ladder import Does, Ladders
from attendance_mat.trust.policy import policy_for
from escalation import forms
from escalation.actions.stages import in_words, missing
from escalation.models import Case, CaseNote, CaseTask, Organisation, PupilStage
from escalation.queries import cases as queries
from escalation.queries import ladder
from escalation.queries.impact import impact_of
from escalation.queries.organisations import organisations_on
from escalation.queries.penalties import penalties_of
from escalation.rules.ladder import find_stage
from registers.actions.looking import note_look

RESTRICTED_NOTE: Final = "escalation:restricted-note"
WITH_ORGANISATIONS: Final = frozenset({Does.PLAN, Does.REFERRAL})
ONE_DAY: Final = dt.timedelta(days=1)
OFFERED: Final = {
    "home_visit": "Home visit, as early support.",
    "meeting": "Meeting with the parents, as early support.",
}


def find_case(request: StaffRequest, case_id: int) -> Case:
    """Return a case the member may open; Http404 otherwise."""
    return get_object_or_404(queries.case_for(request.member, request.scope, clock.today()), pk=case_id)


def case_page(request: StaffRequest, case: Case, *, status: int = 200, **asked: Any) -> HttpResponse:
    """Return the page of a case; `asked` holds forms as they were sent, and what was `refused`."""
    request.looks_at = case.pupil_id
    today = clock.today()
    ladders = ladder.ladders(policy_for(request.school), on=today)
    times, tasks = ladder.stages_of(case), list(ladder.tasks_of(case))
    listed = list(organisations_on(today))
    may_work = request.member.may(Permission.WORK_CASES) and not case.closed_at
    context = {
        "case": case,
        "breadcrumb": [("Cases", reverse("escalation:cases"))],
        "today": today,
        "findings": [
            (row, queries.evidence_by_day(row), queries.evidence_lessons(row)) for row in queries.findings_of(case)
        ],
        "letters": queries.letters_of(case),
        "notes": _notes(request, case),
        "may_work": may_work,
        "sees_letters": request.member.may(Permission.SEE_LETTERS),
        "assign": forms.AssignOwner(
            owners=queries.possible_owners(request.school, today), initial={"owner": case.owner_id}
        ),
        "move": forms.MoveOn.of(case, today=today),
        "note": forms.AddNote(),
        "close": forms.CloseCase(),
        "add": _add(request, listed),
        "add_is_open": "add" in asked or request.GET.get("offer", "") in OFFERED,
        "times": [(row, _state(row), forms.Because(auto_id=f"leave_{row.pk}_%s")) for row in times],
        "waiting": [_asked(request, row, ladders, asked) for row in times if _waits(row)],
        "to_do": [
            _to_do(request, task, case, asked, listed) for task in tasks if not (task.done_at or task.cancelled_at)
        ],
        "over": [task for task in tasks if task.done_at or task.cancelled_at],
        "is_held": ladder.is_held(ladder.holds_of(case.pupil_id), today),
        "was_on_list": ladder.was_on_last_year_s_list(case.pupil_id, on=today),
        "impact": impact_of(case, until=today - ONE_DAY),
        "penalties": penalties_of(case.pupil_id, policy=policy_for(request.school), on=today),
        "refused": [],
        **asked,
    }
    return render(request, "escalation/case.html", context, status=status)


def _notes(request: StaffRequest, case: Case) -> list[CaseNote]:
    """Return the notes this member may see; a look at a restricted one is noted by itself (HCC-2.3.03)."""
    may_see = request.member.may(Permission.SEE_PROTECTION)
    notes = [row for row in case.notes.all() if may_see or not row.restricted]
    if any(row.restricted for row in notes):
        note_look(case.pupil_id, what=RESTRICTED_NOTE, by=request.member, at=clock.now())
    return notes


def do_step_form(task: CaseTask, *posted: Any, listed: Sequence[Organisation]) -> forms.DoStep:
    """Return the form that records a step as done; of a plan or a referral it asks which organisation helps."""
    offered = listed if task.does in WITH_ORGANISATIONS else None
    return forms.DoStep(*posted, options=task.options, organisations=offered, auto_id=f"do_{task.pk}_%s")


def _add(request: StaffRequest, listed: Sequence[Organisation]) -> forms.AddStep:
    """Return the form for a step of one's own, filled in where early support is offered (WAT-A3.08)."""
    offered = request.GET.get("offer", "")
    filled = {"does": offered, "words": OFFERED[offered]} if offered in OFFERED else {}
    start = {"due_date": clock.today(), "role": request.member.role, **filled}
    return forms.AddStep(today=clock.today(), auto_id="add_%s", initial=start, organisations=listed)


def _waits(row: PupilStage) -> bool:
    return row.entered_on is None and row.withdrawn_at is None and row.left_on is None


def _state(row: PupilStage) -> tuple[str, str]:
    """Return how a time at a stage stands, in a word, and the tone it is drawn in."""
    if row.withdrawn_at:
        return "Taken back", ""
    if row.left_on:
        return "Left", ""
    return ("Here now", "info") if row.entered_on else ("Waiting for agreement", "watch")


def _asked(request: StaffRequest, row: PupilStage, ladders: Ladders, asked: dict[str, Any]) -> dict[str, Any]:
    """Return who is asked to agree to a stage, who has, what is missing, and whether this member may decide."""
    stage, agreed = find_stage(ladders, row.stage), ladder.agreed(row)
    roles = stage.approvals if stage else ()
    role = request.member.role
    return {
        "row": row,
        "roles": [(in_words(each), agreed.get(each)) for each in roles],
        "missing": missing(row.pupil, stage, on=clock.today()) if stage else (),
        "may_decide": request.member.may(Permission.APPROVE_STAGE) and role in roles and role not in agreed,
        "agree": asked.get(f"agree-{row.pk}") or forms.Agree(auto_id=f"agree_{row.pk}_%s"),
        "decline": asked.get(f"decline-{row.pk}") or forms.Because(auto_id=f"decline_{row.pk}_%s"),
    }


def _to_do(
    request: StaffRequest, task: CaseTask, case: Case, asked: dict[str, Any], listed: Sequence[Organisation]
) -> dict[str, Any]:
    """Return a step still to do, and the forms of those who may do or cancel it."""
    works = request.member.may(Permission.WORK_CASES)
    done = asked.get(f"do-{task.pk}")
    cancelled = asked.get(f"cancel-{task.pk}")
    return {
        "task": task,
        "role": in_words(task.role),
        "may_do": not case.closed_at and (works or request.member.role == task.role),
        "may_cancel": not case.closed_at and works,
        "do": done or do_step_form(task, listed=listed),
        "cancel": cancelled or forms.Because(auto_id=f"cancel_{task.pk}_%s"),
        "is_open": bool(done or cancelled),
    }
