"""What schools follow: a pack from a date, and values set apart from it for one school or for the whole trust."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.audit.models import Event
from attendance_mat.audit.record import Actor, record
from attendance_mat.policy.adopted import Override, Policy, faults_in
from attendance_mat.policy.loader import pack_names
from attendance_mat.policy.schema import Parameter
from attendance_mat.policy.typed import plain
from attendance_mat.trust.models import PolicyAdoption, PolicyOverride, School
from attendance_mat.trust.policy import policies_for

STALE: Final = (
    "Somebody has changed a policy since this was worked out. Nothing was saved. Look at what would change now."
)
ENDS_FIRST: Final = "It has to hold for a day at least: choose a later day on which it ends."
ONLY_ALL: Final = "Only a value for every school can be locked."
ENDED: Final = "This setting ends before that day already."


def state(schools: Iterable[School]) -> str:
    """Return a mark of what the schools follow now; another one once any of it is changed."""
    versions = sorted(f"{school.pk} {school.policy_version}" for school in schools)
    return hashlib.sha256("\n".join(versions).encode()).hexdigest()[:32]


@transaction.atomic
def adopt_policy(
    school: School, *, pack: str, from_date: dt.date, by: Actor, at: dt.datetime, seen: str | None = None
) -> PolicyAdoption:
    """Have a school follow a policy pack from a date on.

    `seen` is the state the person decided on; ValidationError where the policy has moved on since.
    """
    require_pack(pack)
    reached = _held(school, seen)
    was = policies_for(reached)[school.pk].pack_name(on=from_date)
    adoption, _ = PolicyAdoption.objects.update_or_create(
        school=school, from_date=from_date, defaults={"pack": pack, "adopted_at": at}
    )
    _renew(reached)
    record(
        Event.POLICY_ADOPTED, adoption, by=by, at=at,
        school=school.slug, pack=pack, was=was, from_date=from_date.isoformat(),
    )  # fmt: skip
    return adoption


@transaction.atomic
def set_value(
    asked: Override, *, school: School | None, by: Actor, at: dt.datetime, seen: str | None = None
) -> PolicyOverride:
    """Set a parameter apart from the pack, for one school or (None) for all; a locked one beats a school's own.

    ValidationError where the law or the schema refuses the value, or where the policy has moved on since `seen`.
    """
    if asked.until_date and asked.until_date <= asked.from_date:
        raise ValidationError({"until_date": ENDS_FIRST})
    if asked.locked_by_trust and school:
        raise ValidationError({"locked": ONLY_ALL})
    faults = faults_in(asked)
    if faults:
        raise ValidationError([fault.reason for fault in faults])
    reached = _held(school, seen)
    before = policies_for(reached)
    setting = PolicyOverride.objects.create(
        school=school, parameter=asked.name, values=dict(asked.values), from_date=asked.from_date,
        until_date=asked.until_date, reason=asked.reason, locked=asked.locked_by_trust, set_by_id=by.user_id, set_at=at,
    )  # fmt: skip
    _renew(reached)
    was = _was(reached, before, asked.name, asked.from_date)
    record(Event.POLICY_SET, setting, by=by, at=at, **_told(setting), was=was)
    return setting


@transaction.atomic
def end_setting(
    setting: PolicyOverride, *, until_date: dt.date, by: Actor, at: dt.datetime, seen: str | None = None
) -> PolicyOverride:
    """End a setting on a day, the first on which it no longer holds; one that has not begun never does then.

    It is kept, so that what held before can still be told.
    """
    reached = _held(setting.school, seen)
    setting = PolicyOverride.objects.select_for_update(of=("self",)).get(pk=setting.pk)
    if setting.until_date and setting.until_date <= until_date:
        raise ValidationError({"until_date": ENDED})
    was = setting.until_date.isoformat() if setting.until_date else None
    setting.until_date = max(until_date, setting.from_date)
    setting.save(update_fields=["until_date"])
    _renew(reached)
    record(Event.POLICY_SET, setting, by=by, at=at, **_told(setting), until_was=was)
    return setting


def require_pack(pack: str) -> None:
    """Raise ValidationError unless there is such a pack."""
    if pack not in pack_names():
        message = f"There is no policy pack named {pack}. There are: {', '.join(pack_names())}."
        raise ValidationError({"pack": message})


def _held(school: School | None, seen: str | None) -> list[School]:
    """Return the schools a change reaches, held so that two who change policies take turns."""
    rows = School.objects.select_for_update().order_by("pk")
    reached = list(rows.filter(pk=school.pk) if school else rows)
    if seen is not None and state(reached) != seen:
        raise ValidationError(STALE)
    return reached


def _renew(reached: Iterable[School]) -> None:
    """Give each school another version, so that no web process or worker goes by what it remembers."""
    School.objects.filter(pk__in=[school.pk for school in reached]).update(policy_version=uuid.uuid4())


def _told(setting: PolicyOverride) -> dict[str, Any]:
    """Return what the log says of a setting."""
    return {
        "parameter": setting.parameter,
        "school": setting.school.slug if setting.school else None,
        "values": setting.values,
        "from_date": setting.from_date.isoformat(),
        "until_date": setting.until_date.isoformat() if setting.until_date else None,
        "locked": setting.locked,
        "reason": setting.reason,
    }


def _was(reached: Iterable[School], before: Mapping[int, Policy], parameter: str, on: dt.date) -> list[dict[str, Any]]:
    """Return the values that held on a day, each with the schools it held at."""
    found: list[dict[str, Any]] = []
    for school in reached:
        cited = before[school.pk].find(Parameter.every[parameter], on=on)
        value = plain(cited.value) if cited else None
        same = next((each for each in found if each["values"] == value), None)
        if same:
            same["schools"].append(school.slug)
        else:
            found.append({"values": value, "schools": [school.slug]})
    return found
