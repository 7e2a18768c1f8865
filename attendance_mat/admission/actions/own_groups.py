"""Making a group of the school's own, putting pupils in and taking them out: dated, with the reason, never removed."""

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import DateField, F, Q, Value
from django.db.models.functions import Greatest

from attendance_mat.accounts.member import Member
from attendance_mat.admission.actions.amending import NO_REASON
from attendance_mat.admission.actions.groups import ENDED, ENDS_BEFORE
from attendance_mat.admission.models import OwnGroup, OwnGroupPlace
from attendance_mat.admission.queries import own_groups as queries
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record, record_each
from attendance_mat.web.formats import day
from registers.actions.entering import require_not_family
from registers.models import Pupil

NAME_TAKEN: Final = "The school has a group of this name already. Choose another name, or put the pupils in that one."
BEFORE_THE_GROUP: Final = "The group begins on {day}. Choose that day or a later one."
GROUP_OVER: Final = "The group has an end already. Nobody can be put in it any more."
FAMILY: Final = "You are family of one of these pupils. Leave them out: someone else puts them in."
IN_IT: Final = "{name} is in the group from {day} already. Leave them out, or begin after that time has ended."
LEFT_THE_ROLL: Final = "Left the roll on {day}."
ONE_DAY: Final = dt.timedelta(days=1)
STILL_TO_COME: Final = "A pupil is put in from {day}. Choose a later day."


