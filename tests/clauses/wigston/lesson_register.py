"""Lesson registers under Wigston's policy: every lesson has one."""

from collections.abc import Callable

from tests.clauses import proves
from tests.clauses.lessons import missing_of
from tests.clauses.schools import Adopt

__all__ = ["missing_of"]


@proves("WAT-3.04")
def test_of_six_lessons_and_five_registers_one_missing_is_named(
    adopt: Adopt, missing_of: Callable[[int], tuple[str, int]]
) -> None:
    adopt("wigston")
    html, listed = missing_of(6)
    assert "6 lessons: 5 with a finished register, 1 over and without one." in html
    assert listed == 1
    assert "Take G00" in html
