"""A parent reports an absence: the call is taken, passed to a colleague, and accepted, refused or withdrawn."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import User
from attendance_mat.accounts.permissions import Permission
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.trust.queries import current_school
from registers.actions.amending import amend_mark
from registers.actions.contradictions import settle_contradiction
from registers.actions.entering import require_not_family
from registers.actions.expecting import Wanted, expect_absences
from registers.models import AbsenceReport, Contact, PassedCall, Pupil
from registers.queries import reported as queries
from registers.queries.arranged import slots_between
from registers.rules import codes
from registers.rules.calendar import LONDON
from registers.rules.expected import ONE_DAY, runs
from registers.rules.reported import LONGEST, Consequences, consequences, halves_of, may_explain, wrong_days

STILL_TO_COME: Final = "That is still to come. Enter when the school had the report."
LONG_AGO: Final = "That is more than a year ago. Enter when the school had the report."
ANOTHER_PUPILS_CONTACT: Final = "Choose one of this pupil's contacts, or write the name."
NOBODY: Final = "Choose who reported it, or write the name."
NO_REASON: Final = "Enter the reason, as the parent gave it."
OFF_ROLL: Final = "The pupil is not on this school's roll on all of those days."
NO_SESSION: Final = "The school does not meet on any of those sessions."
DIED: Final = "This pupil has died: nothing is recorded of an absence."
NO_NOTE: Final = "Write what your colleague needs to know."
NOT_A_COLLEAGUE: Final = "Choose a colleague of this school who may see the pupil's record."
NO_CODE: Final = "Choose the code of an absence that a parent's word may explain. Leave is asked for under Leave."
NO_WORDS: Final = "Say why, in a few words."


@dataclass(frozen=True)
class Call:
    """What was said in a call, or a message: whose word, of which days, why, and when the school had it."""

    first: dt.date
    last: dt.date
    halves: str
    reason: str
    contact: Contact | None
    name: str
    channel: str
    received_at: dt.datetime

    @property
    def until(self) -> dt.date:
        """Return the first day back."""
        return self.last + ONE_DAY

    @property
    def who(self) -> str:
        """Return the name of whoever reported it."""
        return self.contact.name if self.contact else self.name.strip()


@transaction.atomic
def take_report(pupil: Pupil, call: Call, *, by: Member, at: dt.datetime) -> AbsenceReport:
    """Record what a parent reports of an absence, undecided: nothing is expected of the pupil yet.

    Raises ValidationError by field: days that cannot be meant, off roll, without a session; a contact of another
    pupil; no name; the same call recorded already.
    """
    Pupil.objects.select_for_update(no_key=True).get(pk=pupil.pk)  # two who enter the same call take turns
    _require_true(pupil, call, at=at)
    report = AbsenceReport.objects.create(
        pupil=pupil,
        from_date=call.first,
        until_date=call.until,
        halves=call.halves,
        reason=call.reason.strip(),
        reported_by=call.contact,
        reported_by_name=call.who,
        channel=call.channel,
        received_at=call.received_at,
        taken_by=by.user,
        taken_by_name=by.name,
        taken_by_role=by.role,
        taken_at=at,
    )
    record(Event.ABSENCE_REPORTED, report, by=by, at=at, pupil=pupil.pk)
    return report


def _require_true(pupil: Pupil, call: Call, *, at: dt.datetime) -> None:
    """Refuse what cannot be true of this pupil, naming the field."""
    if pupil.died_on:
        raise ValidationError(DIED)
    if call.received_at > at:
        raise ValidationError({"received_time": STILL_TO_COME})
    if at - call.received_at > LONGEST:
        raise ValidationError({"received_on": LONG_AGO})
    field, why = wrong_days(call.first, call.last, told_on=call.received_at.astimezone(LONDON).date())
    if field:
        raise ValidationError({field: why})
    if call.contact and call.contact.pupil_id != pupil.pk:
        raise ValidationError({"contact": ANOTHER_PUPILS_CONTACT})
    if not call.who:
        raise ValidationError({"name": NOBODY})
    if not call.reason.strip():
        raise ValidationError({"reason": NO_REASON})
    _require_sessions(pupil, call)


def _require_sessions(pupil: Pupil, call: Call) -> None:
    if not queries.is_on_roll(pupil, call.first, call.until):
        raise ValidationError({"first_date": OFF_ROLL})
    halves = halves_of(call.halves)
    if not any(half in halves for _, half in slots_between(call.first, call.last)):
        raise ValidationError({"first_date": NO_SESSION})
    same = queries.same_call(pupil, call.first, call.until, call.halves, call.who)
    if same:
        taken = same.taken_at.astimezone(LONDON)
        message = f"This is recorded already: {same.taken_by_name} took it at {taken:%H:%M on} {taken.day} {taken:%B}."
        raise ValidationError(message)


@transaction.atomic
def pass_call_on(report: AbsenceReport, *, to: User, note: str, by: Member, at: dt.datetime) -> PassedCall:
    """Pass a call to a named colleague with a note; the room above puts it in their list (ALP-6.12).

    Raises ValidationError by field: no note, or somebody whose permission does not reach the pupil's record.
    """
    report = _locked(report)
    _require_undecided(report)
    if not note.strip():
        raise ValidationError({"note": NO_NOTE})
    school, on = current_school(), at.astimezone(LONDON).date()
    chosen = queries.colleagues(school, on=on, but=by.user_id).filter(pk=to.pk).exists()
    if not chosen or not queries.reaches(to, report.pupil, Permission.SEE_PUPIL, school=school, on=on):
        raise ValidationError({"pass_to": NOT_A_COLLEAGUE})
    passed = PassedCall.objects.create(
        report=report,
        passed_to=to,
        passed_to_name=to.name,
        note=note.strip(),
        passed_by=by.user,
        passed_by_name=by.name,
        passed_by_role=by.role,
        passed_at=at,
    )
    record(Event.ABSENCE_CALL_PASSED, passed, by=by, at=at, pupil=report.pupil_id, to=to.pk)
    return passed


@transaction.atomic
def accept_report(
    report: AbsenceReport, *, code: str, nature: str = "", words: str = "", by: Member, at: dt.datetime
) -> Consequences:
    """Accept a report under a code, and return what that did to each of its sessions.

    Absences with no reason yet are amended, with the parent's words as the reason; sessions to come are expected. A
    mark that gives a reason, or says the child was here, stays. All or nothing: ValidationError, by field, for a code
    that may not be used; a second press accepts nothing more.
    """
    report = _locked(report)
    if report.outcome == AbsenceReport.Outcome.ACCEPTED and report.code == code:
        return Consequences()
    _require_undecided(report)
    require_not_family(report.pupil_id, by=by)
    _require_explains(code, on=report.from_date)
    done = consequences(queries.sessions_told(report), today=at.astimezone(LONDON).date())
    reason = f"Parent reported: {report.reason}"
    for mark in queries.marks_at(report, set(done.amend)):
        amend_mark(mark, code=code, nature=nature, reason=reason, by=by, at=at)
    if done.expect:
        wanted = Wanted(code, str(report), runs(done.expect), nature=nature)
        expect_absences([report.pupil], wanted, by=by, at=at)
    _decide(report, AbsenceReport.Outcome.ACCEPTED, code=code, nature=nature, words=words, by=by, at=at)
    return done


@transaction.atomic
def refuse_report(report: AbsenceReport, *, words: str, by: Member, at: dt.datetime) -> AbsenceReport:
    """Do not accept a report, with the reason: its sessions are marked as the register finds them."""
    return _settle(report, AbsenceReport.Outcome.REFUSED, words=words, by=by, at=at)


@transaction.atomic
def withdraw_report(report: AbsenceReport, *, words: str, by: Member, at: dt.datetime) -> AbsenceReport:
    """Record that the parent took a report back, and how the school knows."""
    return _settle(report, AbsenceReport.Outcome.WITHDRAWN, words=words, by=by, at=at)


def _settle(
    report: AbsenceReport, outcome: AbsenceReport.Outcome, *, words: str, by: Member, at: dt.datetime
) -> AbsenceReport:
    """Decide against a report; a child marked here in spite of it is a contradiction no longer."""
    report = _locked(report)
    if report.outcome == outcome:
        return report
    _require_undecided(report)
    require_not_family(report.pupil_id, by=by)
    if not words.strip():
        raise ValidationError({"words": NO_WORDS})
    _decide(report, outcome, words=words, by=by, at=at)
    for contradiction in queries.open_contradictions_of(report):
        ended = f"{report.get_outcome_display()}: {words.strip()}"
        settle_contradiction(contradiction, outcome=ended[:200], by=by, at=at)
    return report


def _require_explains(code: str, *, on: dt.date) -> None:
    found = codes.find(code, on=on)
    if found is None or not may_explain(found):
        raise ValidationError({"code": NO_CODE})


def _locked(report: AbsenceReport) -> AbsenceReport:
    return AbsenceReport.objects.select_for_update(of=("self",)).select_related("pupil").get(pk=report.pk)


def _require_undecided(report: AbsenceReport) -> None:
    if report.outcome:
        message = f"{report.decided_by_name} decided this already: {report.get_outcome_display().lower()}."
        raise ValidationError(message)


def _decide(
    report: AbsenceReport,
    outcome: AbsenceReport.Outcome,
    *,
    code: str = "",
    nature: str = "",
    words: str,
    by: Member,
    at: dt.datetime,
) -> None:
    report.outcome, report.code, report.nature, report.words = outcome, code, nature, words.strip()
    report.decided_by, report.decided_at = by.user, at
    report.decided_by_name, report.decided_by_role = by.name, by.role
    report.save(
        update_fields=[
            "outcome", "code", "nature", "words", "decided_by", "decided_by_name", "decided_by_role", "decided_at",
        ]
    )  # fmt: skip
    record(Event.ABSENCE_REPORT_DECIDED, report, by=by, at=at, pupil=report.pupil_id, outcome=outcome, code=code)
