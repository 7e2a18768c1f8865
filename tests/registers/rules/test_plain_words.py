"""What people say of an absence, the code it has by date and age, and what is worth a second look."""

import datetime as dt
from pathlib import Path

import pytest

from attendance_mat.policy.faults import PolicyError
from registers.rules import codes, plain_words
from registers.rules.plain_words import advice, choices, rows

OLD, NEW = dt.date(2024, 8, 18), dt.date(2024, 8, 19)
TEN, FOUR = dt.date(2014, 9, 10), dt.date(2020, 9, 10)
ALL = frozenset(row.code for row in codes.periods())
NEVER = ("A birthday", "A family holiday", "Arrival after close", "Found in a truancy sweep")


def said(on: dt.date, dob: dt.date = TEN, never: tuple[str, ...] = ()) -> dict[str, str]:
    return {each.says: each.code.code for each in choices(on, dob=dob, allowed=ALL, never=never)}


@pytest.mark.parametrize(
    ("words", "before", "since"),
    [
        ("Ill", "I", "I"),
        ("Medical or dental appointment", "M", "M"),
        ("Holiday not agreed", "G", "G"),
        ("Interview", "J", "J1"),
        ("Performance or employment abroad", "C", "C1"),
        ("Not due in by an agreed timetable", "C", "C2"),
    ],
)
def test_the_same_words_have_the_code_of_the_day(words: str, before: str, since: str) -> None:
    assert (said(OLD)[words], said(NEW)[words]) == (before, since)


def test_a_child_under_compulsory_age_who_is_not_due_in_has_x() -> None:
    assert said(NEW, FOUR)["Not due in by an agreed timetable"] == "X"


def test_a_holiday_agreed_is_no_choice_since_h_ended() -> None:
    assert ("Holiday agreed" in said(OLD), "Holiday agreed" in said(NEW)) == (True, False)


def test_every_code_in_force_for_a_registered_pupil_can_be_said() -> None:
    for on in (OLD, NEW):
        coded = {row.code for row in codes.in_force(on)} - {"/", "\\", "#", "Z"}
        assert coded == {*said(on).values(), *said(on, FOUR).values()}


def test_every_row_holds_only_while_its_code_does() -> None:
    for row in rows():
        last = (row.until_date or dt.date(2026, 11, 24)) - dt.timedelta(days=1)
        assert codes.find(row.code, on=row.from_date)
        assert codes.find(row.code, on=last)


def test_only_what_a_role_may_enter_is_offered_with_what_it_does() -> None:
    labels = [each.label for each in choices(NEW, dob=TEN, allowed={"I", "G", "D", "V"})]
    assert labels == [
        "Ill (I): authorised absence",
        "Holiday not agreed (G): unauthorised absence",
        "At the other school (D): not counted",
        "On a visit or trip (V): present elsewhere",
    ]


def test_the_reasons_a_policy_never_authorises_are_offered_as_unauthorised() -> None:
    found = said(NEW, never=NEVER)
    assert [found[reason] for reason in NEVER] == ["O", "G", "U", "O"]


@pytest.mark.parametrize(
    ("code", "reason", "warns"),
    [
        ("M", "It was her Birthday", True),
        ("O", "It was her birthday", False),
        ("M", "Dentist", False),
        ("H", "birthday", False),
    ],
)
def test_an_authorised_code_beside_such_a_reason_is_looked_at_again(code: str, reason: str, warns: bool) -> None:
    assert bool(list(advice(code, on=NEW, reason=reason, never=NEVER, year=5))) is warns


@pytest.mark.parametrize(
    ("on", "year", "words"),
    [
        (dt.date(2026, 5, 18), 10, "Year 11 and above"),
        (dt.date(2026, 5, 18), 11, ""),
        (dt.date(2026, 6, 30), 13, ""),
        (dt.date(2026, 7, 1), 11, "public examinations"),
        (dt.date(2026, 5, 18), None, ""),
    ],
)
def test_study_leave_outside_year_11_or_examinations_is_looked_at_again(
    on: dt.date, year: int | None, words: str
) -> None:
    said_of_it = " ".join(advice("S", on=on, reason="Revision", never=(), year=year))
    assert (words in said_of_it) if words else not said_of_it


def test_an_ill_typed_row_is_refused_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "words.yaml"
    file.write_text("words:\n  - {says: Ill, code: I, from_date: soon}\n", encoding="utf-8")
    monkeypatch.setattr(plain_words, "FILE", file)
    with pytest.raises(PolicyError, match="line 2"):
        rows.__wrapped__()
