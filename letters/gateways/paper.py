"""The documents themselves: which letters there are, and each as the HTML that becomes paper."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

from attendance_mat.policy.absence_procedure import IllnessEvidence
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.following_up import AttendanceAim
from attendance_mat.policy.legal_route import LettersNamed
from attendance_mat.policy.schema import (
    AttendanceReturn,
    ContinuousAbsence,
    PenaltyNoticeThreshold,
    PersistentAbsence,
    UnexplainedAbsence,
)
from attendance_mat.policy.school_day import Identity
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from attendance_mat.trust.queries import current_school
from attendance_mat.web.formats import as_date
from letters.models import Letter, Notice, NoticeCopy
from letters.queries import Household, who_to_speak_to
from letters.rules import lateness, merge, stages
from letters.rules.certificate import Certificate


@dataclass(frozen=True)
class Template:
    """A kind of letter: its name, its subject, and how its figures are read. The head signs unless another does."""

    name: str
    subject: str
    read: Callable[[Mapping[str, Any]], object]
    encloses_certificate: bool = False
    signed_by: str = ""


EXPECTATIONS: Final = "What we expect of attendance"
ENGAGEMENT: Final = "Attendance and Engagement Officer"
TEMPLATES = {
    template.name: template
    for template in (
        Template("attendance-concern", "Attendance at school", merge.concern, encloses_certificate=True),
        Template("leave-granted", "Leave of absence granted", merge.leave),
        Template("leave-refused", "Leave of absence not granted", merge.leave),
        Template("concern-letter-1", "Concern about attendance", stages.ground),
        Template("concern-letter-2", "Serious concern about attendance", stages.ground),
        Template("weekly-message", "Attendance this week", stages.weekly_change),
        Template("postcard", "Thank you", stages.unlisted),
        Template("end-of-year-letter", "Attendance at the end of the year", stages.unlisted),
        Template("medical-evidence", "Evidence for medical absence", stages.ground),
        Template(
            "attendance-notice", "Attendance notice", stages.ground, encloses_certificate=True, signed_by=ENGAGEMENT
        ),
        Template(
            "medical-evidence-required",
            "Medical evidence required",
            stages.ground,
            encloses_certificate=True,
            signed_by=ENGAGEMENT,
        ),
        Template(
            "persistent-absence-notice",
            "Persistent absence",
            stages.ground,
            encloses_certificate=True,
            signed_by=ENGAGEMENT,
        ),
        Template("planning-meeting", "Attendance planning meeting", stages.unlisted, signed_by=ENGAGEMENT),
        Template("signed-letter-request", "Please explain an absence", stages.ground),
        Template("meeting-invitation", "Invitation to a meeting about attendance", stages.ground),
        Template("reason-request", "Absence without a known reason", stages.ground),
        Template("suspected-leave", "An absence we would like to ask about", stages.ground),
        Template("no-contact", "We have not been able to reach you", stages.unlisted),
        Template("lateness", "Arriving on time", lateness.ground),
        Template("letter-home", "Attendance at school", stages.ground),
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
    ground, policy = template.read(letter.figures), policy_for(school)
    return {
        "letter": letter,
        "subject": template.subject,
        "body": f"letters/paper/{template.name}.html",
        "school": school,
        "encloses_certificate": template.encloses_certificate,
        "attendance": merge.attendance(letter.figures),
        "ground": ground,
        "signed_by": template.signed_by,
        "head_title": policy.terms(Identity, on=on).head_title,
        "on": on,
        "lost": _learning_lost(ground, policy, on),
        "staff": who_to_speak_to(school, on),
        **_terms(policy, on),
    }


def _terms(policy: Policy, on: dt.date) -> dict[str, Any]:
    """Return the terms of policy and law that letters quote, as they are on the day a letter bears."""
    return {
        "penalty": policy.find(PenaltyNoticeThreshold, on=on),
        "continuous": policy.find(ContinuousAbsence, on=on),
        "reported": policy.find(AttendanceReturn, on=on),
        "persistent": policy.find(PersistentAbsence, on=on),
        "unexplained": policy.find(UnexplainedAbsence, on=on),
        "aim": policy.find(AttendanceAim, on=on),
        "evidence": policy.find(IllnessEvidence, on=on),
    }


def _learning_lost(ground: object, policy: Policy, on: dt.date) -> dict[str, Any] | None:
    """Return the hours of learning lost this term, where the policy reckons in them and the figures have the term."""
    named = policy.find(LettersNamed, on=on)
    a_day = named.value.hours_lost_per_day if named else None
    term = ground.term if isinstance(ground, stages.Ground) else None
    return {"hours": term.hours(a_day), "a_day": a_day} if a_day and term else None


def letter_html(letter: Letter, household: Household, certificate: Certificate, *, on: dt.date) -> str:
    """Return one household's letter, with the certificate where that letter encloses one."""
    context = {**words(letter, on=on), "household": household, "pupil": letter.pupil}
    if context["encloses_certificate"]:
        context["certificate"] = certificate
    return render_to_string("letters/paper/document.html", context)


def expectations(school: School, *, on: dt.date) -> str:
    """Return the words a notice of the expectations begins from: the law, and what the school's policy says."""
    policy = policy_for(school)
    context = {"school": school, "staff": who_to_speak_to(school, on), **_terms(policy, on)}
    return render_to_string("letters/paper/expectations.txt", context).strip()


def notice_html(notice: Notice, copies: Sequence[NoticeCopy], *, school: School) -> str:
    """Return every copy of a notice, each beginning a page, as it was sent."""
    on = as_date(copies[0].tried_at) if copies else notice.due_date
    context = {
        "notice": notice,
        "copies": copies,
        "school": school,
        "head_title": policy_for(school).terms(Identity, on=on).head_title,
    }
    return render_to_string("letters/paper/notices.html", context)
