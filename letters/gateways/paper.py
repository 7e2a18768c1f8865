"""The documents themselves: which letters there are, and each as the HTML that becomes paper."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

from attendance_mat.policy.schema import AttendanceReturn, ContinuousAbsence, PenaltyNoticeThreshold
from attendance_mat.trust.policy import policy_for
from attendance_mat.trust.queries import current_school
from letters.models import Letter
from letters.queries import Household
from letters.rules import merge
from letters.rules.certificate import Certificate
from registers.models import Pupil


@dataclass(frozen=True)
class Template:
    """A kind of letter: its name, its subject, and how its figures are read."""

    name: str
    subject: str
    read: Callable[[Mapping[str, Any]], object]
    encloses_certificate: bool = False


TEMPLATES = {
    template.name: template
    for template in (
        Template("attendance-concern", "Attendance at school", merge.concern, encloses_certificate=True),
        Template("leave-granted", "Leave of absence granted", merge.leave),
        Template("leave-refused", "Leave of absence not granted", merge.leave),
    )
}


def require_complete(template: str, figures: Mapping[str, Any]) -> None:
    """Raise ValidationError unless there is such a letter and its figures say all that its words need."""
    if template not in TEMPLATES:
        message = f"There is no letter named {template}. There are: {', '.join(TEMPLATES)}."
        raise ValidationError(message)
    try:
        TEMPLATES[template].read(figures)
    except (KeyError, TypeError, ValueError) as error:
        message = f"The figures of a letter {template} are not complete: {error!r}."
        raise ValidationError(message) from error


def words(letter: Letter, *, on: dt.date) -> dict[str, Any]:
    """Return what a letter's page is made of, for paper and for a preview alike; `on` is the day it bears."""
    template, school = TEMPLATES[letter.template], current_school()
    policy = policy_for(school)
    return {
        "letter": letter,
        "subject": template.subject,
        "body": f"letters/paper/{template.name}.html",
        "school": school,
        "encloses_certificate": template.encloses_certificate,
        "attendance": merge.attendance(letter.figures),
        "ground": template.read(letter.figures),
        "penalty": policy.find(PenaltyNoticeThreshold, on=on),
        "continuous": policy.find(ContinuousAbsence, on=on),
        "reported": policy.find(AttendanceReturn, on=on),
        "on": on,
    }


def letter_html(letter: Letter, household: Household, certificate: Certificate, *, on: dt.date) -> str:
    """Return one household's letter, with the certificate where that letter encloses one."""
    context = {**words(letter, on=on), "household": household, "pupil": letter.pupil}
    if context["encloses_certificate"]:
        context["certificate"] = certificate
    return render_to_string("letters/paper/document.html", context)


def certificate_html(pupil: Pupil, certificate: Certificate, *, on: dt.date) -> str:
    """Return a registration certificate by itself."""
    context = {"pupil": pupil, "certificate": certificate, "school": current_school(), "on": on}
    return render_to_string("letters/paper/document.html", {**context, "subject": "Copy of the attendance register"})
