import datetime as dt
from pathlib import Path

import pytest

from attendance_mat.policy import loader
from attendance_mat.policy.adopted import Adoption, assemble, breach, national
from attendance_mat.policy.faults import PolicyError
from attendance_mat.policy.loader import NATIONAL, load, pack, pack_names
from attendance_mat.policy.schema import CodesByRole, FollowUps, MonthDay, Parameter, SchoolLeavingDate
from registers.rules.codes import in_force, periods

TODAY = dt.date(2026, 11, 23)
NEW_LAW = dt.date(2024, 8, 19)
ABOUT = "pack: {title: A policy, trust: A trust, dated: null, builds_on: national}\n"
SOURCE = "source: {title: A policy, clause: section 1, url: null, checked_on: 2026-11-21}"


def faults_of(tmp_path: Path, text: str, *, about: str = ABOUT) -> list[str]:
    file = tmp_path / "trust.yaml"
    file.write_text(about + text, encoding="utf-8")
    with pytest.raises(PolicyError) as refused:
        load(file)
    return [str(fault) for fault in refused.value.faults]


def test_the_national_pack_gives_every_parameter_a_value_today() -> None:
    for kind in Parameter.every.values():
        assert national().terms(kind, on=TODAY)


def test_the_five_policies_and_the_national_one_can_be_adopted() -> None:
    assert pack_names() == ("advance", "aspire", "hertfordshire", "john_taylor", "national", "wigston")
    for name in pack_names():
        assert assemble([Adoption(TODAY, name)]).pack_name(on=TODAY) == name


@pytest.mark.parametrize("name", pack_names())
def test_every_value_cites_a_law_a_policy_or_owns_to_being_a_default(name: str) -> None:
    for parameter, values in pack(name).values.items():
        assert pack(name).says[parameter].endswith(".")
        for dated in values:
            assert dated.source.title
            assert dated.source.clause
            assert dated.source.url or "default" in dated.source.title or name != NATIONAL


@pytest.mark.parametrize("name", [name for name in pack_names() if name != NATIONAL])
def test_a_policy_goes_beyond_the_law_only_where_its_page_says_the_law_holds(name: str) -> None:
    breaches = {
        (name, parameter)
        for parameter, values in pack(name).values.items()
        for dated in values
        if breach(dated.value, national().terms(type(dated.value), on=TODAY))
    }

    assert breaches <= {("aspire", "register_retention")}


def test_every_code_a_policy_names_was_in_force_while_the_value_held() -> None:
    known = {row.code for row in periods()}
    for values in pack(NATIONAL).values.values():
        for dated in values:
            for said in vars(dated.value).values():
                if isinstance(said, tuple) and said and all(item in known for item in said):
                    assert all(
                        any(row.code == code and (row.until_date or TODAY) > dated.from_date for row in periods())
                        for code in said
                    )


def test_a_teacher_says_who_is_here_and_the_office_never_authorises_absence() -> None:
    roles = national().terms(CodesByRole, on=TODAY)

    assert roles.of("teacher") == {"/", "\\", "L", "N", "U"}
    assert not roles.of("office") & {"C", "C1", "C2", "J1", "S", "R", "T", "E", "G", "O"}
    assert roles.of("headteacher") == {row.code for row in in_force(TODAY)} - {"Z"}
    assert roles.of("trustee") == frozenset()


def test_only_the_two_rules_of_law_open_a_case() -> None:
    follow_ups = national().terms(FollowUps, on=TODAY)

    assert [each.rule for each in follow_ups.rules if each.opens_case] == [
        "ten_in_ten_weeks",
        "twenty_consecutive_days",
    ]
    assert follow_ups.of("severe_absence") == follow_ups.rules[1]
    assert follow_ups.of("unheard_of") is None


def test_a_day_of_the_year_is_read_as_people_write_it() -> None:
    assert national().terms(SchoolLeavingDate, on=TODAY).next_year_begins == MonthDay(9, 1)


def test_a_pack_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(PolicyError, match=r"There is no pack named “\.\./national”"):
        pack("../national")


