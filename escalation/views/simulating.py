"""Trying a policy over the school's past: the pack, or a value of one, beside the policy that runs.

It is for those who may see every pupil's case. A school's year takes many seconds, so a worker does it: the page says
how far it is, and the result is kept for an hour.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs, require_scope
from attendance_mat.accounts.permissions import Permission, Scope
from attendance_mat.policy.faults import PolicyError
from attendance_mat.policy.ladder import Does, Ladders
from attendance_mat.policy.loader import pack, pack_names
from attendance_mat.policy.triggers import WHOLE
from attendance_mat.trust.policy import policy_for
from attendance_mat.web.formats import year_group
from attendance_mat.web.forms import DayField, choose_from
from escalation import tasks
from escalation.gateways import simulations
from escalation.rules import what_if
from escalation.rules.facts import GROUPS
from registers.models import Pupil
from registers.queries.scope import pupils_in_scope
from registers.rules.calendar import SchoolYear

MOST_DAYS: Final = 400
SHOWN: Final = 100  # pupils of a stage; the command prints them all
MEETINGS: Final = (Does.MEETING, Does.CLINIC)
NAMES: Final = {"simulated": "As tried", "running": "The policy that runs"}


class Simulate(forms.Form):
    """What is tried, over which days."""

    pack = forms.ChoiceField(label="Policy to try", error_messages={"invalid_choice": "Choose a policy of the list."})
    from_date = DayField(label="From")
    to_date = DayField(label="To")
    stage = forms.ChoiceField(
        label="Stage to move",
        required=False,
        help_text="One of the policy that is tried.",
        error_messages={"invalid_choice": "Choose a stage of the list."},
    )
    than = forms.IntegerField(
        label="Its number instead", required=False, min_value=0, max_value=WHOLE * 10,
        help_text="Such as 96, for the first figure of the stage.",
        error_messages={"invalid": "Enter a whole number such as 96."},
    )  # fmt: skip

    def __init__(self, data: Mapping[str, Any] | None, *, today: dt.date, follows: str) -> None:
        super().__init__(data)
        self.today = today
        choose_from(self, "pack", [(name, pack(name).about.title) for name in pack_names()])
        choose_from(self, "stage", [("", "None"), *_stages(today)])
        beginning = {"pack": follows, "from_date": SchoolYear.of(today).starts, "to_date": today}
        for name, value in beginning.items():
            self.fields[name].initial = value

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        first, last = given.get("from_date"), given.get("to_date")
        if first and last:
            self._refuse_period(first, last)
        if bool(given.get("stage")) is not (given.get("than") is not None) and "than" not in self.errors:
            self.add_error("than" if given.get("stage") else "stage", "A stage and its number go together.")
        if not self.errors:
            self._refuse_policy(given)
        return given

    @property
    def asked(self) -> simulations.Asked:
        """Return what is to be simulated."""
        given = self.cleaned_data
        dates = given["from_date"], given["to_date"]
        return simulations.Asked(given["pack"], *dates, stage=given["stage"], than=given["than"])

    def _refuse_period(self, first: dt.date, last: dt.date) -> None:
        if last < first:
            self.add_error("to_date", "The last day must not come before the first.")
        elif last > self.today:
            self.add_error("to_date", "The last day must not be in the future: registers of the past are read.")
        elif (last - first).days > MOST_DAYS:
            self.add_error("from_date", f"Choose at most {MOST_DAYS} days.")

    def _refuse_policy(self, given: Mapping[str, Any]) -> None:
        try:
            what_if.asked_for(given["pack"], stage=given["stage"], than=given["than"], on=given["to_date"])
        except PolicyError as refused:
            self.add_error("stage", str(refused))


@require_safe
@needs(Permission.SEE_CASES)
def simulate(request: StaffRequest) -> HttpResponse:
    """Show what a policy would have come to at the school, or how far the worker is."""
    require_scope(request, Scope.SCHOOL)
    today, school = clock.today(), request.school
    form = Simulate(request.GET or None, today=today, follows=policy_for(school).pack_name(on=today))
    context: dict[str, Any] = {
        "form": form,
        "known": None,
        "again_url": request.get_full_path(),
        "breadcrumb": [("Policy", reverse("escalation:policy"))],
    }
    if form.is_bound and form.is_valid():
        known = _known(form.asked, school.schema_name, version=f"{school.policy_version} {today}")
        context |= {"known": known, "asked": form.asked}
        if "outcomes" in known:
            context |= _result(request, known)
    return render(request, "escalation/policy/simulate.html", context, status=422 if form.errors else 200)


def _stages(today: dt.date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return, policy by policy, the stages that a figure leads to."""
    stated = [
        (pack(name).about.title, what_if.adopted_throughout(name).find(Ladders, on=today)) for name in pack_names()
    ]
    return [
        (title, [(stage.key, stage.label) for stage in found.value.stages if what_if.first_figure(stage)])
        for title, found in stated
        if found
    ]


