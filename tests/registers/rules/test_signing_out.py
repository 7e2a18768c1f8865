"""Who may take a child, and what is asked before a child leaves: the rule by itself."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registers.rules.gate import lines_of
from registers.rules.movements import CheckedBy, Leaving, MovementKind, Outing, PermitKind
from registers.rules.signing_out import (
    CONCERN,
    NO_WRITTEN_REASON,
    Asked,
    Person,
    Release,
    Terms,
    decide,
    misses,
    same_password,
)

MUM = Person("Mum Example", contact=1, may_collect=True)
AUNT = Person("Aunt Example")
PRIMARY = Asked(Leaving.APPOINTMENT, is_primary=True)
SECONDARY = Asked(Leaving.APPOINTMENT)
COLLECTED = Terms(primary_collected=True, password=True, walking_home_counts=False)
LEAD = "Sadie Blum"


def of(asked: Asked, terms: Terms = COLLECTED) -> Release:
    return decide(asked, terms, lead=LEAD)


def test_a_contact_who_may_collect_takes_the_child() -> None:
    assert of(replace(PRIMARY, collector=MUM)) == Release(CheckedBy.CONTACT)


@pytest.mark.parametrize(
    ("right", "field", "kept", "checked"),
    [(None, "password", False, None), (False, "password", True, None), (True, "", False, CheckedBy.PASSWORD)],
)
def test_somebody_else_takes_the_child_with_the_password_alone(
    right: bool | None, field: str, kept: bool, checked: CheckedBy | None
) -> None:
    found = of(replace(PRIMARY, collector=AUNT, password_right=right))
    assert (found.field, found.is_kept, found.checked_by, found.permitted) == (
        field,
        kept,
        checked,
        checked is not None,
    )


def test_without_a_rule_of_passwords_a_member_of_staff_authorises_somebody_else() -> None:
    asked = replace(PRIMARY, collector=AUNT)
    assert of(asked, Terms()).field == "authorised_by"
    found = of(replace(asked, authorised_by=" Ben Okafor "), Terms())
    assert found.checked_by is CheckedBy.AUTHORISER
    assert found.warnings == ("They are not recorded as someone who may collect this pupil. Ben Okafor authorised it.",)
    assert of(replace(asked, authorised_by="Ben Okafor", password_right=False), Terms()).is_kept


def test_nobody_without_contact_takes_a_child_whoever_authorises_it() -> None:
    banned = replace(MUM, no_contact=True)
    found = of(replace(PRIMARY, collector=banned, authorised_by="Ben Okafor", password_right=True, by_lead=True))
    assert found.is_kept
    assert not found.permitted
    assert LEAD in found.refused


def test_a_court_order_is_for_the_safeguarding_lead_or_the_head() -> None:
    ordered = replace(PRIMARY, collector=replace(MUM, court_order="Supervised only."))
    assert LEAD in of(ordered).refused
    assert of(replace(ordered, by_lead=True)).checked_by is CheckedBy.CONTACT


def test_a_former_contact_takes_no_child() -> None:
    assert "no longer a contact" in of(replace(PRIMARY, collector=replace(MUM, gone=True))).refused


def test_a_primary_pupil_is_collected_and_walking_home_is_for_the_end_of_the_day() -> None:
    assert of(PRIMARY).refused.startswith("A primary pupil is collected")
    walks = replace(PRIMARY, permits=frozenset({PermitKind.WALKS_HOME}), authorised_by="Ben Okafor")
    assert of(walks).refused.startswith("Permission to walk home holds at the end of the day only")
    assert of(walks, Terms()).checked_by is CheckedBy.PERMIT
    assert of(PRIMARY, Terms()).field == "authorised_by"


@pytest.mark.parametrize("asked", [
    replace(SECONDARY, permits=frozenset({PermitKind.LEAVES_SITE})), replace(SECONDARY, leave_granted=True),
])  # fmt: skip
def test_an_older_pupil_leaves_alone_with_permission(asked: Asked) -> None:
    assert of(asked) == Release(CheckedBy.PERMIT)


def test_without_permission_somebody_authorises_it_by_name() -> None:
    assert of(SECONDARY).field == "authorised_by"
    assert of(replace(SECONDARY, authorised_by="Ben Okafor")).checked_by is CheckedBy.AUTHORISER


def test_who_walks_out_is_recorded_as_a_concern_and_never_as_permitted() -> None:
    assert of(Asked(Leaving.WALKED_OUT)) == Release(permitted=False, warnings=(CONCERN,))


def test_something_else_is_said_in_words() -> None:
    assert of(Asked(Leaving.OTHER, words=" ")).field == "words"
    assert of(Asked(Leaving.OTHER, words="Music exam", authorised_by="Ben Okafor")).permitted


def test_a_written_reason_that_was_not_seen_is_a_warning() -> None:
    asked, terms = replace(SECONDARY, leave_granted=True), Terms(written_reason=True)
    assert of(asked, terms).warnings == (NO_WRITTEN_REASON,)
    assert of(replace(asked, written_reason_seen=True), terms).warnings == ()


@pytest.mark.parametrize(
    ("given", "held", "same"),
    [("", ["Heron"], None), (" heron ", ["Heron"], True), ("Stork", ["Heron", ""], False), ("x", [], False)],
)
def test_a_password_is_compared_without_case_or_spaces(given: str, held: list[str], same: bool | None) -> None:
    assert same_password(given, held) is same


@given(
    st.sampled_from(Leaving), st.booleans(), st.booleans(), st.sampled_from([None, True, False]), st.text(max_size=3),
    st.frozensets(st.sampled_from(PermitKind)), st.booleans(), st.booleans(),
)  # fmt: skip
def test_nobody_forbidden_is_ever_given_a_child(
    reason: Leaving, password: bool, primary: bool, right: bool | None, authorised_by: str,
    permits: frozenset[PermitKind], leave: bool, lead: bool,
) -> None:  # fmt: skip
    asked = Asked(
        reason, replace(MUM, no_contact=True), right, authorised_by, is_primary=primary, permits=permits,
        leave_granted=leave, by_lead=lead, words="Words",
    )  # fmt: skip
    found = decide(asked, Terms(password=password), lead=LEAD)
    assert not found.permitted
    assert found.refused or reason is Leaving.WALKED_OUT


def clock(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, 23, hour, minute, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("leaves", "back", "missed"),
    [
        (clock(10), None, True), (clock(10), clock(13, 31), True), (clock(10), clock(13, 30), False),
        (clock(13), None, False), (clock(12, 59), None, True),
    ],
)  # fmt: skip
def test_a_session_is_missed_by_who_is_away_until_its_register_closed(
    leaves: dt.datetime, back: dt.datetime | None, missed: bool
) -> None:
    assert misses(leaves_at=leaves, due_back_at=back, starts=clock(13), closes=clock(13, 30)) is missed


def test_minutes_away_are_whole_and_none_while_it_lasts() -> None:
    assert Outing(1, clock(11, 5), clock(12, 40)).minutes == 95
    assert Outing(1, clock(11, 5)).minutes is None
    assert Outing(1, clock(10), due_back_at=clock(11)).is_overdue(clock(11, 1))
    assert not Outing(1, clock(10), clock(10, 30), clock(11)).is_overdue(clock(11, 1))


@pytest.mark.parametrize(
    ("due", "back", "at", "beyond"),
    [
        (clock(11, 30), None, clock(13, 31), True), (clock(11, 30), None, clock(13, 30), False),
        (clock(11, 30), clock(13, 30), clock(14), False), (clock(11, 30), clock(13, 31), clock(14), True),
        (clock(14), None, clock(15), False), (None, None, clock(15), False),
    ],
)  # fmt: skip
def test_beyond_an_appointment_is_not_back_by_the_register_though_due(
    due: dt.datetime | None, back: dt.datetime | None, at: dt.datetime, beyond: bool
) -> None:
    assert Outing(1, clock(10), back, due).is_beyond(clock(13, 30), at=at) is beyond


def test_a_gate_list_is_read_line_by_line_with_its_times() -> None:
    read = list(lines_of("  Moss  Ada\n\n8:52 Bell\n09.05 4A Reed\n25:00 Fox"))
    assert [(line.name, line.clock, bool(line.wrong)) for line in read] == [
        ("Moss Ada", None, False), ("Bell", dt.time(8, 52), False), ("4A Reed", dt.time(9, 5), False),
        ("Fox", None, True),
    ]  # fmt: skip


def test_every_kind_reason_and_check_has_words() -> None:
    for kinds in (MovementKind, Leaving, CheckedBy, PermitKind):
        assert all(each.label for each in kinds)
