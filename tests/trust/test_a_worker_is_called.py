"""A worker is called once for what is recorded together, and for whatever comes after."""

from typing import Any

import pytest
from celery import current_app
from kombu.exceptions import OperationalError

from attendance_mat.audit import record


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the moment it is, to be changed, with nobody called before it."""
    now = [1000.0]
    monkeypatch.setattr(record.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(record, "_called", {})
    return now


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float]]:
    """Return for whom a worker was called, and how many seconds later it is to act."""
    found = list[tuple[str, float]]()

    def send(_name: str, *, kwargs: dict[str, Any], countdown: float, retry: bool) -> None:
        found.append((kwargs["schema_name"], countdown))

    monkeypatch.setattr(current_app, "send_task", send)
    return found


def test_a_school_is_called_for_once_while_the_worker_still_waits(
    moment: list[float], calls: list[tuple[str, float]]
) -> None:
    for at in (1000.0, 1000.1, 1000.49):
        moment[0] = at
        record._call_consumers("school_alder_primary")
    assert calls == [("school_alder_primary", 1.0)]
    record._call_consumers("school_birch_high")
    assert [name for name, _ in calls] == ["school_alder_primary", "school_birch_high"]


def test_whatever_comes_later_is_called_for_again_well_before_the_worker_acts(
    moment: list[float], calls: list[tuple[str, float]]
) -> None:
    record._call_consumers("school_alder_primary")
    moment[0] += record.COVERED
    record._call_consumers("school_alder_primary")
    assert len(calls) == 2
    assert record.COVERED < record.GATHERED


def test_a_call_that_failed_covers_nothing(
    moment: list[float], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried = []

    def refuse(*_: Any, **__: Any) -> None:
        tried.append(1)
        raise OperationalError

    monkeypatch.setattr(current_app, "send_task", refuse)
    for _ in range(2):
        record._call_consumers("school_alder_primary")
    assert len(tried) == 2
    assert "The broker did not answer" in caplog.text
