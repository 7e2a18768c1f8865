"""Each pack's stages: their lines and signs as the policies print them, and dated where the law took over."""

import csv
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from attendance_mat.accounts.roles import SCHOOL_ROLES
from attendance_mat.policy.adopted import Adoption, assemble
from attendance_mat.policy.ladder import Does, Ladder, Ladders, Stage, StageAction, WeeklyReview
from attendance_mat.policy.loader import NATIONAL, pack, pack_names
from attendance_mat.policy.triggers import Condition, Span, Unit
from tests.policy.printed_stages import (
    CLAUSES,
    DECIDED_BY_A_PERSON,
    FIGURES,
    LAST_OF_OLD_LAW,
    LETTERS,
    NEW_LAW,
    TEXT_LOST,
    TODAY,
)

CLAUSE_LIST = Path(__file__).resolve().parents[1] / "clauses" / "clauses.csv"
PACKS = tuple(name for name in pack_names() if name != NATIONAL)


def ladders_of(name: str, *, on: dt.date = TODAY) -> Ladders:
    return assemble([Adoption(dt.date(2020, 9, 1), name)]).terms(Ladders, on=on)


def every_stage() -> Iterator[tuple[str, Stage]]:
    for name in PACKS:
        for dated in pack(name).values[Ladders.name]:
            for stage in dated.value.stages:
                yield name, stage


def steps_of(stage: Stage) -> tuple[StageAction, ...]:
    return (*stage.actions, *stage.on_leaving)


def in_words(condition: Condition) -> str:
    if condition.reached:
        return f"reached {condition.reached.stage} {condition.reached.after} {condition.reached.unit}"
    if condition.carried_over:
        return "carried over"
    if condition.compulsory_age:
        return "of compulsory school age"
    window = condition.window
    of = [window.span, window.length, window.from_date, window.stage] if window else []
    return " ".join(
        str(part) for part in [condition.count, condition.unit, *of, condition.sign, condition.than] if part
    )


def lines_of(condition: Condition | None) -> list[Condition]:
    joined = condition.parts() if condition else ()
    return [part for part in joined if not (part.all_of or part.any_of or part.none_of)]


def figures_of(stage: Stage) -> list[str]:
    return [in_words(part) for part in lines_of(stage.when)]


@pytest.mark.parametrize("name", PACKS)
def test_every_policy_states_its_own_stages(name: str) -> None:
    values = pack(name).values[Ladders.name]

    assert all(dated.value.stages for dated in values)
    assert ladders_of(name).stages


@pytest.mark.parametrize(("name", "key", "on", "printed"), FIGURES)
def test_a_stages_line_and_sign_are_those_printed(name: str, key: str, on: dt.date, printed: list[str]) -> None:
    assert figures_of(ladders_of(name, on=on).stage(key)) == printed


def test_every_stage_with_a_line_is_in_the_table_and_a_person_decides_the_others() -> None:
    with_a_line = {(name, stage.key) for name, stage in every_stage() if stage.when}
    without = {(name, stage.key) for name, stage in every_stage() if not stage.when and stage.configured}

    assert with_a_line == {(name, key) for name, key, _, _ in FIGURES}
    assert without == DECIDED_BY_A_PERSON


def test_a_stage_whose_text_is_lost_is_not_invented() -> None:
    assert {(name, stage.key) for name, stage in every_stage() if not stage.configured} == TEXT_LOST


def test_every_stage_cites_clauses_that_exist_and_where_they_stand() -> None:
    with CLAUSE_LIST.open(encoding="utf-8") as file:
        listed = {row["id"] for row in csv.DictReader(file)}

    for name, stage in every_stage():
        cited = CLAUSES[name, stage.key]
        assert stage.clause.startswith(f"{cited}, "), stage.key
        assert set(cited.split(", ")) <= listed, stage.key
        assert re.search(r"(section|appendix)s? \d", stage.clause), stage.key
    assert CLAUSES.keys() == {(name, stage.key) for name, stage in every_stage()}


def test_every_stage_says_itself_in_whole_sentences() -> None:
    for _, stage in every_stage():
        assert stage.label[0].isupper()
        assert stage.says.endswith(".")
        for step in steps_of(stage):
            assert step.words.endswith(".")
            assert len(step.words) <= 200


def test_every_step_is_a_role_of_the_schools_and_every_letter_is_known() -> None:
    for _, stage in every_stage():
        for step in steps_of(stage):
            assert step.role in SCHOOL_ROLES
            assert step.letter is None or step.letter in LETTERS
            assert step.within_school_days <= 10
        assert set(stage.approvals) <= SCHOOL_ROLES
    assert {step.letter for _, stage in every_stage() for step in steps_of(stage) if step.letter} == LETTERS


def test_a_decision_is_between_at_least_two_options_that_fit_its_record() -> None:
    for _, stage in every_stage():
        for step in steps_of(stage):
            assert (len(step.options) > 1) is (step.does is Does.DECISION)
            assert all(len(option) <= 100 for option in step.options)


