"""What a script may send to save marks (decision 7), checked for shape; what it means is decided in the action."""

from typing import Any

from rest_framework import serializers

from registers.actions.deciding_lessons import LessonEntry
from registers.actions.entering import Entry
from registers.models import MarkAmendment

ROWS_AT_MOST = 200
MOST_MINUTES = 24 * 60


class EntryRow(serializers.Serializer[Entry]):
    """One child's code. `base` is 0 for a blank mark, otherwise 1 + its number of amendments."""

    pupil = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    code = serializers.CharField(max_length=2, allow_blank=True)
    base = serializers.IntegerField(min_value=0, max_value=2**15)
    made_at = serializers.DateTimeField()
    arrived_at = serializers.DateTimeField(required=False, allow_null=True)
    minutes_late = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=MOST_MINUTES)
    nature = serializers.CharField(required=False, allow_blank=True, max_length=200)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500)
    comment = serializers.CharField(
        required=False, allow_blank=True, max_length=MarkAmendment._meta.get_field("amended_comment").max_length
    )


class LessonEntryRow(serializers.Serializer[LessonEntry]):
    """One child's code in a lesson's register."""

    pupil = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    code = serializers.CharField(max_length=2, allow_blank=True)
    base = serializers.IntegerField(min_value=0, max_value=2**15)
    made_at = serializers.DateTimeField()
    minutes_late = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=MOST_MINUTES)
    place = serializers.CharField(required=False, allow_blank=True, max_length=60)
    until_at = serializers.DateTimeField(required=False, allow_null=True)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500)
    comment = serializers.CharField(required=False, allow_blank=True, max_length=500)


class SaveRequest(serializers.Serializer[Any]):
    """A batch of entries under a key that the sender makes up and repeats until it has the answer."""

    key = serializers.UUIDField()
    rows = serializers.ListField(child=EntryRow(), min_length=1, max_length=ROWS_AT_MOST)

    def entries(self) -> list[Entry]:
        """Return the checked rows as the action takes them."""
        rows = (dict(row) for row in self.validated_data["rows"])
        return [Entry(pupil_id=row.pop("pupil"), **row) for row in rows]


class SaveLessonRequest(serializers.Serializer[Any]):
    """A batch of a lesson's entries under a key, as a save of the statutory register has."""

    key = serializers.UUIDField()
    rows = serializers.ListField(child=LessonEntryRow(), min_length=1, max_length=ROWS_AT_MOST)

    def entries(self) -> list[LessonEntry]:
        """Return the checked rows as the action takes them."""
        rows = (dict(row) for row in self.validated_data["rows"])
        return [LessonEntry(pupil_id=row.pop("pupil"), **row) for row in rows]
