"""Who may be told what: one rule, and what it never lets out."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letters.rules.recipients import addressed_letters
from registers.rules.telling import Contact, Pupil, Purpose, channel_for, is_told_to_the_authority, may_be_told

AUNT = Contact(1, "Ines Vale")
PLAIN = Pupil(address="1 Example Road")


@pytest.mark.parametrize(
    ("contact", "purpose", "allowed"),
    [
        (AUNT, Purpose.CALL, True),
        (replace(AUNT, emergency=False), Purpose.CALL, False),
        (AUNT, Purpose.LETTER, False),
        (replace(AUNT, liable=True), Purpose.LETTER, True),
        (replace(AUNT, liable=True, ended=True), Purpose.LETTER, False),
        (replace(AUNT, ended=True), Purpose.CALL, False),
    ],
)
def test_who_may_be_rung_and_who_may_be_written_to(contact: Contact, purpose: Purpose, allowed: bool) -> None:
    assert may_be_told(contact, PLAIN, purpose).allowed is allowed


@pytest.mark.parametrize(
    ("contact", "told"),
    [
        (AUNT, False),
        (replace(AUNT, liable=True), True),
        (replace(AUNT, parental_responsibility=True, no_contact=True), True),  # R20 asks for each parent
        (replace(AUNT, lives_with=True, address_confidential=True), True),
        (replace(AUNT, liable=True, died=True), False),
        (replace(AUNT, liable=True, ended=True), False),
    ],
)
def test_which_parents_the_authority_is_told_of(contact: Contact, told: bool) -> None:
    assert is_told_to_the_authority(contact) is told


@pytest.mark.parametrize(
    ("held", "way"),
    [
        ({"preferred": "letter", "phone": "1", "address": "2"}, "letter"),
        ({"preferred": "email", "phone": "1"}, "call"),
        ({"email": "3"}, "email"),
        ({"address": " "}, ""),
    ],
)
def test_a_preferred_way_comes_first_where_they_can_be_reached_so(held: dict[str, str], way: str) -> None:
    asked = {"preferred": "", "phone": "", "email": "", "address": "", **held}
    assert channel_for(**asked) == way


@st.composite
def families(draw: st.DrawFn) -> list[Contact]:
    """Draw contacts each at an address that names nobody else's, but where two share one."""
    homes = st.sampled_from(["home one", "home two", "home three", ""])
    return [
        Contact(
            key, f"Adult {key}", draw(st.booleans()), draw(st.booleans()), draw(st.booleans()), draw(st.booleans()),
            draw(homes), draw(st.booleans()), draw(st.booleans()), draw(st.booleans()), draw(st.booleans()),
        )
        for key in range(draw(st.integers(1, 4)))
    ]  # fmt: skip


@given(families(), st.booleans(), st.booleans())
def test_nothing_made_for_one_contact_holds_anothers_confidential_particulars(
    contacts: list[Contact], died: bool, hidden: bool
) -> None:
    by_key = {contact.key: contact for contact in contacts}
    letters = addressed_letters(replace(PLAIN, died=died, hidden=hidden), contacts, Purpose.LETTER)
    assert not letters or not (died or hidden)
    for letter in letters:
        told = [by_key[key] for key in letter.contacts]
        assert not any(each.no_contact or each.died or each.ended for each in told)
        assert {" ".join(letter.address_lines)} == {each.address for each in told}
        if any(each.address_confidential for each in told):
            assert len(told) == 1
