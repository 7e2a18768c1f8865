"""Which families a notice goes to: one copy a household, by the telling rule, and why it reaches some not."""

import pytest

from letters.rules.families import BEREAVED, NO_ADDRESS, NOBODY, Child, families
from registers.rules import telling


def parent(key: int, **fields: object) -> telling.Contact:
    defaults = {"name": "Astrid Lindholm", "parental_responsibility": True, "address": "1 High Street, Alder"}
    return telling.Contact(key=key, **{**defaults, **fields})


def child(key: int, *contacts: telling.Contact, **fields: object) -> Child:
    return Child(key, telling.Pupil(), contacts, **fields)


def test_brother_and_sister_at_one_home_get_one_copy() -> None:
    (home,) = families([child(1, parent(11)), child(2, parent(21, address="1 high street\nAlder"))])

    assert home.pupils == ((1, 11), (2, 21))
    assert home.home is not None


def test_a_first_contact_who_may_not_be_told_is_passed_over() -> None:
    barred = parent(11, name="Jonas Berg", no_contact=True, address="9 Far Road")

    (home,) = families([child(1, barred, parent(12))])

    assert home.pupils == ((1, 12),)
    assert home.home is not None
    assert home.home.address_lines == ("1 High Street", "Alder")


@pytest.mark.parametrize(
    ("contacts", "fields", "why"),
    [
        ((), {}, NOBODY),
        ((parent(11, ended=True),), {}, NOBODY),
        ((parent(11, address=" "),), {}, NO_ADDRESS),
        ((parent(11, no_contact=True),), {}, "They are not to be contacted."),
        ((parent(11),), {"bereaved": True}, BEREAVED),
    ],
)
def test_a_family_that_nothing_reaches_says_why(
    contacts: tuple[telling.Contact, ...], fields: dict[str, object], why: str
) -> None:
    (family,) = families([child(1, *contacts, **fields)])

    assert family.home is None
    assert family.why_not == why


def test_those_nothing_reaches_are_one_family_by_their_parent_s_name_and_telephone() -> None:
    nowhere = {"address": ""}
    children = [
        child(1, parent(11, **nowhere), phones=("01632 960001",)),
        child(2, parent(21, **nowhere), phones=("01632 960001",)),
        child(3, parent(31, **nowhere), phones=("01632 960002",)),
        child(4, parent(41, **nowhere), phones=("",)),
    ]

    assert [[pupil for pupil, _ in family.pupils] for family in families(children)] == [[1, 2], [3], [4]]
