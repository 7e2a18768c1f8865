from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letters.rules.recipients import (
    Contact,
    Pupil,
    Purpose,
    address_lines_for,
    addressed_letters,
    may_be_told,
    may_see_pupil_address,
)

HOME, AWAY, REFUGE = "1 Quarry Lane, Ashby", "9 Mill Row\nAshby", "The Haven, Undisclosed Street"
PUPIL = Pupil(address=HOME)
MOTHER = Contact(1, "Ms A. Moss", parental_responsibility=True, lives_with=True, address=HOME)
FATHER = Contact(2, "Mr B. Moss", parental_responsibility=True, address=AWAY)
AUNT = Contact(3, "Mrs C. Fell", address=AWAY)
GUARDIAN = Contact(4, "Mr D. Fell", lives_with=True, address=HOME)


@pytest.mark.parametrize(
    ("contact", "pupil", "why"),
    [
        (MOTHER, replace(PUPIL, died=True), "The pupil has died: nothing is sent."),
        (replace(MOTHER, died=True), PUPIL, "They have died: nothing is sent to them."),
        (replace(MOTHER, no_contact=True), PUPIL, "They are not to be contacted."),
        (
            MOTHER,
            replace(PUPIL, hidden=True),
            "Ask the safeguarding lead: only those they name may write about this pupil.",
        ),
    ],
)
@pytest.mark.parametrize("purpose", list(Purpose))
def test_some_things_stop_every_letter_and_call(contact: Contact, pupil: Pupil, why: str, purpose: Purpose) -> None:
    assert may_be_told(contact, pupil, purpose) == (False, why)


def test_those_the_safeguarding_lead_named_may_write_about_a_hidden_pupil() -> None:
    assert may_be_told(MOTHER, replace(PUPIL, hidden=True), Purpose.LETTER, released=True).allowed


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_parent_is_anyone_with_parental_responsibility_or_care(purpose: Purpose) -> None:
    assert may_be_told(FATHER, PUPIL, purpose) == (True, "Has parental responsibility.")
    assert may_be_told(GUARDIAN, PUPIL, purpose) == (True, "The pupil lives with them.")


def test_an_emergency_contact_may_be_called_and_never_written_to() -> None:
    assert may_be_told(AUNT, PUPIL, Purpose.CALL).allowed
    assert may_be_told(AUNT, PUPIL, Purpose.LETTER) == (
        False,
        "Has neither parental responsibility nor care of the child.",
    )


def test_an_address_is_written_line_by_line() -> None:
    assert address_lines_for(MOTHER) == ("1 Quarry Lane", "Ashby")
    assert address_lines_for(replace(MOTHER, address=" \n , ")) == ()


def test_one_letter_goes_to_each_household() -> None:
    guardian_typed_otherwise = replace(GUARDIAN, address="1 QUARRY LANE\nAshby")

    letters = addressed_letters(PUPIL, [MOTHER, FATHER, guardian_typed_otherwise, AUNT], Purpose.LETTER)

    assert [letter.contacts for letter in letters] == [(1, 4), (2,)]
    assert letters[0].names == ("Ms A. Moss", "Mr D. Fell")
    assert letters[1].address_lines == ("9 Mill Row", "Ashby")


def test_someone_whose_address_is_confidential_is_written_to_alone() -> None:
    hidden = replace(MOTHER, address_confidential=True)

    assert [letter.contacts for letter in addressed_letters(PUPIL, [hidden, GUARDIAN], Purpose.LETTER)] == [(1,), (4,)]


def test_no_letter_goes_where_there_is_no_address() -> None:
    assert addressed_letters(PUPIL, [replace(MOTHER, address="")], Purpose.LETTER) == ()


@pytest.mark.parametrize(
    ("pupil", "others", "seen"),
    [
        (PUPIL, [MOTHER], "seen"),
        (replace(PUPIL, address_confidential=True), [MOTHER], "kept"),
        (PUPIL, [replace(MOTHER, address_confidential=True)], "kept"),
        (PUPIL, [replace(MOTHER, address=REFUGE, address_confidential=True)], "kept"),
        (PUPIL, [replace(AUNT, address=HOME, address_confidential=True)], "kept"),
        (PUPIL, [replace(AUNT, address=REFUGE, address_confidential=True)], "seen"),
    ],
)
def test_a_parent_who_lives_elsewhere_sees_the_pupil_s_address_only_where_nobody_hides_it(
    pupil: Pupil, others: list[Contact], seen: str
) -> None:
    assert may_see_pupil_address(FATHER, pupil, [FATHER, *others]) is (seen == "seen")


def test_a_parent_always_sees_the_address_that_is_their_own() -> None:
    assert may_see_pupil_address(MOTHER, replace(PUPIL, address_confidential=True), [MOTHER, FATHER])


ADDRESSES = st.sampled_from([HOME, AWAY, REFUGE, ""])
CONTACTS = st.lists(
    st.builds(
        Contact,
        key=st.integers(1, 6),
        name=st.just("Name"),
        parental_responsibility=st.booleans(),
        lives_with=st.booleans(),
        no_contact=st.booleans(),
        died=st.booleans(),
        address=ADDRESSES,
        address_confidential=st.booleans(),
    ),
    unique_by=lambda contact: contact.key,
    max_size=5,
)
PUPILS = st.builds(
    Pupil, address=ADDRESSES, address_confidential=st.booleans(), hidden=st.booleans(), died=st.booleans()
)


@given(PUPILS, CONTACTS, st.sampled_from(list(Purpose)))
def test_no_letter_ever_shows_another_s_confidential_address(
    pupil: Pupil, contacts: list[Contact], purpose: Purpose
) -> None:
    for letter in addressed_letters(pupil, contacts, purpose):
        shown = {address_lines_for(Contact(0, "", address=pupil.address))} if letter.shows_pupil_address else set()
        to = [contact for contact in contacts if contact.key in letter.contacts]
        for other in contacts:
            known = any(contact.address == other.address for contact in to)
            if other.address and other.address_confidential and not known:
                assert address_lines_for(other) not in {letter.address_lines, *shown}


@given(PUPILS, CONTACTS, st.sampled_from(list(Purpose)))
def test_everyone_written_to_may_be_told_and_nobody_is_written_to_twice(
    pupil: Pupil, contacts: list[Contact], purpose: Purpose
) -> None:
    letters = addressed_letters(pupil, contacts, purpose)

    keys = [key for letter in letters for key in letter.contacts]
    told = [contact for contact in contacts if contact.address and may_be_told(contact, pupil, purpose).allowed]
    assert sorted(keys) == sorted(contact.key for contact in told)
