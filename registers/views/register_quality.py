"""How registers are kept over a period: late, missed and corrected ones by class and by teacher."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.policy.chasing import RegisterChasing
from attendance_mat.policy.school_day import MissingMarks, RegistersTakenLate
from attendance_mat.trust.policy import policy_for
from registers.forms.register_quality import Period
from registers.queries.register_quality import kept_registers
from registers.queries.scope import groups_in_scope
from registers.rules.register_quality import Fault, KeptRegister, counted, faults_of

LISTED_AT_MOST = 200


@require_safe
@needs(Permission.CHASE_REGISTERS)
def show_quality(request: StaffRequest) -> HttpResponse:
    """Count the registers of a period by class and by teacher, this week's where none is asked for. Five queries."""
    now, policy = clock.now(), policy_for(request.school)
    monday = now.date() - dt.timedelta(days=now.weekday())
    asked = request.GET if {"first", "last"} & set(request.GET) else {"first": str(monday), "last": str(now.date())}
    form = Period(asked)
    chasing = policy.terms(RegisterChasing, on=now.date())
    context: dict[str, Any] = {
        "form": form,
        "margin": policy.terms(RegistersTakenLate, on=now.date()).minutes,
        "each": chasing.missed_in_half_term if _is_followed_up(policy.terms(MissingMarks, on=now.date())) else None,
        "as_at": now,
    }
    if not form.is_valid():
        return render(request, "registers/register_quality.html", context, status=422)
    groups = list(groups_in_scope(request.member, request.scope, now.date()).values_list("pk", flat=True))
    days, kind = {"first": form.cleaned_data["first"], "last": form.cleaned_data["last"]}, form.cleaned_data["kind"]
    rows = kept_registers(groups, **days, policy=policy, at=now, lessons=kind != "registration")
    margins = {on: policy.terms(RegistersTakenLate, on=on).minutes for on in {row.date for row in rows}}
    faults = {place: faults_of(row, margin=margins[row.date]) for place, row in enumerate(rows)}
    context |= {
        "classes": counted(rows, faults, by_person=False),
        "teachers": counted(rows, faults, by_person=True),
        "filters": urlencode({**days, "kind": kind}),
        "days": days,
        "due": len(rows),
        **_listed(request, rows, faults),
    }
    return render(request, "registers/register_quality.html", context)


def _is_followed_up(marks: MissingMarks) -> bool:
    return marks.repeated_followed_up


def _listed(request: StaffRequest, rows: list[KeptRegister], faults: dict[int, frozenset[Fault]]) -> dict[str, object]:
    """Return the single registers of the class or the teacher asked for, latest first."""
    group, person = (request.GET.get(name, "")[:18] for name in ("group", "teacher"))
    found = [
        (row, sorted(faults[place]))
        for place, row in enumerate(rows)
        if faults[place] and (group == str(row.group_id) or person in {str(pk) for pk in row.takers})
    ]
    names = {str(row.group_id): row.group for row, _ in found} | (
        {str(pk): name for row, _ in found for pk, name in row.takers.items()} if person else {}
    )
    return {"listed": found[::-1][:LISTED_AT_MOST], "of": names.get(person or group, "")}
