import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from attendance_mat.policy.faults import PolicyError
from registers.rules import codes
from registers.rules.calendar import Half
from registers.rules.codes import Ages, Misuse, Physical, Statistical, find, in_force, periods, present_code, refusal

OLD, NEW = dt.date(2024, 8, 18), dt.date(2024, 8, 19)
AGED_TEN, AGED_FOUR = dt.date(2014, 9, 10), dt.date(2020, 9, 10)


def refused(code: str, on: dt.date = NEW, half: Half = Half.AM, **what: object) -> codes.Refusal | None:
    asked: dict[str, object] = {"dob": None, "allowed": None, "nature": None} | what
    return refusal(code, on=on, half=half, **asked)


def test_the_codes_change_over_the_night_of_18_august_2024() -> None:
    old, new = {row.code for row in in_force(OLD)}, {row.code for row in in_force(NEW)}

    assert old - new == {"H", "J", "Y"}
    assert new - old == {"C1", "C2", "J1", "K", "Q", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7"}
    assert len(new - {"Z", "#"}) == 32  # those the regulations name


def test_no_day_has_two_meanings_of_one_code() -> None:
    for row in periods():
        assert [other for other in periods() if other.code == row.code and other.holds(row.from_date)] == [row]


@pytest.mark.parametrize(
    ("on", "statistical"),
    [
        (dt.date(2011, 8, 31), Statistical.AEA),
        (dt.date(2011, 9, 1), Statistical.NOT_POSSIBLE),
        (NEW, Statistical.NOT_POSSIBLE),
    ],
)
def test_a_session_at_the_other_school_counted_as_attended_until_september_2011(
    on: dt.date, statistical: Statistical
) -> None:
    code = find("D", on=on)

    assert code
    assert code.statistical is statistical


def test_an_interview_was_an_attendance_and_is_an_absence() -> None:
    was, became = find("J", on=OLD), find("J1", on=NEW)

    assert was
    assert became
    assert (was.counts_as_present, became.counts_as_present) == (True, False)
    assert became.counts_as_possible


def test_a_part_time_timetable_is_a_possible_session_and_not_being_due_in_is_none() -> None:
    possible = {code: row.counts_as_possible for code in ("C2", "X") if (row := find(code, on=NEW))}

    assert possible == {"C2": True, "X": False}


def test_every_statistical_class_agrees_with_where_the_child_is() -> None:
    for row in periods():
        if row.physical is Physical.PRESENT:
            assert row.statistical is Statistical.ATTENDING
        if row.physical is Physical.UNABLE_TO_ATTEND:
            assert row.statistical is Statistical.NOT_POSSIBLE


def test_children_elsewhere_are_confirmed_by_the_adult_they_are_with() -> None:
    assert {row.code for row in in_force(NEW) if row.confirm_child} == {"B", "K", "P", "V", "W"}


def test_the_nature_is_asked_for_b_k_and_y7() -> None:
    assert {row.code for row in in_force(NEW) if row.nature_required} == {"B", "K", "Y7"}


@pytest.mark.parametrize(
    ("code", "on", "message"),
    [
        (
            "H",
            NEW,
            "H has not been in use since 19 August 2024. "
            "Use C where leave was granted as exceptional, G where it was not.",
        ),
        (
            "J",
            NEW,
            "J has not been in use since 19 August 2024. Use J1, which is an absence where J was an attendance.",
        ),
        ("Y", NEW, "Y has not been in use since 19 August 2024. Use the one of Y1 to Y7 that says why, or Q."),
        (
            "F",
            OLD,
            "F has not been in use since 1 September 2013. "
            "Use C where leave was granted as exceptional, G where it was not.",
        ),
        ("C2", OLD, "C2 came into use on 19 August 2024. Use C."),
        ("/", dt.date(2006, 8, 31), "/ came into use on 1 September 2006."),
    ],
)
def test_a_code_of_the_other_era_is_refused_with_the_one_to_use(code: str, on: dt.date, message: str) -> None:
    assert refused(code, on) == (Misuse.NOT_IN_FORCE, message)


def test_a_code_that_ended_with_nothing_in_its_place_says_only_that(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = find("H", on=OLD)
    assert ended
    monkeypatch.setattr(codes, "_by_code", lambda: {"H": (replace(ended, after_it=None),)})

    assert refused("H") == (Misuse.NOT_IN_FORCE, "H has not been in use since 19 August 2024.")


def test_a_letter_that_never_was_a_code_is_refused() -> None:
    assert refused("A") == (Misuse.UNKNOWN, "“A” is not an attendance code.")


def test_a_morning_code_in_the_afternoon_is_refused_with_the_afternoon_s() -> None:
    assert refused("/", half=Half.PM) == (
        Misuse.WRONG_HALF,
        "/ is for the other half of the day; here it is \\.",
    )
    assert (present_code(Half.AM), present_code(Half.PM)) == ("/", "\\")


@pytest.mark.parametrize(
    ("code", "on", "dob", "message"),
    [
        ("X", NEW, AGED_TEN, "X is never for a pupil of compulsory school age. Use C2."),
        ("X", OLD, AGED_TEN, "X is never for a pupil of compulsory school age. Use C."),
        ("C2", NEW, AGED_FOUR, "C2 is only for a pupil of compulsory school age. Use X."),
        ("Z", NEW, AGED_TEN, "Z is for a child who is not yet on the register."),
        ("Z", NEW, None, "Z is for a child who is not yet on the register."),
    ],
)
def test_a_code_for_another_age_is_refused(code: str, on: dt.date, dob: dt.date | None, message: str) -> None:
    assert refused(code, on, dob=dob) == (Misuse.WRONG_AGE, message)


def test_the_right_age_is_let_through_and_an_unknown_age_is_not_asked() -> None:
    assert refused("X", dob=AGED_FOUR) is None
    assert refused("C2", dob=AGED_TEN) is None
    assert refused("X") is None
    assert refused("I", dob=AGED_TEN) is None


def test_a_code_for_another_role_is_refused() -> None:
    assert refused("C", allowed={"/", "N"}) == (
        Misuse.NOT_THIS_ROLE,
        "C (Leave: exceptional circumstances) is for another role to enter.",
    )
    assert refused("N", allowed={"/", "N"}) is None


@pytest.mark.parametrize(("nature", "kind"), [("  ", Misuse.NATURE_MISSING), ("Forest school", None), (None, None)])
def test_an_activity_without_its_nature_is_refused(nature: str | None, kind: Misuse | None) -> None:
    said = refused("B", nature=nature)

    assert (said and said.kind) == kind


def test_an_ill_typed_row_is_refused_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "codes.yaml"
    file.write_text("codes:\n  - {code: A, ages: old}\n", encoding="utf-8")
    monkeypatch.setattr(codes, "FILE", file)

    with pytest.raises(PolicyError, match="line 2: “ages” must be one of any, compulsory"):
        periods.__wrapped__()


def test_ages_are_asked_only_of_codes_that_have_one() -> None:
    limited = {row.code for row in in_force(NEW) if row.ages is not Ages.ANY}

    assert limited == {"X", "C2", "Z"}
