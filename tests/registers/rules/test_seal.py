"""The plain rules of the seal: when it is due, which key will do, and what a digest covers."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from registers.rules.seal import (
    Batch,
    Heading,
    Kind,
    Row,
    Sealed,
    compare,
    disposal_digest,
    faults_of_chain,
    row_digest,
    seal_digest,
    seal_was_due,
    wrong_key,
)

KEY, OTHER = b"one key of thirty-two letters or more", b"another key of thirty-two letters more"
LONDON = ZoneInfo("Europe/London")
TWO = dt.time(2)


def london(*parts: int, fold: int = 0) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=LONDON, fold=fold)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (london(2026, 11, 24, 2, 30), "2026-11-24T02:30"),
        (london(2026, 11, 24, 2, 29), "2026-11-23T02:30"),
        (london(2026, 7, 1, 23, 59), "2026-07-01T01:30"),  # half past two in summer time
        (london(2026, 7, 2, 0, 30), "2026-07-01T01:30"),  # London's day, not UTC's
        (london(2026, 10, 25, 12), "2026-10-25T02:30"),  # the clocks went back at two
        (london(2026, 3, 29, 12), "2026-03-29T01:30"),  # and forward at one
        (dt.datetime(2026, 7, 1, 1, 30, tzinfo=dt.UTC), "2026-07-01T01:30"),
    ],
)
def test_a_seal_is_due_half_an_hour_after_the_check_by_londons_clock(now: dt.datetime, due: str) -> None:
    assert seal_was_due(now, check_at=TWO) == dt.datetime.fromisoformat(due).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize("check_at", [dt.time(0, 30), dt.time(1, 30), TWO])
@pytest.mark.parametrize("day", [dt.date(2026, 3, 29), dt.date(2026, 10, 25), dt.date(2026, 11, 24)])
def test_every_minute_of_a_day_has_one_seal_due_before_it(day: dt.date, check_at: dt.time) -> None:
    begins = dt.datetime.combine(day, dt.time(), LONDON).astimezone(dt.UTC)
    moments = [begins + dt.timedelta(minutes=n) for n in range(25 * 60)]
    due = [seal_was_due(moment, check_at=check_at) for moment in moments]
    assert all(one <= moment for one, moment in zip(due, moments, strict=True))
    assert due == sorted(due)
    assert len(set(due)) in {2, 3}


def test_a_key_is_long_and_of_its_own() -> None:
    assert "is not set" in wrong_key("", secret_key="x")
    assert "shorter than 32" in wrong_key("x" * 31, secret_key="x")
    assert "is SECRET_KEY" in wrong_key("x" * 32, secret_key="x" * 32)
    assert wrong_key("x" * 32, secret_key="y" * 32) == ""


def test_a_digest_depends_on_the_key_the_kind_and_every_letter() -> None:
    digests = [
        row_digest(KEY, "mark", "(1,N)"), row_digest(OTHER, "mark", "(1,N)"), row_digest(KEY, "finish", "(1,N)"),
        row_digest(KEY, "mark", "(1,/)"),
    ]  # fmt: skip
    assert len(set(digests)) == 4
    assert {len(digest) for digest in digests} == {16}
    assert disposal_digest(KEY, "mark", 1, [1, 2], "x") != disposal_digest(KEY, "mark", 1, [1], "x")


HEADING = Heading(1, "", london(2026, 11, 24, 2, 30), 7, 1, 1)


@pytest.mark.parametrize(
    "other",
    [
        HEADING._replace(number=2),
        HEADING._replace(previous="a"),
        HEADING._replace(sealed_at=london(2026, 11, 24, 2, 31)),
        HEADING._replace(last_mark=8),
        HEADING._replace(last_amendment=2),
        HEADING._replace(form=2),
    ],
)
def test_a_seal_covers_all_of_its_heading(other: Heading) -> None:
    assert seal_digest(KEY, other, [b"x"]) != seal_digest(KEY, HEADING, [b"x"])


def test_a_seal_is_the_same_whatever_zone_its_moment_is_told_in() -> None:
    summer = HEADING._replace(sealed_at=london(2026, 7, 1, 2, 30))
    same = summer._replace(sealed_at=summer.sealed_at.astimezone(dt.UTC))
    assert seal_digest(KEY, summer, []) == seal_digest(KEY, same, [])


BATCH = Batch(1, "mark", 5, dt.date(2026, 11, 20), "am", [7], row_digest(KEY, "mark", "seven"))


@pytest.mark.parametrize(
    "other",
    [
        BATCH._replace(kind="finish"), BATCH._replace(session=6), BATCH._replace(date=dt.date(2026, 11, 19)),
        BATCH._replace(half="pm"), BATCH._replace(ids=[8]), BATCH._replace(digests=b"x" * 16),
    ],
)  # fmt: skip
def test_a_batch_covers_all_of_itself(other: Batch) -> None:
    assert other.content() != BATCH.content()


def found(*rows: Row, sealed: Sealed, disposed: frozenset[int] = frozenset()) -> list[str]:
    compared = compare(Kind.MARK, rows, [BATCH], key=KEY, session="session 5", sealed=sealed, disposed=disposed)
    return [str(fault) for fault in compared.faults]


SEALED = Sealed(until={1: 100}, last_id=7)
SEVEN = Row(7, "pupil 1", 100, "seven")


def test_a_row_is_as_sealed_or_named() -> None:
    assert found(SEVEN, sealed=SEALED) == []
    assert found(SEVEN._replace(text="8"), sealed=SEALED) == ["mark 7 (session 5, pupil 1) was altered after seal 1."]
    assert found(sealed=SEALED) == ["mark 7 (session 5) was removed after seal 1."]
    assert found(sealed=SEALED, disposed=frozenset({7})) == []


@pytest.mark.parametrize(("row", "behind"), [
    (Row(8, "pupil 2", 101, "x"), False), (Row(8, "pupil 2", 100, "x"), True), (Row(6, "pupil 2", 101, "x"), True),
    (Row(6, "pupil 2", None, "x"), False),
])  # fmt: skip
def test_a_row_in_no_seal_must_have_come_after_the_last(row: Row, behind: bool) -> None:
    assert bool(found(SEVEN, row, sealed=SEALED)) == behind


def test_a_row_must_have_come_between_the_seal_before_and_its_own() -> None:
    assert found(SEVEN, sealed=Sealed(until={0: 99, 1: 100}, last_id=7)) == []
    assert found(SEVEN, sealed=Sealed(until={0: 100, 1: 200}, last_id=7)) == [
        "mark 7 (session 5, pupil 1) was inserted behind the seal before seal 1."
    ]
    assert found(SEVEN, sealed=Sealed(until={0: 1, 1: 99}, last_id=7)) != []


def test_without_a_seal_everything_waits() -> None:
    compared = compare(Kind.MARK, [SEVEN], [], key=KEY, session="session 5", sealed=Sealed(until={}, last_id=0))
    assert (compared.faults, compared.waiting) == ([], 1)
    assert faults_of_chain({}, set(), {}, key=KEY) == []
