"""Contacts: two for each pupil, each liable adult written to, and the named people on every letter."""

import datetime as dt

from letters import actions
from tests.clauses import proves
from tests.clauses.contacts import a_letter_names_whoever_holds_a_role_that_day, one_contact_is_listed_and_two_are_not
from tests.clauses.schools import Adopt, Browse
from tests.letters.paper import make_absentee, make_school_answer_letters, propose
from tests.people import People


@proves("JTM-4.05")
def test_a_pupil_with_one_contact_is_listed_and_with_two_is_not(adopt: Adopt, browse: Browse) -> None:
    adopt("john_taylor")
    one_contact_is_listed_and_two_are_not(browse)


@proves("JTM-4.10")
def test_each_liable_adult_at_an_address_of_their_own_has_a_letter_of_their_own(
    adopt: Adopt, people: People, monday_morning: dt.datetime
) -> None:
    # Given a natural father who lives elsewhere, without parental responsibility
    adopt("john_taylor")
    make_school_answer_letters()
    pupil = make_absentee(people.tess)
    pupil.contacts.filter(name="Jonas Berg").update(
        address="9 Elsewhere Road", parental_responsibility=False, lives_with=False, liable_as="parent"
    )

    copies = actions.send_letter(propose(pupil, by=people.ben, at=monday_morning), by=people.ben, at=monday_morning)

    assert [copy.addressee for copy in copies] == ["Astrid Lindholm", "Jonas Berg"]
    assert len({copy.digest for copy in copies}) == 2


@proves("JTM-11.04")
def test_a_letter_names_the_officer_and_the_safeguarding_lead_of_that_day(
    adopt: Adopt, people: People, monday_morning: dt.datetime
) -> None:
    adopt("john_taylor")
    people.user("alma")
    a_letter_names_whoever_holds_a_role_that_day(people, "safeguarding_lead", monday_morning)
