"""What the law asks of an entry and is not recorded: PR24 reg 8."""

import datetime as dt
from dataclasses import replace

import pytest

from attendance_mat.admission.rules.particulars import Adult, EmergencyTerms, Entry, missing, to_chase

PARENT = Adult("Astrid Lindholm", phone="01632 960001", address="1 Road", is_parent=True, lives_with=True)
WHOLE = Entry("1 Road", dt.date(2026, 9, 1), "None", "", [PARENT])
NOWHERE = "It is not recorded which parent the pupil normally lives with."


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (WHOLE, []),
        (replace(WHOLE, starting_day=None), ["No starting day is recorded."]),
        (replace(WHOLE, address=" "), ["The pupil's address is not recorded."]),
        (replace(WHOLE, last_school=""), ["The last school is not recorded. Enter “None” where this is the first."]),
        (replace(WHOLE, last_school="Elm"), ["The address of the last school is not recorded."]),
        (replace(WHOLE, last_school="Elm", last_school_address="2 Road"), []),
        (replace(WHOLE, adults=[replace(PARENT, is_parent=False)]), ["No parent is recorded."]),
        (replace(WHOLE, adults=[replace(PARENT, lives_with=False)]), [NOWHERE]),
        (replace(WHOLE, adults=[replace(PARENT, address="")]), ["Astrid Lindholm: no address is recorded."]),
        (replace(WHOLE, adults=[replace(PARENT, name="Astrid")]),
         ["Astrid: only one name is recorded, and the law asks for the full name."]),
        (replace(WHOLE, adults=[replace(PARENT, phone="999")]),
         ["Astrid Lindholm, whom the pupil lives with: no telephone number is recorded."]),
        (replace(WHOLE, adults=[replace(PARENT, phone="", stopped=True)]), []),  # nobody to ring
    ],
)  # fmt: skip
def test_each_particular_that_is_not_recorded_is_said(entry: Entry, said: list[str]) -> None:
    assert missing(entry) == said


def test_too_few_contacts_and_numbers_are_chased_and_one_who_is_not_to_be_rung_does_not_count() -> None:
    terms = EmergencyTerms(numbers=3, sets=2)
    assert to_chase([PARENT, replace(PARENT, phone="01632 960002, 01632 960003")], terms) == []
    assert to_chase([PARENT, replace(PARENT, stopped=True)], terms) == [
        "1 of 2 emergency contacts.", "1 of 3 emergency numbers.",
    ]  # fmt: skip
