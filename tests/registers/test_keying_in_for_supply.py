"""A paper register that supply took, with a pass or without one, is keyed in under their name."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from attendance_mat.accounts.actions.passes import make_bearer
from attendance_mat.accounts.member import memberships_on
from attendance_mat.audit.models import AuditEvent, Event
from registers.actions.covering import end_pass
from registers.actions.keying_in import paper_taken_by
from registers.models import CoverPass, Group, Mark, Register
from registers.rules.covering import title_of
from tests.factories import make_pupil, make_session
from tests.people import People
from tests.registers.test_keying_in import FRIDAY, TODAY, TOLD, at, group, sheet, where

__all__ = ["group"]


def pass_of(name: str, on: dt.date, people: People) -> CoverPass:
    """Return the pass of a named cover person for a day."""
    held = make_bearer(
        title_of(name, covering=""),
        school=people.alder,
        date=on,
        ends_at=at(15, 30, on),
        by=people.alma,
        at=at(8, 0, on),
    )
    return CoverPass.objects.create(
        membership=held, date=on, name=name, link_digest=name, pin_digest=name, given_at=at(8, 0, on),
        given_by=people.alma.user, given_by_name=people.alma.name, given_by_role=people.alma.role,
    )  # fmt: skip


def test_who_covered_by_a_pass_is_in_the_list_though_the_pass_has_ended(browse, group: Group, people: People) -> None:
    # Given a cover person of today whose pass was taken back, and one of Friday
    today, friday = pass_of("Jo Supply", TODAY, people), pass_of("Kit Supply", FRIDAY, people)
    end_pass(today, by=people.alma, at=at(9, 0))
    pupil = make_pupil(group=group)
    page = browse("olly").get(where(group)).text
    assert "Supply: Jo Supply" in page
    assert "Kit Supply" not in page
    # When the office keys in what Jo took on paper, then it is Jo's and says who keyed it in
    browse("olly").post(where(group), sheet(people, (pupil, "/"), taken_by=today.membership.user_id))
    mark = Mark.objects.get()
    assert (mark.made_by_id, mark.made_by_role) == (today.membership.user_id, "cover")
    assert mark.comment == TOLD.replace("Tess Lindqvist", "Supply: Jo Supply")
    with pytest.raises(ValidationError, match="Choose who took it"):
        paper_taken_by(friday.membership.user, make_session(TODAY), taken_at=at(8, 52), at=at(9, 30))


def test_who_had_neither_log_in_nor_pass_is_named_and_can_sign_in_with_nothing(
    browse, group: Group, people: People
) -> None:
    first, second = make_pupil(group=group), make_pupil(group=group)
    named = {"taken_by": "", "taken_name": " Jo  Supply "}
    assert browse("olly").post(where(group), sheet(people, (first, "/"), **named)).status_code == 302
    assert browse("olly").post(where(group), sheet(people, (second, "N"), **named)).status_code == 302
    marks = Mark.objects.order_by("pupil")
    assert {(mark.made_by_name, mark.made_by_role, mark.source) for mark in marks} == {
        ("Supply: Jo Supply", "cover", "paper")
    }
    taker = Register.objects.get().taken_by
    assert taker
    assert {mark.made_by for mark in marks} == {taker}  # one person, however often they are named that day
    assert not taker.has_usable_password()
    assert memberships_on(taker, TODAY, at=at(9, 31)) == []
    event = AuditEvent.objects.filter(kind=Event.PAPER_KEYED_IN).first()
    assert event
    assert (event.by_name, event.detail["taken_by"]) == ("Olly Frost", taker.pk)
