"""What a script may send to save marks (decision 7), checked for shape; what it means is decided in the action."""

import datetime as dt
import re
from typing import Any, Final

from django.utils.timezone import get_current_timezone
from rest_framework import serializers

from registers.actions.deciding_lessons import LessonEntry
from registers.actions.discarding import Discarded
from registers.actions.entering import Entry
from registers.models import MarkAmendment

ROWS_AT_MOST = 200
MOST_MINUTES = 24 * 60
MOST_KEY = 2**63 - 1
MOST_BASE = 2**15
PLAIN_CODE: Final = re.compile(r"[A-Z0-9/\\#&*]{0,2}\Z")
PLAIN_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|\+00:00)\Z")


def plain_row(row: Any) -> dict[str, Any] | None:
    """Return a row of nothing but a child, a code, a base and a moment, where each is plainly right; None where not.

    Nearly every row of a register is such a one. To ask each of its fields takes longer than to decide the whole save;
    whatever is not plainly right is asked as any row is, and a test holds the two together.
    """
    if not isinstance(row, dict) or row.keys() != {"pupil", "code", "base", "made_at"}:
        return None
    pupil, code, base, made_at = row["pupil"], row["code"], row["base"], row["made_at"]
    if (type(pupil), type(code), type(base), type(made_at)) != (int, str, int, str):
        return None
    if not (
        1 <= pupil <= MOST_KEY and 0 <= base <= MOST_BASE and PLAIN_CODE.match(code) and PLAIN_MOMENT.match(made_at)
    ):
        return None
    try:
        moment = dt.datetime.fromisoformat(made_at).astimezone(get_current_timezone())
    except (ValueError, OverflowError):
        return None
    return {"pupil": pupil, "code": code, "base": base, "made_at": moment}


class EntryRow(serializers.Serializer[Entry]):
    """One child's code. `base` is 0 for a blank mark, otherwise 1 + its number of amendments.

    `here` says that "They are here" was pressed, of a child who was not expected; the code is then as good as none.
    """

    pupil = serializers.IntegerField(min_value=1, max_value=MOST_KEY)
    code = serializers.CharField(max_length=2, allow_blank=True)
    base = serializers.IntegerField(min_value=0, max_value=MOST_BASE)
    made_at = serializers.DateTimeField()
    arrived_at = serializers.DateTimeField(required=False, allow_null=True)
    minutes_late = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=MOST_MINUTES)
    nature = serializers.CharField(required=False, allow_blank=True, max_length=200)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500)
    comment = serializers.CharField(
        required=False, allow_blank=True, max_length=MarkAmendment._meta.get_field("amended_comment").max_length
    )
    here = serializers.BooleanField(required=False)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return plain_row(data) or super().run_validation(data)


class LessonEntryRow(serializers.Serializer[LessonEntry]):
    """One child's code in a lesson's register."""

    pupil = serializers.IntegerField(min_value=1, max_value=MOST_KEY)
    code = serializers.CharField(max_length=2, allow_blank=True)
    base = serializers.IntegerField(min_value=0, max_value=MOST_BASE)
    made_at = serializers.DateTimeField()
    minutes_late = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=MOST_MINUTES)
    place = serializers.CharField(required=False, allow_blank=True, max_length=60)
    until_at = serializers.DateTimeField(required=False, allow_null=True)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500)
    comment = serializers.CharField(required=False, allow_blank=True, max_length=500)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return plain_row(data) or super().run_validation(data)


class Request(serializers.Serializer[Any]):
    """What is asked under a key that the sender makes up and repeats until it has the answer.

    Either to save rows, or that the register be finished: then with the moment at which that was pressed, and no row.
    """

    key = serializers.UUIDField()
    finish = serializers.DateTimeField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a save of nothing, and one that would finish the register with the same breath."""
        if bool(attrs["rows"]) == ("finish" in attrs):
            message = "A save has rows, or a moment at which to finish; never both."
            raise serializers.ValidationError({"rows": message})
        return attrs


class SaveRequest(Request):
    """A batch of entries of a register, or that it be finished."""

    rows = serializers.ListField(child=EntryRow(), max_length=ROWS_AT_MOST)

    def entries(self) -> list[Entry]:
        """Return the checked rows as the action takes them."""
        rows = (dict(row) for row in self.validated_data["rows"])
        return [Entry(pupil_id=row.pop("pupil"), **row) for row in rows]


class SaveLessonRequest(Request):
    """A batch of a lesson's entries, or that its register be finished, as for the statutory one."""

    rows = serializers.ListField(child=LessonEntryRow(), max_length=ROWS_AT_MOST)

    def entries(self) -> list[LessonEntry]:
        """Return the checked rows as the action takes them."""
        rows = (dict(row) for row in self.validated_data["rows"])
        return [LessonEntry(pupil_id=row.pop("pupil"), **row) for row in rows]


class DiscardedRow(serializers.Serializer[Discarded]):
    """One mark that a device kept and that cannot be sent."""

    pupil = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    code = serializers.CharField(max_length=2, allow_blank=True)
    made_at = serializers.DateTimeField()


class DiscardRequest(serializers.Serializer[Any]):
    """What a person discards of a register, which is named as its page names it to the device; once under a key."""

    key = serializers.UUIDField()
    register = serializers.RegexField(r"^\d{4}-\d\d-\d\d (am|pm|lesson) \d{1,18}$")
    rows = serializers.ListField(child=DiscardedRow(), min_length=1, max_length=ROWS_AT_MOST)

    def marks(self) -> list[Discarded]:
        """Return the checked rows as the action takes them."""
        return [Discarded(row["pupil"], row["code"], row["made_at"]) for row in self.validated_data["rows"]]