@transaction.atomic
def make_own_group(
    *, name: str, purpose: str, seen_by: str, from_date: dt.date, by: Member, at: dt.datetime
) -> OwnGroup:
    """Make a group of the school's own, from a day on, for those who may see it."""
    group = OwnGroup(
        name=name.strip(), purpose=purpose.strip(), seen_by=seen_by, from_date=from_date, made_by=by.user,
        made_by_name=by.name, made_by_role=by.role, made_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            group.save()
    except IntegrityError as taken:  # two people may think of one name in the same minute
        raise ValidationError({"name": NAME_TAKEN}) from taken
    record(Event.OWN_GROUP_MADE, group, by=by, at=at)
    return group


@transaction.atomic
def put_in(
    group: OwnGroup, pupils: Collection[Pupil], *, from_date: dt.date, reason: str, by: Member, at: dt.datetime
) -> list[OwnGroupPlace]:
    """Put pupils in a group from a day on: all of them, or none where one cannot be. Six queries."""
    group = _locked(group)
    _require_reason(reason)
    if group.until_date is not None:
        raise ValidationError(GROUP_OVER)
    if from_date < group.from_date:
        raise ValidationError({"from_date": BEFORE_THE_GROUP.format(day=day(group.from_date))})
    if queries.family_among(by.user_id, [pupil.pk for pupil in pupils]):
        raise ValidationError({"pupils": FAMILY})
    if already := queries.in_it_already(group, pupils, from_date=from_date):
        said = [IN_IT.format(name=row.pupil.list_name, day=day(row.from_date)) for row in already]
        raise ValidationError({"pupils": said})
    made = OwnGroupPlace.objects.bulk_create([
        OwnGroupPlace(group=group, pupil=pupil, from_date=from_date, put_in_because=reason.strip(), put_in_by=by.user,
            put_in_by_name=by.name, put_in_by_role=by.role, put_in_at=at)
        for pupil in pupils
    ])  # fmt: skip
    record_each(
        [(Event.PUT_IN_OWN_GROUP, row, {"pupil": row.pupil_id, "group": group.pk}) for row in made], by=by, at=at
    )
    return made


@transaction.atomic
def take_out(place: OwnGroupPlace, *, until_date: dt.date, reason: str, by: Member, at: dt.datetime) -> None:
    """Let a pupil be in a group no longer, from a day on."""
    group = _locked(place.group)
    place = OwnGroupPlace.objects.get(pk=place.pk)
    _require_reason(reason)
    require_not_family(place.pupil_id, by=by)
    if place.until_date is not None:
        raise ValidationError(ENDED)
    if until_date <= place.from_date:
        raise ValidationError({"until_date": ENDS_BEFORE})
    _end_places([place], group, until_date=until_date, reason=reason, by=by, at=at)


@transaction.atomic
def end_own_group(group: OwnGroup, *, until_date: dt.date, reason: str, by: Member, at: dt.datetime) -> None:
    """End a group from a day on; whoever is in it leaves it that day. What it was stays on record."""
    group = _locked(group)
    _require_reason(reason)
    if group.until_date is not None:
        raise ValidationError(ENDED)
    if until_date <= group.from_date:
        raise ValidationError({"until_date": ENDS_BEFORE})
    still_in = list(OwnGroupPlace.objects.filter(group=group, until_date__isnull=True))
    latest = max((place.from_date for place in still_in), default=dt.date.min)
    if until_date <= latest:
        raise ValidationError({"until_date": STILL_TO_COME.format(day=day(latest))})
    _end_places(still_in, group, until_date=until_date, reason=reason, by=by, at=at)
    group.until_date, group.ended_because, group.ended_by, group.ended_at = until_date, reason.strip(), by.user, at
    group.save(update_fields=["until_date", "ended_because", "ended_by", "ended_at"])
    record(Event.OWN_GROUP_ENDED, group, by=by, at=at)


@transaction.atomic
def show_own_group_to(group: OwnGroup, *, seen_by: str, by: Member, at: dt.datetime) -> None:
    """Have a group seen by others from now on; who saw it before stays in the log of events."""
    group = _locked(group)
    if group.until_date is not None:
        raise ValidationError(ENDED)
    was = group.seen_by
    if seen_by == was:
        return
    group.seen_by = seen_by
    group.save(update_fields=["seen_by"])
    record(Event.OWN_GROUP_SHOWN, group, by=by, at=at, was=was, now=seen_by)


@transaction.atomic
def leave_with_the_roll(pupil_id: int, *, off_roll_on: dt.date, by: Member, at: dt.datetime) -> None:
    """End a pupil's times in groups of the school's own with their time on the roll. Two queries, or one.

    A time that would have begun later holds for its first day alone, on which the pupil is on no roll; one whose end
    was set for a later day ends sooner, and the log of events keeps that day.
    """
    rows = OwnGroupPlace.objects.select_for_update(of=("self",), no_key=True).filter(pupil=pupil_id)
    places = list(rows.filter(Q(until_date__isnull=True) | Q(until_date__gt=off_roll_on)))
    if not places:
        return
    OwnGroupPlace.objects.filter(pk__in=[place.pk for place in places]).update(
        until_date=Greatest(Value(off_roll_on), F("from_date") + ONE_DAY, output_field=DateField()),
        taken_out_because=LEFT_THE_ROLL.format(day=day(off_roll_on)), taken_out_by=by.user, taken_out_by_name=by.name,
        taken_out_by_role=by.role, taken_out_at=at,
    )  # fmt: skip
    record_each(
        [
            (Event.TAKEN_OUT_OF_OWN_GROUP, row, {"pupil": pupil_id, "group": row.group_id,
                "was_until": row.until_date.isoformat() if row.until_date else None})
            for row in places
        ],
        by=by,
        at=at,
    )  # fmt: skip


def _locked(group: OwnGroup) -> OwnGroup:
    """Return a group as it now stands, held so that two who change it take turns. One query."""
    return OwnGroup.objects.select_for_update(no_key=True).get(pk=group.pk)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": NO_REASON})


def _end_places(
    places: list[OwnGroupPlace], group: OwnGroup, *, until_date: dt.date, reason: str, by: Member, at: dt.datetime
) -> None:
    """End times in a group. Two queries."""
    OwnGroupPlace.objects.filter(pk__in=[place.pk for place in places]).update(
        until_date=until_date, taken_out_because=reason.strip(), taken_out_by=by.user, taken_out_by_name=by.name,
        taken_out_by_role=by.role, taken_out_at=at,
    )  # fmt: skip
    record_each(
        [(Event.TAKEN_OUT_OF_OWN_GROUP, row, {"pupil": row.pupil_id, "group": group.pk}) for row in places],
        by=by,
        at=at,
    )
