"""What a pack may not say, each refused with its file, its line and the reason."""

from pathlib import Path

import pytest

from attendance_mat.policy.faults import PolicyError
from attendance_mat.policy.loader import load

ABOUT = "pack: {title: A policy, trust: A trust, dated: null, builds_on: national}\n"
SOURCE = "source: {title: A policy, clause: section 1, url: null, checked_on: 2026-11-21}"
WINS = "{{clause: {0}, kind: overridden, rule: {1}, policy_says: Ours., instead: The law., parameters: [{2}]}}"
STAGE = "key: one, label: One, clause: A-1, says: One."


def faults_of(tmp_path: Path, text: str, *, about: str = ABOUT) -> list[str]:
    file = tmp_path / "trust.yaml"
    file.write_text(about + text, encoding="utf-8")
    with pytest.raises(PolicyError) as refused:
        load(file)
    return [str(fault) for fault in refused.value.faults]


def stated(name: str, fields: str, *, from_date: str = "2024-09-01") -> str:
    return f"{name}: {{says: Ours., in_force: [{{from: {from_date}, {fields}, {SOURCE}}}]}}\n"


def kept(years: int, *, from_date: str) -> str:
    return stated("register_retention", f"years: {years}", from_date=from_date)


def wins(clause: str, rule: str, parameter: str = "") -> str:
    return f"law_wins: [{WINS.format(clause, rule, parameter)}]\n"


def ladder(stage: str) -> str:
    return stated("ladders", f"ladders: [{{key: a, label: A, stages: [{{{STAGE} {stage}}}]}}]")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        # Beyond the law, and not listed under law_wins
        (
            kept(3, from_date="2024-09-01"),
            "trust.yaml, line 2: From 2024-09-01 the law holds here: “years” may be at least 6, not 3."
            " List it under “law_wins”.",
        ),
        (
            kept(3, from_date="2010-09-01"),
            "trust.yaml, line 2: From 2024-08-19 the law holds here: “years” may be at least 6, not 3."
            " List it under “law_wins”.",
        ),
        # A code, role, letter or stage that is not there
        (
            stated("late_marks", "before_close: L, after_close: H"),
            "trust.yaml, line 2: The code “H” was not in force while this held.",
        ),
        (
            stated("late_marks", "before_close: L, after_close: LL", from_date="2010-09-01"),
            "trust.yaml, line 2: The code “LL” was not in force while this held.",
        ),
        (
            ladder(", when: null, actions: [{does: task, words: Go., role: caretaker, within_school_days: 1}]"),
            "trust.yaml, line 2: There is no role named “caretaker”.",
        ),
        (
            ladder(
                ", when: null, actions: [{does: letter, words: Go., role: office, within_school_days: 1, letter: ode}]"
            ),
            "trust.yaml, line 2: There is no letter named “ode”.",
        ),
        (
            ladder(", when: null, not_after: [two]"),
            "trust.yaml, line 2: “one” names a stage “two” that is not there.",
        ),
        (
            ladder(", when: {groups: [left-handed]}"),
            "trust.yaml, line 2: There is no characteristic named “left-handed”.",
        ),
        (ladder(", when: {phases: [nightly]}"), "trust.yaml, line 2: There is no phase named “nightly”."),
        # Silence
        (
            stated("register_open", "minutes: 10") + "silent: {register_open: No word.}\n",
            "trust.yaml, line 3: “register_open” is stated, so the policy is not silent on it.",
        ),
        ("silent: {wishes: No word.}\n", "trust.yaml, line 2: There is no parameter named “wishes”."),
        (
            "silent: {severe_absence: No word.}\n",
            "trust.yaml, line 2: “severe_absence” is set nationally, so a policy's silence says nothing.",
        ),
        (
            "silent: [register_open]\n",
            "trust.yaml, line 2: “silent” gives a note for each parameter the policy says nothing of.",
        ),
        ("silent: {gates: null}\n", "trust.yaml, line 2: “gates” must be text, not nothing."),
        (
            "silent: {gates: No word., gates: No word.}\n",
            "trust.yaml, line 2: “gates” is written twice.",
        ),
        # Where the law wins
        (
            wins("AET-6.07", "R14", "register_retention"),
            "trust.yaml, line 2: “register_retention” is not stated, so the law wins nothing over it.",
        ),
        (wins("section 6", "R14", ""), "trust.yaml, line 2: “section 6” is not a clause as AET-6.07."),
        (wins("AET-6.07", "law 14", ""), "trust.yaml, line 2: “law 14” is not a rule of law as R14."),
        (
            wins("AET-6.07", "R14", "").replace("overridden", "ignored"),
            "trust.yaml, line 2: “kind” must be one of overridden, advisory, not “ignored”.",
        ),
        ("law_wins: never\n", "trust.yaml, line 2: “law_wins” must be a list."),
        (
            "law_wins:\n"
            "  - {clause: AET-6.07, kind: overridden, rule: R14, policy_says: Ours., instead: Theirs.}\n"
            "  - {clause: AET-6.07, kind: advisory, rule: R15, policy_says: Ours., instead: Theirs.}\n",
            "trust.yaml, line 4: The clause “AET-6.07” is listed twice.",
        ),
        # Disagreements
        (
            "contradictions: [{between: [], says: A., decided: B., because: C.}]\n",
            "trust.yaml, line 2: A contradiction names the clauses it stands between.",
        ),
        (
            "contradictions: [{between: [6.07], says: A., decided: B., because: C.}]\n",
            "trust.yaml, line 2: “6.07” is not a clause as AET-6.07.",
        ),
        (
            "contradictions: [{between: [AET-6.07], says: A., decided: B.}]\n",
            "trust.yaml, line 2: “because” is missing.",
        ),
    ],
)
def test_a_pack_is_refused_with_file_line_and_reason(tmp_path: Path, text: str, fault: str) -> None:
    assert faults_of(tmp_path, text) == [fault]


