"""Asking people to join by a link that works once."""

import datetime as dt
import hashlib
import secrets
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts import queries
from attendance_mat.accounts.actions.people import add_person, give_membership
from attendance_mat.accounts.authority import may_manage
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import Invitation, User
from attendance_mat.accounts.roles import Role
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.trust.models import School

DAYS: Final = 7  # how long a link works
ELSEWHERE_TOO: Final = "They work elsewhere in the trust too: whoever manages its people sends their link."
USED_UP: Final = "This link no longer works. Ask whoever sent it for another."


def digest_of(secret: str) -> str:
    """Return what is kept of a link's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def invite_person(
    email: str,
    *,
    name: str,
    role: Role,
    school: School | None,
    from_date: dt.date,
    until_date: dt.date | None,
    by: Member,
    at: dt.datetime,
) -> tuple[User, str]:
    """Give someone a role, and return them with the secret of their link.

    The secret is empty for someone who signs in already, or whose link is for others to send.
    """
    person = add_person(email, name=name, by=by, at=at)
    give_membership(person, role=role, school=school, from_date=from_date, until_date=until_date, by=by, at=at)
    if person.has_usable_password() or not may_send_link(person, by=by, on=at.date()):
        return person, ""
    return person, send_link(person, by=by, at=at)


def may_send_link(person: User, *, by: Member, on: dt.date) -> bool:
    """Say whether a member may make someone's link, by which whoever sees it could sign in as them.

    They may not for someone who works elsewhere too, holds a role they may not give, or holds none. One query.
    """
    held = list(queries.memberships_not_over(person, on=on))
    return (
        person.is_active
        and bool(held)
        and all(may_manage(by, Role(row.role)) and (by.school is None or row.school_id == by.school.pk) for row in held)
    )


@transaction.atomic
def send_link(person: User, *, by: Member, at: dt.datetime) -> str:
    """Return the secret of a link by which a person sets their password; earlier links stop working."""
    if not may_send_link(person, by=by, on=at.date()):
        raise ValidationError(ELSEWHERE_TOO)
    secret = secrets.token_urlsafe(32)
    _end_links(person, at=at)
    invitation = Invitation.objects.create(
        user=person,
        digest=digest_of(secret),
        invited_by=by.user,
        invited_at=at,
        expires_at=at + dt.timedelta(days=DAYS),
    )
    record(Event.PERSON_INVITED, invitation, by=by, at=at, person=person.pk)
    return secret


@transaction.atomic
def accept_invitation(invitation: Invitation, *, name: str, password: str, at: dt.datetime) -> User:
    """Set a person's name and password, and use up the link. Refused when another press was quicker."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    person = locked.user
    held = queries.memberships_not_over(person, on=at.date()).select_related("school").first()
    if not locked.is_open(at) or held is None:
        raise ValidationError(USED_UP)
    person.name = name.strip()
    person.set_password(password)
    person.save(update_fields=["name", "password"])
    locked.accepted_at = at
    locked.save(update_fields=["accepted_at"])
    _end_links(person, at=at)
    by = Member(user=person, role=Role(held.role), school=held.school)
    record(Event.INVITATION_ACCEPTED, locked, by=by, at=at, person=person.pk)
    return person


def _end_links(person: User, *, at: dt.datetime) -> None:
    Invitation.objects.filter(user=person, accepted_at__isnull=True, expires_at__gt=at).update(expires_at=at)