def _known(asked: simulations.Asked, schema_name: str, *, version: str) -> dict[str, Any]:
    """Return what is known of a simulation; the first to ask sets a worker to it."""
    known = simulations.find(asked, version=version)
    if known is None and simulations.begin(asked, version=version):
        try:
            tasks.simulate_policy.delay(schema_name=schema_name, asked=asked.as_json(), version=version)
        except (OperationalError, OSError):
            simulations.forget(asked, version=version)
            return {"refused": "No worker could be asked. Try again in a while."}
        known = simulations.find(asked, version=version)
    return known or {"done": 0, "of": 0}


def _result(request: StaffRequest, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return a result as the page draws it. One query."""
    outcomes: Mapping[str, list[dict[str, Any]]] = known["outcomes"]
    labels = {stage["stage"]: stage["label"] for stage in outcomes["simulated"]}
    changed: Mapping[str, list[dict[str, Any]]] = known["changed"]
    shown = {row["pupil"] for rows in changed.values() for row in rows[:SHOWN]}
    reach = request.member.scope(Permission.SEE_PUPIL)
    mine = pupils_in_scope(request.member, reach, clock.today()).filter(pk__in=shown) if reach else Pupil.objects.none()
    names = {pupil.pk: pupil for pupil in mine}
    weeks = sorted({monday for stage in outcomes["simulated"] for monday in stage["by_week"]})
    return {
        "worked_out_at": dt.datetime.fromisoformat(known["at"]),
        "tables": [(NAMES[name], [_stage_row(stage) for stage in stages]) for name, stages in outcomes.items()],
        "changed": [
            (labels[stage], len(rows), [(names.get(row["pupil"]), *_days(row)) for row in rows[:SHOWN]])
            for stage, rows in changed.items()
        ],
        "week_stages": [stage["label"] for stage in outcomes["simulated"]],
        "weeks": [
            (dt.date.fromisoformat(monday), [stage["by_week"].get(monday, 0) for stage in outcomes["simulated"]])
            for monday in weeks
        ],
    }


def _stage_row(stage: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stage with its steps added up by kind, and who they were in words."""
    steps: Mapping[str, int] = stage["steps"]
    letters = sum(stage["letters"].values())
    meetings = sum(steps.get(kind, 0) for kind in MEETINGS)
    years = [(_year(year), count) for year, count in stage["by_year"].items()]
    groups = [(GROUPS.get(kind, kind), count) for kind, count in stage["by_group"].items()]
    return {
        **stage,
        "letter_count": letters,
        "meeting_count": meetings,
        "other_count": sum(steps.values()) - letters - meetings,
        "who": ", ".join(f"{name} {count}" for name, count in [*years, *groups]),
    }


def _year(key: str) -> str:
    return "No year group" if key == "none" else year_group(int(key))


def _days(row: Mapping[str, Any]) -> tuple[dt.date | None, ...]:
    return tuple(dt.date.fromisoformat(row[end]) if row[end] else None for end in ("first_on", "instead_of"))
