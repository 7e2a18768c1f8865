"""A row that is plainly right is read quickly, and exactly as the fields of a row would read it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework import serializers

from registers.serializers import EntryRow, LessonEntryRow, plain_row

ROW = {"pupil": 7, "code": "N", "base": 1, "made_at": "2026-11-23T08:50:04.123Z"}
MOMENTS = ["2026-02-30T08:50:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-11-23", "2026-11-23T08:50:00",
    "2026-11-23T08:50:00+00:00", "2026-11-23T08:50:00.1234567Z", "2026-07-23T08:50:00Z\n"]  # fmt: skip
NUMBERS = [-1, 0, 2**15, 2**15 + 1, 2**63 - 1, 2**63]
OTHERS: list[Any] = [None, True, 1.0, "1", "", " N", "n", "N\x00", "ZZZ", [], {}]
ODD: st.SearchStrategy[Any] = st.sampled_from([*MOMENTS, *NUMBERS, *OTHERS])


def asked_field_by_field(kind: type[serializers.Serializer[Any]], row: Any) -> dict[str, Any] | None:
    """Return what the fields of a row make of it, or None where they refuse it."""
    try:
        return dict(super(kind, kind()).run_validation(row))
    except serializers.ValidationError:
        return None


@pytest.mark.parametrize("kind", [EntryRow, LessonEntryRow])
@given(changed=st.dictionaries(st.sampled_from([*ROW, "comment", "reason"]), ODD, max_size=2), gone=st.booleans())
def test_what_is_read_quickly_is_what_its_fields_say(
    kind: type[serializers.Serializer[Any]], changed: dict[str, Any], gone: bool
) -> None:
    row = ROW | changed
    if gone:
        row.popitem()
    plain = plain_row(row)
    assert plain is None or plain == asked_field_by_field(kind, row)


@pytest.mark.parametrize("code", ["/", "\\", "N", "L", "C1", "", "#", "Y7"])
@pytest.mark.parametrize("made_at", ["2026-11-23T08:50:04.123Z", "2026-07-23T23:30:00+00:00"])
def test_what_a_register_sends_is_read_quickly_in_london_s_time(code: str, made_at: str) -> None:
    row = ROW | {"code": code, "made_at": made_at}
    plain = plain_row(row)
    assert plain == asked_field_by_field(EntryRow, row)
    assert plain is not None
    assert str(plain["made_at"].tzinfo) == "Europe/London"
