"""Who answers for what: the steps of the stages with who owns each, and who has yet to acknowledge the policy."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from attendance_mat.accounts.models import Membership, User, in_force_on
from attendance_mat.accounts.roles import SCHOOL_ROLES
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.ladder import Ladders
from attendance_mat.trust.models import School
from escalation.models import PolicyAcknowledgement, PolicyIssue


@dataclass(frozen=True)
class OwnedStep:
    """One step of a stage: the role it is for, and who holds that role today."""

    stage: str
    words: str
    role: str
    owners: tuple[str, ...]


def owned_steps(school: School, policy: Policy, *, on: dt.date) -> list[OwnedStep]:
    """Return every step that the stages of a school's policy ask for, with who owns it. One query.

    A role of the trust is held in the trust, every other one in the school. Source: HCC-2.1.01.
    """
    stated = policy.find(Ladders, on=on)
    holders = _holders(school, on)
    return [
        OwnedStep(stage.label, action.words, action.role, tuple(holders.get(action.role, ())))
        for stage in (stated.value.stages if stated else ())
        for action in (*stage.actions, *stage.on_leaving)
    ]


def _holders(school: School, on: dt.date) -> dict[str, list[str]]:
    rows = Membership.objects.filter(
        Q(school=school) | Q(school__isnull=True), in_force_on(on), ended_at__isnull=True, user__is_active=True
    )
    holders: dict[str, list[str]] = {}
    for role, name in rows.order_by("user__name").values_list("role", "user__name"):
        holders.setdefault(role, []).append(name)
    return holders


def issue_that_stands() -> PolicyIssue | None:
    """Return the version of the policy now before staff. One query."""
    return PolicyIssue.objects.filter(superseded_at__isnull=True).first()


def staff_of(school: School, on: dt.date) -> QuerySet[User]:
    """Return whoever works in a school on a day, by name; nobody of the trust or from outside. One query."""
    held = Membership.objects.filter(
        in_force_on(on), user=OuterRef("pk"), school=school, role__in=SCHOOL_ROLES, ended_at__isnull=True
    )
    return User.objects.filter(Exists(held), is_active=True, is_machine=False).order_by("name", "pk")


def outstanding(issue: PolicyIssue, school: School, *, on: dt.date) -> QuerySet[User]:
    """Return the staff who have yet to acknowledge a version, by name. One query. Source: HCC-2.2.01."""
    done = PolicyAcknowledgement.objects.filter(issue=issue, by=OuterRef("pk"))
    return staff_of(school, on).exclude(Exists(done))


def has_acknowledged(issue: PolicyIssue, user_id: int) -> bool:
    """Say whether a person has acknowledged a version. One query."""
    return PolicyAcknowledgement.objects.filter(issue=issue, by=user_id).exists()
