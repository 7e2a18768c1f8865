"""What a change of policy would do, worked out before it is made; and values as a person types them."""

import datetime as dt

import pytest

from attendance_mat.policy.adopted import Adoption, Override, Policy, assemble
from attendance_mat.policy.building import Builder
from attendance_mat.policy.comparing import differences, with_adoption, with_setting, with_setting_ended
from attendance_mat.policy.entries import from_values
from attendance_mat.policy.faults import PolicyError
from attendance_mat.policy.loader import pack, pack_names
from attendance_mat.policy.schema import RegisterOpen
from attendance_mat.policy.typed import as_text, flattened, from_typed, plain, values_of

TERM, TODAY = dt.date(2026, 9, 1), dt.date(2026, 11, 23)
LATER, LAST = dt.date(2026, 12, 1), dt.date(2027, 1, 4)
ALWAYS = dt.date(2006, 9, 1)


def policy(*overrides: Override, pack: str = "national") -> Policy:
    return assemble([Adoption(ALWAYS, pack)], overrides)


def minutes(n: int, *, on: dt.date = TODAY, until: dt.date | None = None, **whose: bool) -> Override:
    return Override(on, "register_open", {"minutes": n}, "Governors", until_date=until, **whose)


def found(before: Policy, after: Policy) -> list[tuple[str, dt.date, dt.date | None]]:
    return [(each.name, each.from_date, each.until_date) for each in differences(before, after)]


def test_the_same_policy_differs_in_nothing() -> None:
    assert differences(policy(), policy()) == ()


def test_a_setting_differs_from_its_first_day_to_its_last() -> None:
    before = policy()

    assert found(before, with_setting(before, minutes(20))) == [("register_open", TODAY, None)]
    assert found(before, with_setting(before, minutes(20, until=LATER))) == [("register_open", TODAY, LATER)]


def test_a_setting_reaches_only_to_a_later_one() -> None:
    before = policy(minutes(10, on=LATER))

    assert found(before, with_setting(before, minutes(20))) == [("register_open", TODAY, LATER)]


def test_days_on_either_side_of_a_law_that_changed_nothing_are_one() -> None:
    before, long_ago = policy(), dt.date(2010, 9, 1)  # the guidance of 2022 put the same figure into words

    assert found(before, with_setting(before, minutes(20, on=long_ago))) == [("register_open", long_ago, None)]


def test_a_setting_under_a_lock_differs_in_nothing() -> None:
    before = policy(minutes(10, locked_by_trust=True, for_every_school=True))

    assert found(before, with_setting(before, minutes(20))) == []


def test_a_value_the_same_and_another_setter_differ_in_who_set_it() -> None:
    before = policy()
    (only,) = differences(before, with_setting(before, minutes(30)), names=["register_open"])

    assert only.fields == ()
    assert (only.before and only.before.set_by, only.after and only.after.set_by) == ("National rules", "the school")


def test_two_different_changes_that_meet_are_told_apart() -> None:
    before = policy(minutes(10, on=LATER, until=LAST))
    after = with_setting(before, minutes(20, on=TODAY, locked_by_trust=True, for_every_school=True))

    assert found(before, after) == [
        ("register_open", TODAY, LATER), ("register_open", LATER, LAST), ("register_open", LAST, None),
    ]  # fmt: skip


def test_ending_a_setting_brings_back_what_it_stood_over() -> None:
    setting = minutes(20, on=TERM)
    before = policy(setting)
    (only,) = differences(before, with_setting_ended(before, setting, until_date=TODAY))

    assert (only.from_date, only.fields) == (TODAY, (("minutes", "20", "30"),))


def test_an_adoption_differs_in_what_the_packs_say_from_that_day() -> None:
    before = policy()
    after = with_adoption(before, Adoption(TODAY, "wigston"))
    differing = {each.name: each for each in differences(before, after)}

    assert differing["morning_session"].fields == (("starts", "08:50", "08:35"),)
    assert differing["morning_session"].from_date == TODAY
    assert "persistent_absence" not in differing
    assert with_adoption(after, Adoption(TODAY, "aspire")).pack_name(on=TODAY) == "aspire"


def test_the_trust_s_setting_for_all_gives_way_to_a_school_s_and_its_lock_does_not() -> None:
    for_all = minutes(20, for_every_school=True)
    locked = minutes(25, for_every_school=True, locked_by_trust=True)

    def says(*overrides: Override) -> tuple[int, str]:
        cited = policy(*overrides).cited(RegisterOpen, on=TODAY)
        return cited.value.minutes, cited.set_by

    assert says(for_all) == (20, "the trust")
    assert says(for_all, minutes(10)) == says(minutes(10), for_all) == (10, "the school")
    assert says(for_all, locked, minutes(10)) == (25, "the trust")


@pytest.mark.parametrize("name", pack_names())
def test_every_value_is_read_back_as_it_was_written(name: str) -> None:
    for parameter, values in pack(name).values.items():
        for dated in values:
            written = plain(dated.value)
            for entry in (from_values(written), from_typed(as_text(written), name=parameter)):
                builder = Builder(parameter)
                assert (builder.build(type(dated.value), entry), builder.faults) == (dated.value, [])
            assert values_of(from_typed(as_text(written), name=parameter)) == written


def test_places_within_a_value_are_named_by_their_keys() -> None:
    value = {
        "ladders": [{"key": "one", "stages": [{"key": "a", "than": 95, "approvals": []}, {"words": None}]}],
        "on": True,
    }

    assert flattened(value) == {
        "ladders, one, key": "one",
        "ladders, one, stages, a, key": "a",
        "ladders, one, stages, a, than": "95",
        "ladders, one, stages, a, approvals": "none",
        "ladders, one, stages, 2, words": "not set",
        "on": "yes",
    }
    assert flattened([[1, 2], [False]]) == {"1": "1, 2", "2": "False"}
    assert flattened({"a": False}) == {"a": "no"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: [1", "Stages, line 1: This is not YAML"),
        ("a: \x07", "Stages: This holds characters that YAML does not allow."),
        ("", "Stages, line 1: The file is empty."),
        ("- &a 1\n- *a", "Stages, line 2: Write the value out; a reference is not read here."),
        ("[" * 40 + "]" * 40, "Stages, line 1: This is nested more than 30 deep."),
        ("- 12345678901", "Stages, line 1: A whole number has at most 9 digits here."),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, fault: str) -> None:
    with pytest.raises(PolicyError) as refused:
        from_typed(text, name="Stages")

    assert str(refused.value).startswith(fault)