def test_a_value_beyond_the_law_stays_where_the_pack_lists_it(tmp_path: Path) -> None:
    (tmp_path / "trust.yaml").write_text(
        ABOUT + kept(3, from_date="2010-09-01") + wins("AET-6.07", "R14", "register_retention"), encoding="utf-8"
    )

    assert load(tmp_path / "trust.yaml").law_wins[0].parameters == ("register_retention",)


def test_a_code_no_longer_in_force_stays_where_the_pack_lists_it(tmp_path: Path) -> None:
    text = stated("late_marks", "before_close: L, after_close: H") + wins("AET-6.07", "R4", "late_marks")
    (tmp_path / "trust.yaml").write_text(ABOUT + text, encoding="utf-8")

    assert load(tmp_path / "trust.yaml").values["late_marks"]


@pytest.mark.parametrize(
    ("builds_on", "fault"),
    [
        ("trust", "trust.yaml, line 1: It builds on itself: trust on trust."),
        ("second", "trust.yaml, line 1: It builds on itself: trust on second on trust."),
        ("nowhere", "trust.yaml, line 1: There is no pack named “nowhere” to build on."),
        ("null", "trust.yaml, line 1: “trust” builds on nothing; only the national pack does."),
        ("bare", "trust.yaml, line 1: “bare” builds on nothing; only the national pack does."),
    ],
)
def test_a_pack_comes_down_to_the_national_one_and_never_to_itself(tmp_path: Path, builds_on: str, fault: str) -> None:
    (tmp_path / "second.yaml").write_text(ABOUT.replace("national", "trust"), encoding="utf-8")
    (tmp_path / "bare.yaml").write_text("nothing: here\n", encoding="utf-8")

    assert faults_of(tmp_path, "", about=ABOUT.replace("national", builds_on)) == [fault]


def test_a_pack_may_build_on_another_of_the_product_s(tmp_path: Path) -> None:
    (tmp_path / "trust.yaml").write_text(ABOUT.replace("national", "aspire"), encoding="utf-8")

    assert load(tmp_path / "trust.yaml").about.builds_on == "aspire"
