"""A pupil's entry in the admission register, and the list of what families are to be asked for."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from attendance_mat import clock
from attendance_mat.accounts.guard import StaffRequest, needs
from attendance_mat.accounts.permissions import Permission
from attendance_mat.admission.actions import particulars as actions
from attendance_mat.admission.forms.entry import NamePerson, Particulars
from attendance_mat.admission.queries import chasing, own_groups
from attendance_mat.admission.queries import entry as queries
from attendance_mat.admission.rules.particulars import EmergencyTerms, missing
from attendance_mat.admission.views.finding import Words, find_pupil, form_page, why_and
from attendance_mat.policy.absence_procedure import EmergencyContacts
from attendance_mat.trust.policy import policy_for
from attendance_mat.web import formats
from registers.models import Pupil, RollPeriod
from registers.queries.scope import is_own_family, pupils_in_scope
from registers.rules.calendar import SchoolYear

A_PAGE: Final = 50
ONE_DAY: Final = dt.timedelta(days=1)
NOT_RECORDED: Final = "Not recorded"


@require_safe
@needs(Permission.SEE_CONTACTS)
def show_entry(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Show everything the admission register says of a pupil, what is missing from it, and how it came to say so."""
    pupil, member, today = find_pupil(request, pupil_id), request.member, clock.today()
    contacts = queries.contacts_of(pupil)
    own_family = is_own_family(member, pupil)
    context: dict[str, Any] = {
        "as_at": clock.now(),
        "pupil": pupil,
        "today": today,
        "missing": missing(queries.entry_of(pupil, contacts)),
        "facts": _facts(pupil, former=member.may(Permission.SEE_FORMER_NAMES)),
        "contacts": contacts,
        "groups": queries.groups_of(pupil, may=member.may),
        "own_group_places": own_groups.places_of(pupil, may=member.may),
        "professionals": queries.professionals_of(pupil, may=member.may),
        "history": queries.history_of(pupil, contacts, may=member.may),
        "may_change": member.may(Permission.CHANGE_PARTICULARS) and not own_family,
        "own_family": own_family,
        "sees_protection": member.may(Permission.SEE_PROTECTION),
        "may_hide": False,
        "breadcrumb": [("Pupil", reverse("registers:pupil", args=[pupil.pk]))],
    }
    if member.may(Permission.NAME_PEOPLE) and not own_family:
        people = queries.people_of(request.school, today)
        context |= {"may_hide": True, "named": queries.named_people(pupil), "name_form": NamePerson(people=people)}
    return render(request, "admission/entry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CHANGE_PARTICULARS)
def change_particulars(request: StaffRequest, pupil_id: int) -> HttpResponse:
    """Change what the register says of a pupil, with the reason and whose word it is."""
    pupil = find_pupil(request, pupil_id)
    former = request.member.may(Permission.SEE_FORMER_NAMES)
    form = Particulars(request.POST or None, instance=Pupil.objects.get(pk=pupil.pk), former=former)
    parts, why = why_and(request, form)

    def change() -> None:
        actions.change_particulars(
            pupil, form.values(), seen=form.seen(), **why.cleaned_data, by=request.member, at=clock.now()
        )

    return form_page(
        request,
        pupil,
        parts,
        change,
        Words(
            heading="Change particulars",
            button="Save the changes",
            intro="Change what is wrong or new and leave the rest. What each particular said before stays on record.",
            done="Changed. What the register said before stays on record.",
        ),
    )


@require_safe
@needs(Permission.CHANGE_PARTICULARS)
def to_chase(request: StaffRequest) -> HttpResponse:
    """List the pupils with too few contacts to reach in an emergency, and this year's leavers who left no address."""
    today = clock.today()
    pupils = pupils_in_scope(request.member, request.scope, today)
    policy = policy_for(request.school).cited(EmergencyContacts, on=today)
    terms = EmergencyTerms(numbers=policy.value.numbers, sets=policy.value.sets)
    listed = chasing.pupils_to_chase(pupils, today, terms=terms)
    context = {
        "as_at": clock.now(),
        "page": Paginator(listed, A_PAGE).get_page(request.GET.get("page")),
        "leavers": chasing.leavers_out_of_reach(pupils, since=SchoolYear.of(today).starts, on=today),
        "terms": terms,
        "source": policy.source,
    }
    return render(request, "admission/to_chase.html", context)


def _facts(pupil: Pupil, *, former: bool) -> list[tuple[str, str]]:
    """Return a pupil's own particulars as terms and words, empty ones too."""
    full = " ".join(filter(None, [pupil.forename, pupil.middle_names, pupil.surname]))
    lines: Iterable[tuple[str, Any]] = [
        ("Full name", full),
        ("Name used in school", pupil.name),
        ("Sex", pupil.get_sex_display()),
        ("Date of birth", pupil.dob),
        ("Unique pupil number", pupil.upn),
        *([("Former unique pupil number", pupil.former_upn or "None")] if former else []),
        ("Address", pupil.address + (" (confidential)" if pupil.address_confidential else "")),
        ("Enrolment", f"{pupil.get_enrolment_status_display()}, {'boarder' if pupil.boarder else 'day pupil'}"),
        ("On the roll", _roll(pupil)),
        ("Last school", pupil.last_school),
        ("Address of the last school", pupil.last_school_address),
        *_to_come(pupil),
    ]
    return [(term, _in_words(value)) for term, value in lines]


def _to_come(pupil: Pupil) -> list[tuple[str, Any]]:
    """Return where a pupil goes or will live next, as far as it is known."""
    known: list[tuple[str, Any]] = [
        ("Other or next school", pupil.next_school),
        ("First day there", pupil.next_school_date),
        ("Address they will live at", pupil.next_address),
        ("From", pupil.next_address_date),
        ("With", pupil.next_address_with),
        ("Died on", pupil.died_on),
    ]
    return [(term, value) for term, value in known if value]


def _roll(pupil: Pupil) -> str:
    periods = RollPeriod.objects.filter(pupil=pupil).order_by("from_date")
    said = [
        f"from {formats.day(each.from_date)}"
        + (f" to {formats.day(each.until_date - ONE_DAY)}" if each.until_date else "")
        for each in periods
    ]
    return "; ".join(said)


def _in_words(value: Any) -> str:
    return formats.day(value) if isinstance(value, dt.date) else value.strip() or NOT_RECORDED
