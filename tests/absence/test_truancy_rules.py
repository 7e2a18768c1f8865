"""When a pupil who was in school is looked for, case by case."""

import datetime as dt

import pytest

from absence.rules.truancy import (
    Answer,
    Came,
    answered_by_lesson,
    came_at,
    due_back,
    ending_of,
    goes_on,
    is_looked_for,
    is_missed_after_coming,
    is_seen,
    left_at_midday,
    seen_at,
)
from registers.rules.calendar import Half


def at(hour: int, minute: int = 0) -> dt.datetime:
    """Return a moment of a day."""
    return dt.datetime(2026, 11, 23, hour, minute, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("code", "on_site", "elsewhere", "looked_for"),
    [
        ("N", True, False, True), ("N", True, True, False), ("N", False, False, False), ("/", True, False, False),
        ("L", True, False, False), ("ES", True, False, False), ("", True, False, False),
    ],
)  # fmt: skip
def test_only_one_in_school_missing_and_nowhere_else_is_looked_for(
    code: str, on_site: bool, elsewhere: bool, looked_for: bool
) -> None:
    assert is_looked_for(code, on_site=on_site, elsewhere=elsewhere) is looked_for


@pytest.mark.parametrize(
    ("morning", "afternoon", "gone"),
    [
        ("/", "N", True), ("L", "", True), ("U", "N", True), ("/", "\\", False), ("/", "M", False), ("N", "N", False),
        ("I", "", False), ("", "N", False),
    ],
)  # fmt: skip
def test_one_who_came_and_is_absent_after_lunch_with_no_cause_is_gone(morning: str, afternoon: str, gone: bool) -> None:
    assert left_at_midday(morning, afternoon) is gone


@pytest.mark.parametrize(("code", "seen"), [("/", True), ("L", True), ("ES", True), ("N", False), ("", False)])
def test_a_lesson_s_mark_says_that_the_pupil_is_in_school_or_not(code: str, seen: bool) -> None:
    assert is_seen(code) is seen


@pytest.mark.parametrize(
    ("code", "arrived", "came"),
    [
        ("/", None, Came(at(8, 50), in_time=True)), ("L", at(9, 5), Came(at(9, 5))), ("U", at(10), Came(at(10))),
        ("L", None, Came(at(9, 1))), ("N", None, None), ("I", None, None), ("", None, None),
    ],
)  # fmt: skip
def test_a_statutory_mark_has_the_pupil_in_school_since_the_session_or_the_arrival(
    code: str, arrived: dt.datetime | None, came: Came | None
) -> None:
    assert came_at(code, arrived_at=arrived, made_at=at(9, 1), session_starts=at(8, 50)) == came


@pytest.mark.parametrize(
    ("came", "seen", "missed"),
    [
        (Came(at(9, 44)), (), True), (Came(at(9, 45)), (), True), (Came(at(9, 46)), (), False),
        (Came(at(10, 44), in_time=True), (), True),  # under way as the session began for which they were in time
        (Came(at(10, 45), in_time=True), (), False),  # over as it began
        (Came(at(8, 50)), (at(9, 45),), True), (Came(at(8, 50)), (at(9, 46),), False),
    ],
)  # fmt: skip
def test_a_lesson_of_9_45_to_10_45_is_missed_by_who_came_by_then_and_was_not_seen_since(
    came: Came, seen: tuple[dt.datetime, ...], missed: bool
) -> None:
    assert is_missed_after_coming(at(9, 45), at(10, 45), came=[came], seen=seen) is missed


@pytest.mark.parametrize(
    ("until", "said", "minutes", "due"),
    [
        (at(11), at(9), 30, at(11)), (None, at(9), 30, at(9, 30)), (None, at(8, 40), 30, at(9, 15)),
        (None, at(9, 20), 30, at(9, 45)), (None, at(9), None, at(9, 45)), (None, at(9, 15), 30, at(9, 45)),
    ],
)  # fmt: skip
def test_one_elsewhere_in_a_lesson_of_8_45_to_9_45_is_due_when_it_was_said_or_after_so_long_or_at_its_end(
    until: dt.datetime | None, said: dt.datetime, minutes: int | None, due: dt.datetime
) -> None:
    assert due_back(until, said_at=said, starts_at=at(8, 45), ends_at=at(9, 45), minutes=minutes) == due


@pytest.mark.parametrize(
    ("half", "code", "arrived", "seen"),
    [
        (Half.AM, "/", None, None), (Half.AM, "U", at(10), at(10)), (Half.PM, "\\", None, at(13, 5)),
        (Half.PM, "L", at(13, 20), at(13, 20)), (Half.PM, "N", None, None),
    ],
)  # fmt: skip
def test_the_afternoon_s_register_and_an_arrival_see_a_pupil_and_the_morning_s_tells_of_its_start(
    half: Half, code: str, arrived: dt.datetime | None, seen: dt.datetime | None
) -> None:
    assert seen_at(half, code, arrived_at=arrived, made_at=at(13, 5)) == seen


@pytest.mark.parametrize(
    ("code", "own", "later", "same", "answer"),
    [
        ("L", True, True, False, Answer.LATE), ("/", True, True, False, Answer.WITHDRAWN),
        ("", True, True, False, Answer.WITHDRAWN), ("/", False, True, False, Answer.FOUND),
        ("/", False, False, False, None), ("ES", False, True, True, None), ("", False, True, False, None),
    ],
)  # fmt: skip
def test_a_lesson_answers_for_itself_and_a_later_one_finds_the_pupil(
    code: str, own: bool, later: bool, same: bool, answer: Answer | None
) -> None:
    assert answered_by_lesson(code, is_own=own, is_later=later, is_same_news=same) == answer


@pytest.mark.parametrize(
    ("answers", "ending"),
    [(["withdrawn", "found"], "found"), (["withdrawn", "late"], "late"), (["explained"], "explained"),
     (["withdrawn"], "withdrawn")],
)  # fmt: skip
def test_a_search_is_over_as_the_best_that_is_known(answers: list[str], ending: str) -> None:
    assert ending_of(answers) == ending


@pytest.mark.parametrize(
    ("ending", "ended", "last_seen", "same_search"),
    [
        ("", None, None, True), ("found", at(10), None, False), ("late", at(10), None, False),
        ("withdrawn", at(10), None, False), ("joined", at(10), None, False), ("explained", at(10), None, True),
        ("home contacted", at(10), at(10), True), ("home contacted", at(10), at(10, 1), False),
    ],
)  # fmt: skip
def test_what_is_found_later_belongs_to_a_search_that_is_open_or_ended_with_nobody_seeing_the_child(
    ending: str, ended: dt.datetime | None, last_seen: dt.datetime | None, same_search: bool
) -> None:
    assert goes_on(ending, ended_at=ended, last_seen_at=last_seen) is same_search
