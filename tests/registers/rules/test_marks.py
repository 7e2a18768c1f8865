import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registers.rules.calendar import LONDON, register_closes_at
from registers.rules.codes import Misuse, Refusal
from registers.rules.marks import (
    ChangeKind,
    Outcome,
    RegisterTimes,
    Row,
    Stored,
    decide_row,
    kind_of_change,
    late_code,
    minutes_late,
)

DAY = dt.date(2026, 1, 5)


def at(clock: str, *, on: dt.date = DAY) -> dt.datetime:
    return dt.datetime.combine(on, dt.time.fromisoformat(clock), tzinfo=LONDON)


CLOSES = RegisterTimes(closes_at=at("09:20"))
FINISHED = RegisterTimes(closes_at=at("09:20"), finished_at=at("09:00"))


@pytest.mark.parametrize(
    ("arrived", "code", "why"),
    [
        ("09:19", "L", "Arrived at 09:19; the register was open until 09:20."),
        ("09:20", "L", "Arrived at 09:20; the register was open until 09:20."),
        ("09:21", "U", "Arrived at 09:21; the register closed at 09:20."),
    ],
)
def test_a_child_who_comes_up_to_the_closing_time_is_late_and_after_it_absent(
    arrived: str, code: str, why: str
) -> None:
    assert late_code(at(arrived), at("09:20")) == (code, why)


@pytest.mark.parametrize("on", [dt.date(2026, 3, 30), dt.date(2026, 10, 26)])  # the first school days of a new hour
def test_late_is_read_by_the_clock_on_the_wall_after_the_clocks_change(on: dt.date) -> None:
    closes = register_closes_at(on, starts=dt.time(8, 50), open_minutes=30)
    arrived = at("09:20", on=on).astimezone(dt.UTC)

    assert late_code(arrived, closes) == ("L", "Arrived at 09:20; the register was open until 09:20.")


@pytest.mark.parametrize(("arrived", "minutes"), [("08:49", 0), ("08:50", 0), ("08:50:59", 0), ("09:05", 15)])
def test_minutes_late_are_whole_and_never_below_nought(arrived: str, minutes: int) -> None:
    assert minutes_late(at(arrived), at("08:50")) == minutes


@pytest.mark.parametrize(
    ("times", "clock", "kind"),
    [
        (CLOSES, "09:20", ChangeKind.CORRECTION),
        (CLOSES, "09:20:01", ChangeKind.AMENDMENT),
        (FINISHED, "08:59", ChangeKind.CORRECTION),
        (FINISHED, "09:00", ChangeKind.AMENDMENT),
    ],
)
def test_a_change_is_a_correction_until_the_register_is_finished_or_closed(
    times: RegisterTimes, clock: str, kind: ChangeKind
) -> None:
    assert kind_of_change(times, at(clock)) is kind


def test_a_blank_mark_is_filled() -> None:
    assert decide_row(Row("/", 0, at("08:55")), None, CLOSES, received_at=at("08:55")) == (Outcome.SAVED, None, "", "")


def test_a_blank_left_blank_is_the_same() -> None:
    decision = decide_row(Row("", 0, at("08:55")), None, CLOSES, received_at=at("08:55"))

    assert decision.outcome is Outcome.SAME


@pytest.mark.parametrize("base", [0, 1, 5])
def test_two_people_who_say_the_same_never_clash(base: int) -> None:
    decision = decide_row(Row("N", base, at("08:55")), Stored("N", 1), CLOSES, received_at=at("08:55"))

    assert decision.outcome is Outcome.SAME


@pytest.mark.parametrize(("base", "stored"), [(0, Stored("N", 0)), (1, Stored("N", 1)), (1, None)])
def test_a_mark_that_moved_meanwhile_is_a_clash(base: int, stored: Stored | None) -> None:
    decision = decide_row(Row("/", base, at("08:55")), stored, CLOSES, received_at=at("08:55"))

    assert decision.outcome is Outcome.CLASH
    assert decision.why == "Someone else changed this mark while you worked."


def test_a_change_while_the_register_is_open_is_a_correction_and_needs_no_reason() -> None:
    decision = decide_row(Row("L", 1, at("09:01")), Stored("N", 0), CLOSES, received_at=at("09:01"))

    assert decision == (Outcome.SAVED, ChangeKind.CORRECTION, "", "")


def test_a_mark_may_be_cleared_only_while_the_register_is_open() -> None:
    cleared = decide_row(Row("", 1, at("09:01")), Stored("N", 0), CLOSES, received_at=at("09:01"))
    refused = decide_row(Row("", 1, at("09:30"), "wrong row"), Stored("N", 0), CLOSES, received_at=at("09:30"))

    assert (cleared.outcome, cleared.change) == (Outcome.SAVED, ChangeKind.CORRECTION)
    assert (refused.outcome, refused.why) == (
        Outcome.REFUSED,
        "The register is closed: a mark can be amended, not cleared.",
    )


