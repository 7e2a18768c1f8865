"""The pages of leaving: removals proposed and decided, a ground's tests, and the enquiries after a pupil."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from django import forms as django_forms
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
from attendance_mat.admission.actions import leaving as actions
from attendance_mat.admission.actions.leaving_approved import approve_leaving as approve
from attendance_mat.admission.forms import leaving as forms
from attendance_mat.admission.models import Leaving
from attendance_mat.admission.queries import leaving as queries
from attendance_mat.admission.queries.leaving import Looked
from attendance_mat.admission.rules import leaving_grounds as grounds
from attendance_mat.admission.rules import leaving_tests as rules
from attendance_mat.admission.views.pressing import carried_out
from attendance_mat.web.formats import day
from attendance_mat.web.navigation import NavigationItem
from registers.models import Pupil
from registers.queries.scope import is_own_family, pupils_in_scope

A_PAGE: Final = 50
SHOWN: Final = {"proposed": "Proposed", "approved": "Approved", "dropped": "Dropped"}


@require_safe
@needs(Permission.PROPOSE_REMOVAL)
def removals(request: StaffRequest) -> HttpResponse:
    """List removals by what has become of them, and the pupils whose absence asks for one to be looked at."""
    today = clock.today()
    mine = queries.leavings_for(request.member, request.scope, today)
    state = request.GET.get("state", "proposed")
    state = state if state in SHOWN else "proposed"
    counts = queries.counts(mine)
    tabs = [NavigationItem(words, f"?state={key}", key == state, counts[key]) for key, words in SHOWN.items()]
    page = Paginator(mine.filter(state=state), A_PAGE).get_page(request.GET.get("page"))
    pupils = pupils_in_scope(request.member, request.scope, today)
    context = {
        "page": page,
        "rows": [(row, queries.ground_of(row)) for row in page],
        "tabs": tabs,
        "shown": SHOWN[state],
        "state": state,
        "reviews": queries.reviews(pupils, on=today) if state == "proposed" else [],
        "breadcrumb": [("The roll", reverse("admission:roll"))],
    }
    return render(request, "admission/removals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PROPOSE_REMOVAL)
def propose_removal(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Propose that a pupil's name come off, on one of the grounds open for their age."""
    now = clock.now()
    pupil: Pupil = get_object_or_404(pupils_in_scope(request.member, request.scope, now.date()), pk=pupil_id)
    listed = grounds.open_grounds(dob=pupil.dob, on=now.date())
    initial = {"ground": request.GET.get("kind", "")}
    form = forms.ProposeLeaving(request.POST if request.method == "POST" else None, grounds=listed, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.propose_leaving(pupil, **form.cleaned_data, by=request.member, at=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "The removal is proposed. The name stays on the roll until the head approves it.")
            return redirect("admission:removal", made.pk)
    context = {
        "pupil": pupil,
        "form": form,
        "others": queries.of_pupil(pupil),
        "own_family": is_own_family(request.member, pupil),
        "breadcrumb": [("Pupil", reverse("registers:pupil", args=[pupil.pk]))],
    }
    return render(request, "admission/propose_removal.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Permission.PROPOSE_REMOVAL)
def removal(request: StaffRequest, removal_id: int) -> HttpResponse:
    """Show a removal: each test of its ground, met or not and why, the enquiries, and what was decided."""
    return _page(request, _find(request, removal_id))


@require_POST
@needs(Permission.PROPOSE_REMOVAL)
def record_test(request: StaffRequest, removal_id: int, test: str) -> HttpResponse:
    """Record one test of a removal's ground."""
    leaving = _find(request, removal_id)
    ground = queries.ground_of(leaving)
    known = grounds.every_ground().tests.get(test)
    if known is None or ground is None or test not in {*ground.tests, grounds.CONSENT}:
        raise Http404
    form = forms.RecordTest(request.POST, prefix=test, asks=known.evidence)

    def press() -> None:
        entered = dict(form.cleaned_data)
        met = entered.pop("met") == "yes"
        actions.record_test(leaving, test=test, met=met, **entered, by=request.member, at=clock.now())

    return _press(request, leaving, form, press, said="Recorded.", opened=test)


@require_POST
@needs(Permission.PROPOSE_REMOVAL)
def record_enquiry(request: StaffRequest, removal_id: int) -> HttpResponse:
    """Record an effort to find the pupil."""
    leaving = _find(request, removal_id)
    form = forms.RecordEnquiry(request.POST, prefix="enquiry")

    def press() -> None:
        pupil = leaving.roll_period.pupil
        actions.record_enquiry(pupil, **form.cleaned_data, by=request.member, at=clock.now())

    return _press(request, leaving, form, press, said="The enquiry is recorded.", opened="enquiry")


@require_POST
@needs(Permission.PROPOSE_REMOVAL)
def drop_removal(request: StaffRequest, removal_id: int) -> HttpResponse:
    """Drop a removal with the reason: the name stays."""
    leaving = _find(request, removal_id)
    form = forms.DropLeaving(request.POST, prefix="drop")

    def press() -> None:
        actions.drop_leaving(leaving, **form.cleaned_data, by=request.member, at=clock.now())

    return _press(request, leaving, form, press, said="Dropped. The name stays on the roll.", opened="drop")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.APPROVE_REMOVAL)
def approve_removal(request: StaffRequest, removal_id: int) -> HttpResponse:
    """Certify that the ground is met and take the name off the roll. Opened, it is the removal as it stands."""
    leaving = _find(request, removal_id)
    if request.method != "POST":
        return _page(request, leaving)
    ground = queries.ground_of(leaving)
    form = forms.ApproveLeaving(request.POST, prefix="approve", certificate=rules.certificate(ground) if ground else "")

    def press() -> None:
        approve(leaving, off_roll_on=form.cleaned_data["off_roll_on"], by=request.member, at=clock.now())

    said = "Approved. The name comes off the roll; every mark stays. Send the authority its return."
    return _press(request, leaving, form, press, said=said, opened="approve")


def _find(request: StaffRequest, removal_id: int) -> Leaving:
    return get_object_or_404(queries.leavings_for(request.member, request.scope, clock.today()), pk=removal_id)


def _press(
    request: StaffRequest,
    leaving: Leaving,
    form: django_forms.Form,
    press: Callable[[], None],
    *,
    said: str,
    opened: str,
) -> HttpResponse:
    """Carry out what a form asks and show the removal anew, or show it with what is wrong."""
    if carried_out(request, form, press, said=said):
        may_see = request.member.may(Permission.PROPOSE_REMOVAL)
        return redirect("admission:removal" if may_see else "admission:approve-removal", leaving.pk)
    return _page(request, _find(request, leaving.pk), wrong={opened: form}, status=422)


def _page(
    request: StaffRequest,
    leaving: Leaving,
    *,
    wrong: dict[str, django_forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    today, wrong = clock.today(), wrong or {}
    pupil = leaving.roll_period.pupil
    request.looks_at = pupil.pk
    looked = queries.look_at(leaving, on=today)
    is_open = leaving.state == Leaving.State.PROPOSED
    own_family = is_own_family(request.member, pupil)
    may_record = is_open and not own_family and request.member.may(Permission.PROPOSE_REMOVAL)
    context = {
        "leaving": leaving,
        "pupil": pupil,
        "facts": _facts(leaving, looked),
        "is_open": is_open,
        "own_family": own_family,
        "problems": _problems(wrong) if own_family or not is_open else [],
        "may_record": may_record,
        "tests": _tests(looked, may_record=may_record, wrong=wrong, today=today),
        "lacking": rules.missing(looked.standings) if looked else (),
        "enquiries": looked.enquiries if looked else [],
        "asks_enquiries": bool(looked and {"joint_efforts", "school_efforts"} & set(looked.ground.tests)),
        "enquiry": wrong.get("enquiry") or forms.RecordEnquiry(prefix="enquiry", initial={"made_on": today}),
        "enquiry_opened": "enquiry" in wrong,
        "drop": wrong.get("drop") or forms.DropLeaving(prefix="drop"),
        "drop_opened": "drop" in wrong,
        "approve": wrong.get("approve") or _approval(looked, today),
        "may_approve": is_open and not own_family and request.member.may(Permission.APPROVE_REMOVAL),
        "returns": leaving.roll_period.returns.filter(kind="deletion"),
        "breadcrumb": [("The roll", reverse("admission:roll")), ("Removals", reverse("admission:removals"))],
    }
    return render(request, "admission/removal.html", context, status=status)


def _problems(wrong: dict[str, django_forms.Form]) -> list[str]:
    """Return what a press came to, where the form it came from is not drawn any more."""
    return [str(words) for form in wrong.values() for words in form.non_field_errors()]


def _approval(looked: Looked | None, today: dt.date) -> forms.ApproveLeaving:
    if looked is None:
        return forms.ApproveLeaving(prefix="approve")
    first = rules.first_day_off(looked.standings, today=today)
    return forms.ApproveLeaving(
        prefix="approve", certificate=rules.certificate(looked.ground), initial={"off_roll_on": first}
    )


def _tests(
    looked: Looked | None, *, may_record: bool, wrong: dict[str, django_forms.Form], today: dt.date
) -> list[dict[str, Any]]:
    """Return each test with the form that records it, where a person does and this one may."""
    rows: list[dict[str, Any]] = []
    for standing in looked.standings if looked else ():
        key = standing.test.key
        form = None
        if may_record and standing.test.is_by_a_person:
            form = wrong.get(key) or forms.RecordTest(
                prefix=key, asks=standing.test.evidence, initial={"on_date": today}
            )
        rows.append({"standing": standing, "form": form, "opened": key in wrong})
    return rows


def _facts(leaving: Leaving, looked: Looked | None) -> list[tuple[str, str]]:
    ground = looked.ground if looked else None
    paragraph = f"{ground.title} ({ground.paragraph})" if ground else f"Ground {leaving.ground}"
    facts = [
        ("Ground", paragraph),
        ("On the roll from", day(leaving.roll_period.from_date)),
        ("Goes to", leaving.destination or "Not known"),
        ("Proposed by", f"{leaving.proposed_by_name}, {day(leaving.proposed_at)}"),
    ]
    return [*facts, ("What has happened", leaving.words)] if leaving.words else facts
