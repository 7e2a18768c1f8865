"""Two databases of one server may be prepared at once, though they share the application's role."""

import pytest
from django.db import InternalError

from attendance_mat.trust import rights


class Busy:
    """A cursor in whose way another stands for a while."""

    def __init__(self, times: int, words: str = "tuple concurrently updated") -> None:
        self.times, self.words, self.done = times, words, 0

    def execute(self, _sql: str, _values: list[str]) -> None:
        if self.times:
            self.times -= 1
            raise InternalError(self.words)
        self.done += 1


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights, "PAUSE", 0)


def test_whoever_comes_second_has_their_turn() -> None:
    busy = Busy(3)
    rights._in_turn(busy, "ALTER ROLE", ["word"])
    assert busy.done == 1


@pytest.mark.parametrize("busy", [Busy(rights.TURNS), Busy(1, "out of memory")], ids=["for ever", "another fault"])
def test_what_does_not_pass_is_told(busy: Busy) -> None:
    with pytest.raises(InternalError, match=busy.words):
        rights._in_turn(busy, "ALTER ROLE", ["word"])
    assert busy.done == 0
