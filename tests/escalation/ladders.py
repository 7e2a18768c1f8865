"""A policy's stages for tests: set at a school as its own, whatever pack it follows."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from attendance_mat.accounts.member import Member
from attendance_mat.trust.models import PolicyOverride, School

YEAR_BELOW_95 = {
    "count": "attended", "unit": "percent", "window": {"span": "year"}, "sign": "below", "than": 95,
}  # fmt: skip


def stage(key: str, **fields: object) -> dict[str, object]:
    """Return a stage as a policy's data hold it: attendance below 95% this year, unless told otherwise."""
    return {"key": key, "label": key.replace("_", " ").capitalize(), "clause": "4.1", "says": "Below 95%.",
        "when": YEAR_BELOW_95, **fields}  # fmt: skip


def set_stages(school: School, *stages: Mapping[str, Any], by: Member, from_date: dt.date) -> None:
    """Have a school follow these stages, in one ladder, from a day."""
    ladder = {"key": "attendance", "label": "Attendance", "stages": list(stages)}
    PolicyOverride.objects.create(
        school=school, parameter="ladders", values={"ladders": [ladder]}, from_date=from_date, reason="For a test.",
        set_by=by.user, set_at=dt.datetime.combine(from_date, dt.time(), dt.UTC),
    )  # fmt: skip
    School.objects.filter(pk=school.pk).update(policy_version=uuid.uuid4())
    school.refresh_from_db()