@pytest.mark.parametrize(("reason", "outcome"), [("Telephoned: ill", Outcome.SAVED), (" ", Outcome.REFUSED)])
def test_an_amendment_after_the_register_closes_gives_its_reason(reason: str, outcome: Outcome) -> None:
    decision = decide_row(Row("I", 1, at("10:00"), reason), Stored("N", 0), CLOSES, received_at=at("10:00"))

    assert decision.outcome is outcome
    assert (decision.reason or decision.why) in {
        "Telephoned: ill",
        "The register is closed: say why the mark is amended.",
    }


def test_a_tap_made_before_the_close_and_received_after_is_an_amendment_made_offline() -> None:
    decision = decide_row(Row("/", 1, at("09:10")), Stored("N", 0), CLOSES, received_at=at("11:00"))

    assert decision == (Outcome.SAVED, ChangeKind.AMENDMENT, "made offline", "")


@pytest.mark.parametrize(
    ("came", "opens", "reason"),
    [
        ("09:10", "08:00", "made offline"),  # made at the very moment at which what it changes was received
        ("09:11", "08:00", ""),  # before anybody can have seen it
        ("14:00", "08:00", ""),
        ("09:00", "09:10", "made offline"),  # and as the register could first be opened
        ("09:00", "09:11", ""),
    ],
)
def test_a_change_was_made_offline_only_once_its_mark_was_there_to_see_and_the_register_to_take(
    came: str, opens: str, reason: str
) -> None:
    times = RegisterTimes(CLOSES.closes_at, opens_at=at(opens))
    stored = Stored("N", 0, received_at=at(came))
    decision = decide_row(Row("/", 1, at("09:10")), stored, times, received_at=at("14:20"))
    assert (decision.outcome, decision.reason) == (Outcome.SAVED if reason else Outcome.REFUSED, reason)
    if not reason:
        assert decision.why == "The register is closed: say why the mark is amended."
    # With a reason of its own it is an amendment as any other
    given = decide_row(Row("/", 1, at("09:10"), "Seen in class"), stored, times, received_at=at("14:20"))
    assert given == (Outcome.SAVED, ChangeKind.AMENDMENT, "Seen in class", "")


@pytest.mark.parametrize(("opens", "reason"), [("09:10", "made offline"), ("09:11", "")])
def test_a_blank_is_filled_late_all_the_same_and_says_made_offline_where_it_can_have_been(
    opens: str, reason: str
) -> None:
    times = RegisterTimes(CLOSES.closes_at, opens_at=at(opens))
    decision = decide_row(Row("/", 0, at("09:10")), None, times, received_at=at("11:00"))
    assert decision == (Outcome.SAVED, None, reason, "")


def test_a_blank_filled_offline_says_so_too() -> None:
    decision = decide_row(Row("/", 0, at("09:10")), None, CLOSES, received_at=at("11:00"))

    assert decision == (Outcome.SAVED, None, "made offline", "")


def test_an_offline_tap_on_a_mark_that_moved_is_a_clash() -> None:
    decision = decide_row(Row("/", 1, at("09:10")), Stored("I", 1), CLOSES, received_at=at("11:00"))

    assert decision.outcome is Outcome.CLASH


def test_a_code_that_may_not_be_used_is_refused_before_anything_else() -> None:
    refused = Refusal(Misuse.UNKNOWN, "“A” is not an attendance code.")

    decision = decide_row(Row("A", 9, at("08:55")), None, CLOSES, received_at=at("08:55"), refused=refused)

    assert decision == (Outcome.REFUSED, None, "", "“A” is not an attendance code.")


@given(
    code=st.sampled_from(["", "/", "N", "L"]),
    base=st.integers(0, 3),
    stored=st.none() | st.builds(Stored, st.sampled_from(["", "/", "N"]), st.integers(0, 2)),
    made=st.sampled_from(["08:55", "09:20", "09:40"]),
    received=st.sampled_from(["08:56", "09:20", "10:00"]),
    reason=st.sampled_from(["", "ill"]),
)
def test_nothing_is_ever_saved_over_a_mark_its_writer_had_not_seen(
    *, code: str, base: int, stored: Stored | None, made: str, received: str, reason: str
) -> None:
    decision = decide_row(Row(code, base, at(made), reason), stored, CLOSES, received_at=at(received))

    if decision.outcome is Outcome.SAVED:
        assert base == (stored.base if stored else 0)
        assert (decision.change is None) is (stored is None)
        assert decision.change is not ChangeKind.AMENDMENT or decision.reason
