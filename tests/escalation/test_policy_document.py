"""The policy document is made from the values that run: whatever changes there changes here."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from attendance_mat.policy.adopted import Adoption, Override, Policy, assemble
from attendance_mat.policy.ladder import Ladders
from attendance_mat.policy.loader import pack, pack_names
from attendance_mat.policy.schema import MonthDay, Parameter
from attendance_mat.policy.typed import plain
from escalation.rules import wording
from escalation.rules.document import document, in_force, section_of
from escalation.rules.phrases import PHRASES

TERM, TODAY = dt.date(2026, 9, 1), dt.date(2026, 11, 23)
BEFORE_THE_LAW = dt.date(2024, 6, 3)
UNSAID = {Ladders}  # drawn as a chart; its own sentence counts its stages


def policy(name: str, *overrides: Override) -> Policy:
    return assemble([Adoption(dt.date(2006, 9, 1), name)], overrides)


def lines(of: Policy, *, on: dt.date = TODAY) -> dict[str, Any]:
    said = document(of, on=on, letters={})
    return {line.name: line for section in said.sections for line in section.lines}


def next_of(value: StrEnum) -> StrEnum:
    kinds = list(type(value))
    return kinds[(kinds.index(value) + 1) % len(kinds)]


def less(value: tuple[Any, ...]) -> tuple[Any, ...]:
    if value and is_dataclass(value[0]):
        return (next(changed(value[0])), *value[1:])
    return value[:-1] if len(value) > 1 else tuple(other(each) for each in value)


OTHERS = (
    (bool, lambda value: not value),
    (MonthDay, lambda value: MonthDay(value.month, value.day % 28 + 1)),
    (StrEnum, next_of),
    (int, lambda value: value % 7 + 1),  # weekdays and months stay what they are
    (dt.time, lambda value: value.replace(minute=(value.minute + 7) % 60)),
    (dt.date, lambda value: value + dt.timedelta(days=1)),
    (str, lambda value: f"{value} otherwise"),
    (tuple, less),
)


def other(value: Any) -> Any:
    """Return another value of the same kind, or the same where there is none to be had."""
    return next((another(value) for kind, another in OTHERS if isinstance(value, kind)), value)


def changed(value: Any) -> Iterator[Any]:
    """Yield the value with one field changed, for each field that can be."""
    for field in fields(value):
        said = getattr(value, field.name)
        if other(said) != said:
            yield replace(value, **{field.name: other(said)})


def stated() -> Iterator[tuple[str, Parameter]]:
    for name in pack_names():
        for values in pack(name).values.values():
            yield from ((name, dated.value) for dated in values if type(dated.value) not in UNSAID)


@pytest.mark.parametrize("name", pack_names())
def test_whatever_field_changes_the_sentences_change(name: str) -> None:
    for each, value in stated():
        if each == name:
            others = list(changed(value))
            assert others or all(getattr(value, field.name) in (None, ()) for field in fields(value)), value
            for instead in others:
                assert wording.sentences(instead) != wording.sentences(value), (value, instead)


def test_every_phrase_is_of_a_field_there_is() -> None:
    known: set[str] = set()

    def note(kind: type[Any]) -> None:
        for field, hint in get_type_hints(kind).items():
            if field in {each.name for each in fields(kind)}:
                known.add(wording.field_key(kind, field))
                inner = get_args(hint)[0] if get_origin(hint) is tuple else hint
                if is_dataclass(inner):
                    note(inner)

    for kind in Parameter.every.values():
        note(kind)
    assert set(PHRASES) <= known


@pytest.mark.parametrize("name", pack_names())
def test_every_parameter_in_force_stands_under_a_heading_with_its_clause(name: str) -> None:
    of = policy(name)
    said = lines(of)

    assert set(said) == {each for each, _ in in_force(of, on=TODAY)}
    assert all(line.clause and line.set_by for line in said.values())


def test_an_override_is_in_the_document_with_its_reason() -> None:
    of = policy("wigston", Override(TERM, "morning_session", {"starts": "08:40"}, "Governors, 1 July"))
    said = document(of, on=TODAY, letters={})

    line = lines(of)["morning_session"]
    assert line.sentences == ("The morning session starts at 08:40.",)
    assert line.clause == "Setting of the school, Governors, 1 July"
    assert said.times[:2] == (("Morning session starts", "08:40"), ("Morning register closes", "09:10"))


def test_the_chart_is_drawn_from_the_stages_that_run() -> None:
    of = policy("wigston")
    boxes = {box.key: box for chart in document(of, on=TODAY, letters={}).charts for box in chart.boxes}

    assert boxes["stage_one"].when == (
        "Attendance below 95% of possible sessions this school year, once 20 sessions were possible."
    )
    assert boxes["stage_four"].after == ("Stage three",)
    assert boxes["stage_five"].by_person
    assert boxes["stage_two"].on_leaving[0].words == "Send a postcard home."


def test_moving_a_stage_moves_the_chart_and_the_minimum_is_said_with_it() -> None:
    text = plain(policy("wigston").terms(Ladders, on=TODAY))
    stage = next(each for each in text["ladders"][0]["stages"] if each["key"] == "stage_one")
    stage["when"]["than"] = 96
    of = policy("wigston", Override(TERM, "ladders", text, "Trial"),
                Override(TERM, "percentage_stages", {"minimum_possible_sessions": 40}, "Trial"))  # fmt: skip

    boxes = {box.key: box for chart in document(of, on=TODAY, letters={}).charts for box in chart.boxes}
    assert boxes["stage_one"].when == (
        "Attendance below 96% of possible sessions this school year, once 40 sessions were possible."
    )


def test_a_stage_whose_text_is_lost_says_so() -> None:
    boxes = {box.key: box for chart in document(policy("advance"), on=TODAY, letters={}).charts for box in chart.boxes}

    assert not boxes["a2"].configured
    assert boxes["a2"].when == "Not configured: the policy's own text of this stage is not at hand."


def test_letters_and_roles_are_those_of_the_stages() -> None:
    said = document(policy("wigston"), on=TODAY, letters={"concern-letter-1": "Concern about attendance"})

    assert ("Concern about attendance", ("Stage two",)) in said.letters
    assert any(who == "head of year" and steps for who, steps in said.roles)


def test_where_the_law_wins_the_document_says_what_the_policy_says_instead() -> None:
    kept = lines(policy("aspire"))["register_retention"]
    before = lines(policy("aspire"), on=BEFORE_THE_LAW)["register_retention"]

    assert kept.sentences == ("Every entry is kept 6 years from the day it was made.",)
    assert kept.overruled == ("Every entry is kept 3 years from the day it was made.",)
    assert before.overruled == ()
    of = document(policy("aspire"), on=TODAY, letters={})
    assert "AET-6.07" in {each.clause for each in of.law_wins}
    earlier = document(policy("aspire"), on=BEFORE_THE_LAW, letters={})
    assert "AET-6.07" not in {each.clause for each in earlier.law_wins}


def test_what_a_pack_leaves_open_is_told_and_national_law_is_no_silence() -> None:
    silent = {line.name for line in document(policy("wigston"), on=TODAY, letters={}).silent}

    assert "nightly_check" in silent
    assert "morning_session" not in silent
    assert "persistent_absence" not in silent
    assert document(policy("national"), on=TODAY, letters={}).silent == ()


def test_a_code_names_those_who_may_enter_it() -> None:
    rows = {row.code: row for row in document(policy("national"), on=TODAY, letters={}).codes}

    assert rows["I"].entered_by == "head of year, office, attendance officer, safeguarding lead, headteacher"
    assert "H" not in rows
    assert "H" in {row.code for row in document(policy("national"), on=BEFORE_THE_LAW, letters={}).codes}


def test_a_parameter_of_a_module_nobody_placed_has_a_heading_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    assert section_of("gates") == "The school day and the register"
    monkeypatch.setitem(Parameter.every, "stray", type("Stray", (), {"__module__": "attendance_mat.policy.new"}))
    assert section_of("stray") == "Other terms"