@pytest.mark.parametrize(
    ("name", "key", "options"),
    [
        ("advance", "third_letter", {"Early help assessment", "Referral to the Attendance Improvement Team"}),
        ("advance", "second_letter", {"Refer", "Do not refer"}),
        ("advance", "legal_review", {"Parenting contract", "Education supervision order", "Children's social care"}),
        ("aspire", "legal_review", {"Parenting contract", "Education supervision order", "Children's social care"}),
        ("john_taylor", "suspected_leave",
         {"Record as unauthorised", "Home visit", "Letter of concern", "Refer to the local authority"}),
        ("john_taylor", "legal_review", {"Penalty notice", "Prosecution", "Children's social care"}),
        ("wigston", "stage_six", {"Parenting contract", "Attendance panel", "Education welfare officer referral"}),
        ("wigston", "early_support", {"Home visit", "Meeting with the parents"}),
    ],
)  # fmt: skip
def test_the_choices_of_a_decision_are_the_policys(name: str, key: str, options: set[str]) -> None:
    offered = {option for step in ladders_of(name).stage(key).actions for option in step.options}

    assert options <= offered


def test_wigstons_stages_ask_for_agreement_warn_and_are_left_as_printed() -> None:
    wigston = ladders_of("wigston")

    assert wigston.stage("stage_two").approvals == ("head_of_year", "attendance_officer")
    assert wigston.stage("stage_three").approvals == ("head_of_year",)
    assert wigston.stage("stage_two").carries_over
    ends = {stage.key: list(map(in_words, lines_of(stage.leaves))) for stage in wigston.stages if stage.leaves}
    assert ends == {
        "tutor": ["attended percent year or_more 98"],
        "stage_one": ["attended percent year or_more 95", "reached stage_two 0 school_days",
                      "reached clinic 0 school_days", "reached stage_three 0 school_days"],
        "stage_two": ["attended percent year more_than 95"],
        "clinic": ["attended percent year more_than 95"],
    }  # fmt: skip
    assert [step.letter for step in wigston.stage("stage_two").on_leaving] == ["postcard"]
    for key in ("stage_two", "stage_three", "stage_four", "stage_five", "stage_six"):
        assert wigston.stage(key).warns_parents_first
    for key in ("stage_two", "clinic", "stage_three"):
        assert "weekly-message" in {step.letter for step in wigston.stage(key).actions if step.each_review}
    assert assemble([Adoption(NEW_LAW, "wigston")]).cited(WeeklyReview, on=TODAY).value.weekday == 5


def test_a_day_without_a_reason_is_left_once_the_reason_is_known_and_illness_once_the_child_is_back() -> None:
    ends = {stage.key: list(map(in_words, lines_of(stage.leaves))) for stage in ladders_of("john_taylor").stages}

    assert ends["day_one"] == ends["day_three"] == ["unexplained sessions school_weeks 2 or_more 1"]
    assert ends["day_four_illness"] == ["ill consecutive_days or_more 1"]
    assert ends["day_six"] == ["attended sessions days 1 or_more 1"]


def test_advances_second_letter_is_left_at_97_percent_and_gives_five_school_days() -> None:
    second = ladders_of("advance").stage("second_letter")

    assert second.leaves
    assert in_words(second.leaves) == "attended percent year or_more 97"
    assert [step.within_school_days for step in second.actions if step.does is Does.EVIDENCE] == [5]


def test_a_penalty_is_preceded_by_support_and_nobody_need_agree_before_it_is_considered() -> None:
    for name, stage in every_stage():
        if stage.key in {"penalty_notice", "fixed_penalty", "statutory_referral"}:
            assert stage.needs_support_first, name
            assert stage.warns_parents_first, name
            assert not stage.approvals, name


def test_the_years_after_16_have_a_ladder_of_their_own_without_legal_steps() -> None:
    def holds(ladder: Ladder, year: int) -> bool:
        condition = ladder.holds_for
        if condition is None:
            return True
        return year in condition.years if condition.years else all(year not in part.years for part in condition.none_of)

    by_year = {
        year: {ladder.key for ladder in ladders_of("john_taylor").ladders if holds(ladder, year)}
        for year in (7, 11, 12, 13)
    }

    assert by_year[7] == by_year[11] == {"safe_and_well", "graduated_response"}
    assert by_year[12] == by_year[13] == {"safe_and_well", "post_16"}


def test_where_the_law_took_over_the_stage_says_what_the_policy_says_and_why() -> None:
    for name, key in (("aspire", "severe"), ("advance", "third_letter"), ("advance", "severe"),
                      ("hertfordshire", "persistent"), ("hertfordshire", "fixed_penalty")):  # fmt: skip
        before, since = (ladders_of(name, on=on).stage(key) for on in (LAST_OF_OLD_LAW, NEW_LAW))
        assert before.when != since.when
        assert before.actions == since.actions
        assert re.search(r"nationally|national measure|regulations", since.says)


def test_no_line_is_of_a_percentage_outside_the_year() -> None:
    for _, stage in every_stage():
        for part in stage.when.parts() if stage.when else ():
            if part.unit is Unit.PERCENT:
                assert part.window
                assert part.window.span is Span.YEAR
