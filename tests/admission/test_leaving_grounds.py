"""The grounds of leaving as data: whole, dated and cited, and refused where they are not."""

import datetime as dt
from pathlib import Path

import pytest

from attendance_mat.admission.rules import leaving_grounds as grounds
from attendance_mat.admission.rules import missing
from attendance_mat.admission.rules.leaving_grounds import Of, every_ground, find, load, open_grounds
from attendance_mat.policy.entries import from_text
from attendance_mat.policy.faults import PolicyError

TODAY = dt.date(2026, 11, 23)
OLD = dt.date(2024, 8, 18)
CHILD = dt.date(2015, 10, 1)
LETTERS = "abcdefghijklmno"
ROW_A = "letter: a, ages: compulsory, from_date: 2024-08-19, letter_of_2006: b"
TEXT = Path(grounds.FILE).read_text(encoding="utf-8")


def test_every_letter_of_regulation_9_1_is_there_with_its_letter_of_2006() -> None:
    new = [row for row in every_ground().grounds if row.ages is Of.COMPULSORY and row.holds(TODAY)]
    assert "".join(row.letter for row in new) == LETTERS
    assert "".join(str(row.letter_of_2006) for row in new) == "bncaadefhijkolm"
    assert "".join(row.letter for row in every_ground().grounds if row.holds(OLD)) == LETTERS


def test_regulation_9_3_has_its_five_grounds() -> None:
    assert [row.title for row in every_ground().grounds if row.ages is Of.OTHERS] == [
        "Not expected to attend again", "A boarder who has ceased to be a pupil",
        "Twenty school days of continuous absence", "The pupil has died", "Permanently excluded",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("letter", "on", "title"),
    [
        ("h", TODAY, "Not back within ten school days of leave"),
        ("h", OLD, "Twenty school days of continuous absence"),
        ("g", OLD, "Medical certificate: unlikely to be fit before the end of compulsory school age"),
        ("g", TODAY, "Moved too far away"),
        ("o", dt.date(2024, 8, 19), "Permanently excluded"),
    ],
)
def test_a_letter_is_read_by_the_law_of_its_day(letter: str, on: dt.date, title: str) -> None:
    found = find(letter, of=Of.COMPULSORY, on=on)
    assert found is not None
    assert found.title == title


def test_no_letter_is_read_where_the_law_has_none() -> None:
    assert find("z", of=Of.COMPULSORY, on=TODAY) is None
    assert find("a", of=Of.OTHERS, on=OLD) is None


def test_a_paragraph_is_named_in_its_regulations() -> None:
    names = [find(letter, of=of, on=on).paragraph for letter, of, on in (
        ("i", Of.COMPULSORY, TODAY), ("c", Of.OTHERS, TODAY), ("h", Of.COMPULSORY, OLD),
    )]  # fmt: skip
    assert names == ["reg 9(1)(i)", "reg 9(3)(c)", "reg 8(1)(h) of 2006"]


def test_a_trust_cannot_rest_on_the_ground_of_independent_schools() -> None:
    assert "".join(row.letter for row in open_grounds(dob=CHILD, on=TODAY)) == "abcdefghijklmo"
    assert "".join(row.letter for row in open_grounds(dob=dt.date(2022, 1, 1), on=TODAY)) == "abcde"


def test_a_special_school_asks_for_the_placing_authoritys_consent_but_on_d_e_k_and_o() -> None:
    free = [
        row.letter
        for row in open_grounds(dob=CHILD, on=TODAY)
        if grounds.CONSENT not in [test.key for test in every_ground().tests_of(row, special_school=True)]
    ]
    assert free == ["d", "e", "k", "o"]
    for row in open_grounds(dob=CHILD, on=TODAY):
        assert grounds.CONSENT not in [test.key for test in every_ground().tests_of(row, special_school=False)]
    for row in open_grounds(dob=dt.date(2022, 1, 1), on=TODAY):
        assert grounds.CONSENT not in [test.key for test in every_ground().tests_of(row, special_school=True)]


@pytest.mark.parametrize(
    ("find_this", "put_this", "why"),
    [
        (f"{ROW_A}, title", "letter: a, ages: compulsory, title", "“from_date” is missing"),
        ("source: *new, tests: [order_amended]", "tests: [order_amended]", "“source” is missing"),
        ("needed_from: null,\n", "", "“needed_from” is missing"),
        ("tests: [order_amended]", "tests: [order_mended]", "“order_mended” is not one of the tests."),
        ("how: joint_efforts", "how: guesswork", "must be one of"),
        ("key: order_amended", "key: order_revoked", "This stands in the file twice."),
        ("key: placing_authority_consents", "key: x", "The test “placing_authority_consents” is missing."),
        (ROW_A, f"{ROW_A}, colour: red", "“colour” is not a field of Ground."),
        (ROW_A, f"{ROW_A}, until_date: 2024-08-19", "ends before it begins"),
        ("tests: [order_amended]", "tests: []", "has tests where, and only where"),
        ("how: died,", 'how: died, evidence: "A letter.",', "says what evidence is asked for"),
        ("\ngrounds:\n", "\ngrounds_of_leaving:\n", "“grounds” is missing."),
    ],
)
def test_a_file_with_a_fault_is_refused_whole(find_this: str, put_this: str, why: str) -> None:
    assert find_this in TEXT
    with pytest.raises(PolicyError, match=r"leaving_grounds\.yaml") as refused:
        load(from_text(TEXT.replace(find_this, put_this, 1), file="leaving_grounds.yaml"))
    assert why in str(refused.value)


def test_the_steps_for_a_missing_child_are_refused_where_they_are_undated() -> None:
    text = Path(missing.FILE).read_text(encoding="utf-8").replace("    from_date: 2024-09-01\n", "", 1)
    with pytest.raises(PolicyError, match="“from_date” is missing"):
        missing.load(from_text(text, file="missing_steps.yaml"))


@pytest.mark.parametrize(
    ("authority", "on", "adds"),
    [
        ("Leicestershire", TODAY, 4),
        ("Leicestershire County Council", TODAY, 4),
        ("Leicestershire", dt.date(2024, 8, 31), 0),
        ("Kestrelshire", TODAY, 0),
        ("", TODAY, 0),
    ],
)
def test_a_checklist_is_everybodys_with_the_authoritys_own(authority: str, on: dt.date, adds: int) -> None:
    steps = missing.checklist(authority, on=on)
    assert [step["of"] for step in steps] == [""] * 6 + ["Leicestershire"] * adds
    assert all(step["source"] for step in steps)
