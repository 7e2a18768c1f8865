"""Bearers of cover passes: people of one day, who have no log-in and hold one narrow role until a moment."""

import datetime as dt
import secrets
from typing import Final

from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import Membership, User
from attendance_mat.accounts.roles import PASS_ROLES, Role
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.trust.models import School

NO_ADDRESS: Final = "@cover.invalid"
A_DAY: Final = dt.timedelta(days=1)


@transaction.atomic
def make_bearer(
    name: str, *, school: School, date: dt.date, ends_at: dt.datetime, by: Member, at: dt.datetime
) -> Membership:
    """Return the membership of somebody who covers on one day until a moment, under the name their marks will bear.

    They have no password and no address: only a pass lets them in. Who is given another pass on that day in that school
    is the same person, so that the device on which their marks wait still knows them.
    """
    person = _bearer(name, school=school, date=date) or _new_bearer(name, at=at)
    held = Membership.objects.create(
        user=person, school=school, role=Role.COVER, from_date=date, until_date=date + A_DAY, ends_at=ends_at
    )
    record(
        Event.MEMBERSHIP_GIVEN, held, by=by, at=at, person=person.pk, role=Role.COVER.value, school=school.slug,
        from_date=date.isoformat(), until_date=(date + A_DAY).isoformat(),
    )  # fmt: skip
    return held


@transaction.atomic
def known_by_name(name: str, *, school: School, date: dt.date, by: Member, at: dt.datetime) -> User:
    """Return the person of one day under a name, who stood in without a pass: what they did is theirs, and nothing
    lets them in. Who had a pass under that name that day is the same person."""
    known = _bearer(name, school=school, date=date)
    if known:
        return known
    held = make_bearer(name, school=school, date=date, ends_at=at, by=by, at=at)
    end_bearer(held, by=by, at=at)
    return held.user


def _bearer(name: str, *, school: School, date: dt.date) -> User | None:
    """Return who was given a pass under a name in a school for a day. One query."""
    given = Membership.objects.filter(school=school, role__in=PASS_ROLES, from_date=date, user__name__iexact=name)
    held = given.select_related("user").order_by("pk").first()
    return held.user if held else None


def _new_bearer(name: str, *, at: dt.datetime) -> User:
    person = User(email=f"cover-{secrets.token_hex(12)}{NO_ADDRESS}", name=name, joined_at=at)
    person.set_unusable_password()
    person.full_clean()
    person.save()
    return person


@transaction.atomic
def end_bearer(membership: Membership, *, by: Member, at: dt.datetime) -> bool:
    """End what a pass gave now: its bearer's next request is refused. Say whether it had not ended before."""
    rows = Membership.objects.filter(pk=membership.pk, role__in=PASS_ROLES, ended_at__isnull=True)
    if not rows.update(ended_at=at):
        return False
    record(Event.MEMBERSHIP_ENDED, membership, by=by, at=at, person=membership.user_id, role=membership.role)
    return True


def end_with_signing_out(person: User, membership_id: int, *, at: dt.datetime) -> None:
    """End what a pass gave as its bearer signs out of what it opened; another pass of theirs goes on."""
    rows = Membership.objects.select_related("school").filter(user=person, role__in=PASS_ROLES, ended_at=None)
    for held in rows.filter(pk=membership_id):
        end_bearer(held, by=Member(user=person, role=Role.COVER, school=held.school), at=at)
