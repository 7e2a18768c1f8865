"""The head's powers, own family, links and the demonstration: each refused where it would reach too far."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from attendance_mat.accounts.actions.invitations import may_send_link
from attendance_mat.accounts.member import member_in, memberships_on
from attendance_mat.accounts.models import Delegation
from attendance_mat.accounts.permissions import Permission
from attendance_mat.trust.models import School
from letters import actions as letters
from letters.models import Letter
from registers.actions.contradictions import settle_contradiction
from registers.models import Contradiction, ExpectedMark, FamilyTie
from tests.factories import make_group, make_mark, make_pupil, make_session
from tests.people import SINCE, People

MONDAY = dt.date(2026, 11, 23)


def test_a_power_of_the_head_leads_no_trustee_to_a_pupil(people: People, monday_morning: dt.datetime) -> None:
    # Given a trustee to whom the head has handed a power
    trustee = people.user("tomas")
    Delegation.objects.create(
        school=people.alder, user=trustee, power=Permission.DECIDE_LEAVE, from_date=SINCE, decision="Minute 4",
        decided_by=people.ben.user, decided_at=monday_morning,
    )  # fmt: skip
    # Then, with no role in the school, they do not have it there
    member = member_in(memberships_on(trustee, MONDAY, school=people.alder), school=people.alder, prefer=None)
    assert member is not None
    assert not member.may(Permission.DECIDE_LEAVE)


def test_no_link_is_made_for_someone_who_holds_no_role(people: People, monday_morning: dt.datetime) -> None:
    olly = people.user("olly")
    assert may_send_link(olly, by=people.ben, on=MONDAY)
    olly.memberships.update(ended_at=monday_morning)
    assert not may_send_link(olly, by=people.ben, on=MONDAY)


def test_a_contradiction_and_a_letter_of_ones_own_family_are_for_others(
    people: People, monday_morning: dt.datetime
) -> None:
    # Given Alma's own child, in two places and with a letter proposed
    group = make_group()
    pupil = make_pupil(group=group)
    FamilyTie.objects.create(user=people.alma.user, pupil=pupil)
    mark = make_mark(pupil, make_session(MONDAY), "/", by=people.tess, group=group)
    expected = ExpectedMark.objects.create(
        pupil=pupil, from_date=MONDAY, until_date=MONDAY + dt.timedelta(days=1), code="C", origin="office",
        granted_by=people.ben.user, granted_by_name=people.ben.name, granted_by_role=people.ben.role,
        granted_at=monday_morning,
    )  # fmt: skip
    row = Contradiction.objects.create(mark=mark, expected=expected, raised_at=monday_morning)
    letter = Letter.objects.create(
        pupil=pupil, template="leave-refused", origin="leave request 1", figures={}, proposed_at=monday_morning,
        proposed_by=people.ben.user,
    )  # fmt: skip
    # Then she settles neither
    with pytest.raises(ValidationError, match="family"):
        settle_contradiction(row, outcome="She came in", by=people.alma, at=monday_morning)
    with pytest.raises(ValidationError, match="family"):
        letters.withdraw_letter(letter, because="No need", by=people.alma, at=monday_morning)


def test_the_demonstration_is_not_loaded_beside_a_school(alder: School) -> None:
    with pytest.raises(CommandError, match="schools of your own"):
        call_command("load_demo")


@pytest.mark.parametrize("address", ["/s/%00/", "/s/alder-primary/people/?q=%00", "/login/?next=%00"])
def test_an_address_with_a_nul_is_refused_before_anything_is_looked_for(people: People, address: str) -> None:
    assert Client().get(address).status_code == 400
