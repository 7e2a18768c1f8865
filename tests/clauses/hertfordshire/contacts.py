"""Contacts: what is changed stays on record, and the way a family can best be reached comes first."""

from registers.rules.telling import channel_for
from tests.clauses import proves
from tests.clauses.contacts import history_shows_old_new_when_and_who_told
from tests.clauses.schools import Adopt, Browse
from tests.factories import make_contact, make_pupil


@proves("HCC-2.4.02")
def test_a_changed_number_stands_in_the_history_with_the_old_one(adopt: Adopt, browse: Browse) -> None:
    adopt("hertfordshire")
    history_shows_old_new_when_and_who_told(browse)


@proves("HCC-2.6.10")
def test_the_channel_a_contact_prefers_is_the_first_and_of_another_what_is_held(adopt: Adopt) -> None:
    adopt("hertfordshire")
    pupil = make_pupil()
    prefers = make_contact(pupil, channel="text", email="one@example.org")
    other = make_contact(pupil, channel="", phone="", email="two@example.org")

    first, second = (
        channel_for(preferred=each.channel, phone=each.phone, email=each.email, address=each.address)
        for each in (prefers, other)
    )

    assert (first, second) == ("text", "email")
