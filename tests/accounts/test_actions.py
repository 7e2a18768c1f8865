"""What the actions refuse by themselves, whatever a form has let through, and what they do only once."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.accounts.actions import delegations, invitations
from attendance_mat.accounts.actions.people import (
    add_person,
    deactivate,
    end_membership,
    give_membership,
    reactivate,
)
from attendance_mat.accounts.models import Invitation, User
from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.roles import Role
from attendance_mat.audit.models import AuditEvent
from tests.people import People

TODAY = dt.date(2026, 11, 23)


def test_a_closed_address_is_not_made_again(people: People, monday_morning: dt.datetime) -> None:
    User.objects.filter(pk=people.user("tess").pk).update(is_active=False)
    with pytest.raises(ValidationError, match="log-in was closed"):
        add_person("tess@example.org", name="Tess", by=people.ben, at=monday_morning)


def test_a_membership_does_not_end_before_it_begins(people: People, monday_morning: dt.datetime) -> None:
    with pytest.raises(ValidationError, match="before the first"):
        give_membership(
            people.user("tess"), role=Role.OFFICE, school=people.alder, from_date=TODAY, until_date=TODAY,
            by=people.ben, at=monday_morning,
        )  # fmt: skip


def test_what_has_ended_ends_once(people: People, monday_morning: dt.datetime) -> None:
    tess = people.user("tess")
    given = delegations.delegate_power(
        tess, power=Permission.DECIDE_LEAVE, school=people.alder, from_date=TODAY, until_date=None,
        decision="Minute 3", by=people.ben, at=monday_morning,
    )  # fmt: skip
    held = tess.memberships.get()
    later = monday_morning + dt.timedelta(hours=1)
    for at in (monday_morning, later):
        delegations.end_delegation(given, by=people.ben, at=at)
        end_membership(held, by=people.ben, at=at)
        deactivate(tess, by=people.ben, at=at)
    held.refresh_from_db()
    assert held.ended_at == monday_morning
    for at in (monday_morning, later):
        reactivate(tess, by=people.ben, at=at)
    assert AuditEvent.objects.count() == 5  # given, and each ending and the opening once


def test_a_power_goes_to_nobody_who_holds_no_role_here(people: People, monday_morning: dt.datetime) -> None:
    with pytest.raises(ValidationError, match="hold no role at this school"):
        delegations.delegate_power(
            people.user("cass"), power=Permission.DECIDE_LEAVE, school=people.alder, from_date=TODAY,
            until_date=None, decision="Minute 3", by=people.ben, at=monday_morning,
        )  # fmt: skip


@pytest.mark.parametrize("spoilt_by", ["a quicker press", "the end of the role"])
def test_a_link_that_no_longer_holds_sets_no_password(
    people: People, monday_morning: dt.datetime, spoilt_by: str
) -> None:
    person, _ = invitations.invite_person(
        "new@example.org", name="Nia New", role=Role.TEACHER, school=people.alder, from_date=TODAY, until_date=None,
        by=people.ben, at=monday_morning,
    )  # fmt: skip
    invitation = Invitation.objects.get(user=person)
    if spoilt_by == "a quicker press":
        Invitation.objects.update(accepted_at=monday_morning)
    else:
        person.memberships.update(ended_at=monday_morning)
    with pytest.raises(ValidationError, match="no longer works"):
        invitations.accept_invitation(invitation, name="Nia", password="correct horse staple", at=monday_morning)
    person.refresh_from_db()
    assert not person.has_usable_password()
