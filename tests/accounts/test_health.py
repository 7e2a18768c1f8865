"""Whether the server says truly that it is well."""

import pytest
from django.test import Client

from attendance_mat.accounts.views import health


def test_it_is_well_when_database_and_broker_answer(db: None) -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.text) == (200, "well\n")


def test_it_is_not_well_without_its_broker(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(health, "_ask_broker", nobody)
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.text) == (503, "no answer from the broker\n")