def test_every_fault_in_a_file_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    # Given a pack wrong in many ways
    text = f"""register_open:
  says: Registers close soon.
  in_force:
    - from: 2024-09-01
      minutes: ten
      {SOURCE}
    - minutes: 20
      from: 2023-09-01
    - from: soon
      minutes: 20
      seconds: 5
      {SOURCE}
unheard_of: {{says: Nothing., in_force: []}}
persistent_absence: {{says: Ours., in_force: []}}
"""

    # When it is loaded, then each fault is named in the order of the file
    assert faults_of(tmp_path, text) == [
        "trust.yaml, line 6: “minutes” must be a whole number, not “ten”.",
        "trust.yaml, line 8: “source” is missing.",
        "trust.yaml, line 10: “from” must be a date as 2024-08-19, not “soon”.",
        "trust.yaml, line 12: “seconds” is not a field of RegisterOpen.",
        "trust.yaml, line 14: There is no parameter named “unheard_of”.",
        "trust.yaml, line 15: “persistent_absence” is set nationally; no other pack may state it.",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            f"register_open: {{says: Soon., in_force: [{{minutes: 10, {SOURCE}}}]}}",
            "trust.yaml, line 2: “from” is missing.",
        ),
        (
            f"register_open: {{in_force: [{{from: 2024-09-01, minutes: 10, {SOURCE}}}]}}",
            "trust.yaml, line 2: “says” is missing.",
        ),
        ("register_open: {says: Soon.}", "trust.yaml, line 2: “in_force” must list at least one value."),
        ("register_open: {says: Soon., in_force: []}", "trust.yaml, line 2: “in_force” must list at least one value."),
        (
            f"register_open: {{says: Soon., in_force: [{{from: 2024-09-01, {SOURCE}}}]}}",
            "trust.yaml, line 2: “minutes” is missing.",
        ),
        (
            "register_open: {says: Soon., in_force: [{from: 2024-09-01, minutes: 10, source: folklore}]}",
            "trust.yaml, line 2: Expected the fields of Source.",
        ),
        (
            f"register_open: {{says: Soon., in_force: [{{from: 2024-09-01, minutes: 10, minutes: 20, {SOURCE}}}]}}",
            "trust.yaml, line 2: “minutes” is written twice.",
        ),
        (
            f"register_open: {{says: Soon., note: hm, in_force: [{{from: 2024-09-01, minutes: 10, {SOURCE}}}]}}",
            "trust.yaml, line 2: “note” is neither says nor in_force.",
        ),
        (
            f"morning_session: {{says: Soon., in_force: [{{from: 2024-09-01, starts: 850, {SOURCE}}}]}}",
            "trust.yaml, line 2: “starts” must be a time as 08:50, not 850.",
        ),
        (
            f"morning_session: {{says: Soon., in_force: [{{from: 2024-09-01, starts: [], {SOURCE}}}]}}",
            "trust.yaml, line 2: “starts” must be a time as 08:50, not a list.",
        ),
        (
            f"register_open: {{says: Soon., in_force: [{{from: 2024-09-01, minutes: true, {SOURCE}}}]}}",
            "trust.yaml, line 2: “minutes” must be a whole number, not true.",
        ),
        (
            f"register_open: {{says: Soon., in_force: [{{from: 2024-09-01, minutes: null, {SOURCE}}}]}}",
            "trust.yaml, line 2: “minutes” must be a whole number, not nothing.",
        ),
        (
            f"follow_ups: {{says: Soon., in_force: [{{from: 2024-09-01, rules: none, {SOURCE}}}]}}",
            "trust.yaml, line 2: “rules” must be a list.",
        ),
    ],
)
def test_a_value_that_is_undated_uncited_ill_typed_or_repeated_is_refused(
    tmp_path: Path, text: str, fault: str
) -> None:
    assert faults_of(tmp_path, text) == [fault]


def test_a_list_that_says_the_same_thing_twice_is_refused(tmp_path: Path) -> None:
    codes = ", ".join(f"{role}: [N, N]" for role in CodesByRole.__annotations__)
    text = f"codes_by_role: {{says: Soon., in_force: [{{from: 2024-09-01, {codes}, {SOURCE}}}]}}"

    assert "trust.yaml, line 2: “teacher” lists the same thing twice." in faults_of(tmp_path, text)


def test_values_are_told_oldest_first(tmp_path: Path) -> None:
    value = f"minutes: 10, {SOURCE}"
    text = f"""register_open:
  says: Soon.
  in_force:
    - {{from: 2024-09-01, {value}}}
    - {{from: 2024-09-01, {value}}}
"""

    assert faults_of(tmp_path, text) == ["trust.yaml, line 6: 2024-09-01 does not come after 2024-09-01: oldest first."]


def test_a_parameter_stated_twice_is_refused(tmp_path: Path) -> None:
    stated = f"register_open: {{says: Soon., in_force: [{{from: 2024-09-01, minutes: 10, {SOURCE}}}]}}\n"

    assert faults_of(tmp_path, stated * 2) == ["trust.yaml, line 3: “register_open” is written twice."]


@pytest.mark.parametrize(
    ("about", "fault"),
    [
        ("", "trust.yaml, line 1: The file is empty."),
        ("a: 1\n", "trust.yaml, line 1: There is no parameter named “a”."),
        ("a: [1\n", "trust.yaml, line 2: This is not YAML: expected ',' or ']', but got '<stream end>'."),
    ],
)
def test_a_file_that_is_no_pack_is_refused(tmp_path: Path, about: str, fault: str) -> None:
    assert fault in faults_of(tmp_path, "", about=about)


def test_a_pack_may_be_loaded_from_a_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a trust's own pack put beside the others
    (tmp_path / "ours.yaml").write_text(ABOUT, encoding="utf-8")
    monkeypatch.setattr(loader, "FOLDER", tmp_path)

    # When it is loaded, then it states nothing and knows what it builds on
    ours = load(loader.FOLDER / "ours.yaml")
    assert (ours.values, ours.about.builds_on) == ({}, NATIONAL)
