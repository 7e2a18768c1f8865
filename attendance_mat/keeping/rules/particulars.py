"""What of a pupil's entry in the admission register a recipient may be shown (decision 11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from letters.rules.recipients import Contact, Pupil, may_see_pupil_address

NOBODY_KNOWN: Final = Contact(key=-1, name="")  # a body from outside: no contact, and of no address


@dataclass(frozen=True)
class Sight:
    """Which particulars are shown: the pupil's address, contacts with theirs, and contacts by name alone."""

    pupil_address: bool
    in_full: frozenset[int]
    by_name: frozenset[int]

    def shows(self, key: int) -> bool:
        """Say whether anything of a contact is shown."""
        return key in self.in_full or key in self.by_name


def sight_of_contact(recipient: Contact, pupil: Pupil, contacts: Sequence[Contact]) -> Sight:
    """Return what one of a pupil's contacts is shown: their own particulars, and the names of the other parents.

    Of a contact whose address is confidential or who is not to be contacted, nothing is shown.
    """
    others = frozenset(
        other.key
        for other in contacts
        if other.key != recipient.key
        and _is_parent(other)
        and not (other.address_confidential or other.no_contact or other.died)
    )
    own = frozenset({recipient.key})
    return Sight(may_see_pupil_address(recipient, pupil, contacts), in_full=own, by_name=others)


def sight_of_body(pupil: Pupil, contacts: Sequence[Contact]) -> Sight:
    """Return what an authority, a court or an inspector is shown: every parent, but no confidential address."""
    living = [contact for contact in contacts if not contact.died]
    return Sight(
        may_see_pupil_address(NOBODY_KNOWN, pupil, contacts),
        in_full=frozenset(each.key for each in living if not each.address_confidential),
        by_name=frozenset(each.key for each in living if each.address_confidential),
    )


def _is_parent(contact: Contact) -> bool:
    return contact.parental_responsibility or contact.lives_with
