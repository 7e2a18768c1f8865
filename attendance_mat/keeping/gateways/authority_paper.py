"""What the authority and the family are sent about the roll, on paper: returns, the form for a child missing education,
and the notice to the family."""

import datetime as dt
from typing import Any

from django.template.loader import render_to_string

from attendance_mat.accounts.member import Member
from attendance_mat.admission.models import AuthorityReturn, Joining, Leaving, MissingEducation
from attendance_mat.admission.queries.leaving import enquiries_after, ground_of
from attendance_mat.trust.queries import current_school
from letters.queries import Recipients, recipients
from registers.models import Contact, Pupil
from registers.queries.telling import contact_facts
from registers.rules.telling import is_told_to_the_authority


def return_html(found: AuthorityReturn, *, on: dt.date) -> str:
    """Return a return as the HTML that becomes paper: what PR24 reg 13 asks for and nothing else.

    The law has the authority told the address of each parent, confidential or not: it is marked so. Source: R20, R21.
    """
    pupil = found.roll_period.pupil
    parents = parents_of(pupil)
    is_joining = found.kind == AuthorityReturn.Kind.JOINING
    leaving = Leaving.objects.filter(roll_period=found.roll_period, state=Leaving.State.APPROVED).first()
    context: dict[str, Any] = {
        "return": found,
        "is_joining": is_joining,
        "joining": Joining.objects.filter(roll_period=found.roll_period).first(),
        "leaving": leaving,
        "ground": ground_of(leaving) if leaving else None,
        "parents": parents if is_joining else [parent for parent in parents if parent.lives_with],
        **_sheet(pupil, on),
    }
    return render_to_string("keeping/paper/return.html", context)


def missing_form_html(case: MissingEducation, *, on: dt.date) -> str:
    """Return the form that tells the authority of a child who may be missing education."""
    pupil = case.pupil
    context = {
        "case": case,
        "parents": parents_of(pupil),
        "enquiries": enquiries_after(pupil, since=case.identified_on - dt.timedelta(days=60)),
        **_sheet(pupil, on),
    }
    return render_to_string("keeping/paper/missing_form.html", context)


def missing_notice_html(case: MissingEducation, told: Recipients, *, on: dt.date) -> str:
    """Return the notice to the family, a sheet for each household that may be told; it shows no address but theirs."""
    context = {"case": case, "households": told.households, **_sheet(case.pupil, on)}
    return render_to_string("keeping/paper/missing_notice.html", context)


def may_be_told(case: MissingEducation, *, asked_by: Member) -> Recipients:
    """Return who may be told of a case, by the one function that decides it (decision 11). One query."""
    return recipients(case.pupil, asked_by=asked_by)


def parents_of(pupil: Pupil) -> list[Contact]:
    """Return the parents that the authority is told of, in their order, by the one rule of telling. One query."""
    rows = Contact.objects.filter(pupil=pupil).order_by("position")
    return [row for row in rows if is_told_to_the_authority(contact_facts(row))]


def _sheet(pupil: Pupil, on: dt.date) -> dict[str, Any]:
    return {"school": current_school(), "pupil": pupil, "on": on}
