"""The policy put before staff: a version is issued, and each of them acknowledges it."""

import datetime as dt
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from escalation.models import PolicyAcknowledgement, PolicyIssue

SUPERSEDED: Final = "A newer version has been issued since this page was opened. Read that one, then acknowledge it."


@transaction.atomic
def issue_policy(*, words: str, by: Member, at: dt.datetime) -> PolicyIssue:
    """Put the next version of the policy before every member of staff; the one before stands no longer."""
    before = PolicyIssue.objects.select_for_update().order_by("-number").first()
    if before and before.superseded_at is None:
        before.superseded_at = at
        before.save(update_fields=["superseded_at"])
    issue = PolicyIssue.objects.create(
        number=before.number + 1 if before else 1,
        words=words,
        issued_by=by.user,
        issued_by_name=by.name,
        issued_at=at,
    )
    record(Event.POLICY_ISSUED, issue, by=by, at=at, number=issue.number)
    return issue


@transaction.atomic
def acknowledge_policy(issue: PolicyIssue, *, by: Member, at: dt.datetime) -> PolicyAcknowledgement:
    """Record that a member of staff knows the version that stands. A second press changes nothing."""
    issue = PolicyIssue.objects.select_for_update(of=("self",)).get(pk=issue.pk)
    if issue.superseded_at:
        raise ValidationError(SUPERSEDED)
    row, is_new = PolicyAcknowledgement.objects.get_or_create(
        issue=issue, by=by.user, defaults={"by_name": by.name, "by_role": by.role, "at": at}
    )
    if is_new:
        record(Event.POLICY_ACKNOWLEDGED, row, by=by, at=at, number=issue.number)
    return row
