"""The pages on which the trust changes what schools follow. Each shows what would change before anything is saved."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from attendance_mat import clock
from attendance_mat.accounts.forms import Typed
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.policy.adopted import Adoption, Policy
from attendance_mat.policy.comparing import Difference, differences, with_adoption, with_setting, with_setting_ended
from attendance_mat.policy.schema import Parameter
from attendance_mat.trust import adopting
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import as_override, policies_for, policy_for
from attendance_mat.trust.queries import schools
from escalation.queries import policy as queries
from escalation.rules import wording
from escalation.views.policy import state_of
from escalation.views.policy_forms import AdoptForm, EndForm, SetForm

CONFIRM, EDIT, SEEN = "confirm", "edit", "seen"
ASIDE: Final = frozenset({"csrfmiddlewaretoken", "step", SEEN})  # posted, and no part of the form

Changed = list[tuple[tuple[Difference, ...], list[School]]]


@needs(Permission.SET_POLICY)
@require_http_methods(["GET", "POST"])
def adopt(request: StaffRequest, slug: str) -> HttpResponse:
    """Have a school follow another pack from a day on."""
    school = get_object_or_404(School, slug=slug)
    form = AdoptForm(_typed(request))

    def changed() -> Changed:
        asked = Adoption(form.cleaned_data["from_date"], form.cleaned_data["pack"])
        return _changed([school], lambda policy: with_adoption(policy, asked))

    def save(**who: Any) -> None:
        adopting.adopt_policy(school, **form.cleaned_data, **who)

    return _answer(request, school, form, changed=changed, save=save, heading="Adopt another policy")


@needs(Permission.SET_POLICY)
@require_http_methods(["GET", "POST"])
def set_value(request: StaffRequest, slug: str, parameter: str) -> HttpResponse:
    """Set one parameter apart from the pack, for the school or for every school."""
    school, kind = get_object_or_404(School, slug=slug), Parameter.every.get(parameter)
    if kind is None or kind.nationally_fixed:
        raise Http404
    now = policy_for(school).find(kind, on=clock.today())
    form = SetForm(kind, _typed(request), now=now.value if now else None, school_name=school.name)

    def reached() -> School | None:
        return None if form.override.for_every_school else school

    def changed() -> Changed:
        here = reached()
        return _changed([here] if here else schools(), lambda policy: with_setting(policy, form.override), parameter)

    def save(**who: Any) -> None:
        adopting.set_value(form.override, school=reached(), **who)

    heading = f"Set: {wording.title(parameter)}"
    return _answer(request, school, form, changed=changed, save=save, heading=heading, cited=now, about=kind.__doc__)


@needs(Permission.SET_POLICY)
@require_http_methods(["GET", "POST"])
def end_setting(request: StaffRequest, slug: str, setting_id: int) -> HttpResponse:
    """End a setting on a day; it is kept, and no longer holds."""
    school, today = get_object_or_404(School, slug=slug), clock.today()
    setting = get_object_or_404(queries.settings_of(school), pk=setting_id)
    if state_of(setting, today) == "ended":
        raise Http404
    form = EndForm(_typed(request), today=today)

    def changed() -> Changed:
        until = max(form.cleaned_data["until_date"], setting.from_date)
        ended = as_override(setting)
        reached = queries.schools_reached(setting)
        return _changed(reached, lambda policy: with_setting_ended(policy, ended, until_date=until), setting.parameter)

    def save(**who: Any) -> None:
        adopting.end_setting(setting, **form.cleaned_data, **who)

    heading = f"End: {wording.title(setting.parameter)}"
    return _answer(request, school, form, changed=changed, save=save, heading=heading, setting=setting)


def _typed(request: StaffRequest) -> Typed:
    return request.POST if request.method == "POST" else None


def _answer(
    request: StaffRequest,
    school: School,
    form: forms.Form,
    *,
    changed: Callable[[], Changed],
    save: Callable[..., None],
    **shown: Any,
) -> HttpResponse:
    """Show the form; once it is sound, what would change; once that is confirmed, save it and go back to the school.

    The preview carries a mark of what the schools followed when it was made, and saving asks that it is so still.
    """
    trail = [("Policies", reverse("policies:packs")), (school.name, reverse("policies:school", args=[school.slug]))]
    shown |= {"form": form, "school": school, "breadcrumb": trail}
    step = request.POST.get("step", "")
    if not form.is_bound or step == EDIT or not form.is_valid():
        status = 422 if form.is_bound and step != EDIT else 200
        return render(request, "escalation/policy/set.html", shown, status=status)
    if step == CONFIRM:
        try:
            save(by=request.member, at=clock.now(), seen=request.POST.get(SEEN, ""))
        except ValidationError as refused:
            shown["refused"] = refused.messages
        else:
            messages.success(request, "Saved. It is in the log of events, and every page goes by it from now on.")
            return redirect("policies:school", school.slug)
    changes = changed()
    shown |= {
        "changes": [([_in_words(each) for each in found], reached) for found, reached in changes],
        "seen": adopting.state([each for _, reached in changes for each in reached]),
        "typed": [(name, value) for name, value in request.POST.items() if name not in ASIDE],
        "is_past": _begins(changes) < clock.today(),
    }
    return render(request, "escalation/policy/preview.html", shown, status=422 if "refused" in shown else 200)


def _changed(reached: Iterable[School], change: Callable[[Policy], Policy], parameter: str | None = None) -> Changed:
    """Return what would differ, each with the schools at which it would. Two queries and that of the schools."""
    listed = list(reached)
    policies, names = policies_for(listed), [parameter] if parameter else None
    found: Changed = []
    for school in listed:
        policy = policies[school.pk]
        differ = differences(policy, change(policy), names=names)
        same = next((at for each, at in found if each == differ), None)
        if same is None:
            found.append((differ, [school]))
        else:
            same.append(school)
    return found


def _begins(changes: Changed) -> dt.date:
    """Return the first day on which anything would differ."""
    return min((each.from_date for found, _ in changes for each in found), default=dt.date.max)


def _in_words(change: Difference) -> dict[str, Any]:
    """Return a difference as the preview draws it."""
    return {
        "title": wording.title(change.name),
        "difference": change,
        "before": wording.sentences(change.before.value) if change.before else (),
        "after": wording.sentences(change.after.value) if change.after else (),
        "summary": f"{len(change.fields)} differences",
        "fields": [(wording.title(place), old, new) for place, old, new in change.fields],
    }
