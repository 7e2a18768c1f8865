"""Begins a new school year in one act, and takes it back as long as nothing is built on it."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models, transaction

from attendance_mat.accounts.member import Member
from attendance_mat.admission.models import Leaving, NewYear
from attendance_mat.admission.queries import new_year as queries
from attendance_mat.admission.rules.new_year import Choices, Handover, Leaver, Move, Plan, Promotion
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record, record_each
from attendance_mat.trust.models import School
from attendance_mat.web.formats import long_day, number
from registers.actions.importing import take_turns
from registers.models import Assignment, Group, GroupMember, PupilYear
from registers.rules.calendar import LONDON, SchoolYear

BATCH: Final = 1000
CHANGED: Final = "What would change is not what you were shown. Look at it again, then begin."
NOTHING: Final = "Nobody would move up, leave or change groups, so there is nothing to begin."
IN_WORDS: Final = {"years": "year groups", "places": "places in groups", "assignments": "assignments of staff"}


@transaction.atomic
def begin_new_year(choices: Choices, *, seen: str, school: School, by: Member, at: dt.datetime) -> NewYear:
    """Move everyone up from a day, with their groups and those who take them, and propose the leavers' removal.

    `seen` is the digest of the plan that was shown. Some fifteen statements, whatever the school's size. Two who
    begin at once take turns, and the second is refused. Raises ValidationError, having changed nothing.
    """
    take_turns(school)
    today = at.astimezone(LONDON).date()
    refuse_day(choices.from_date, today=today)
    plan = queries.plan_of(choices, today=today)
    if plan.digest != seen:
        raise ValidationError(CHANGED)
    if not plan.changes_anything:
        raise ValidationError(NOTHING)
    act = NewYear.objects.create(
        from_date=plan.from_date, done=_carry_out(plan, by=by, at=at), done_by=by.user, done_by_name=by.name,
        done_by_role=by.role, done_at=at,
    )  # fmt: skip
    record(Event.NEW_YEAR_BEGUN, act, by=by, at=at, **_counts(act.done))
    return act


def refuse_day(day: dt.date, *, today: dt.date) -> None:
    """Raise ValidationError, by field, if a new year cannot begin on a day."""
    following = SchoolYear.of(SchoolYear.of(today).until)
    if not SchoolYear.of(today).starts <= day < following.until:
        words = f"Choose a day in {SchoolYear.of(today).label} or {following.label}."
        raise ValidationError({"from_date": words})
    act = queries.act_of_year(day)
    if act:
        words = (
            f"{SchoolYear.of(day).label} has been begun already, from {long_day(act.from_date)}, by {act.done_by_name}."
        )
        raise ValidationError({"from_date": words})
    last = queries.last_register_from(day)
    if last:
        words = f"Registers have been opened since that day, the last on {long_day(last)}. Choose a day after it."
        raise ValidationError({"from_date": words})


def _carry_out(plan: Plan, *, by: Member, at: dt.datetime) -> dict[str, Any]:
    """Write everything a plan says; return each row added (number, what it says, its end) and each ended (number,
    what it says, the end it had)."""
    names = [move.name for move in plan.moves] + [handover.name for handover in plan.handovers if handover.name]
    groups, made = _groups(names)
    return {
        "years": _promote(plan.promotions, plan.from_date),
        "places": _move(plan.moves, groups, plan.from_date),
        "assignments": _hand_over(plan.handovers, groups, plan.from_date),
        "groups": made,
        "leavings": _propose(plan.leavers, by=by, at=at),
    }


def _groups(names: Iterable[str]) -> tuple[dict[str, Group], list[int]]:
    """Return the registration groups of these names, whatever their capitals, and which had to be made."""
    known = {group.name.casefold(): group for group in Group.objects.filter(kind=Group.Kind.REGISTRATION)}
    wanted = {name.casefold(): name for name in names}
    missing = [Group(kind=Group.Kind.REGISTRATION, name=name) for key, name in wanted.items() if key not in known]
    made = Group.objects.bulk_create(missing)
    known |= {group.name.casefold(): group for group in made}
    return known, [group.pk for group in made]


def _promote(promotions: Sequence[Promotion], day: dt.date) -> dict[str, Any]:
    ended = PupilYear.objects.filter(pk__in=[each.year_id for each in promotions])
    return _replace(
        ended,
        [PupilYear(pupil_id=each.pupil_id, year=each.year, from_date=day, until_date=each.until_date)
            for each in promotions],
        [(each.year_id, each.year - 1, each.until_date) for each in promotions],
        day,
        "year",
    )  # fmt: skip


def _move(moves: Sequence[Move], groups: Mapping[str, Group], day: dt.date) -> dict[str, Any]:
    ended = GroupMember.objects.filter(pk__in=[each.place_id for each in moves])
    return _replace(
        ended,
        [GroupMember(pupil_id=each.pupil_id, group=groups[each.name.casefold()], kind=Group.Kind.REGISTRATION,
            from_date=day, until_date=each.until_date) for each in moves],
        [(each.place_id, each.group_id, each.until_date) for each in moves],
        day,
        "group_id",
    )  # fmt: skip


def _hand_over(handovers: Sequence[Handover], groups: Mapping[str, Group], day: dt.date) -> dict[str, Any]:
    ended = Assignment.objects.filter(pk__in=[each.assignment_id for each in handovers])
    return _replace(
        ended,
        [Assignment(user_id=each.user_id, group=groups[each.name.casefold()], weekdays=list(each.weekdays),
            from_date=day, until_date=each.until_date) for each in handovers if each.name],
        [(each.assignment_id, each.group_id, each.until_date) for each in handovers],
        day,
        "group_id",
    )  # fmt: skip


def _replace(
    ended: models.QuerySet[Any],
    added: Sequence[Any],
    ended_rows: Sequence[tuple[int, int, dt.date | None]],
    day: dt.date,
    says: str,
) -> dict[str, Any]:
    """End some dated rows on a day and add others from it; return both for the undoing. Two statements."""
    ended.update(until_date=day)
    made = ended.model._default_manager.bulk_create(added, batch_size=BATCH)
    return {
        "added": [[row.pk, getattr(row, says), _written(row.until_date)] for row in made],
        "ended": [[pk, value, _written(until)] for pk, value, until in ended_rows],
    }


def _written(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _propose(leavers: Sequence[Leaver], *, by: Member, at: dt.datetime) -> list[int]:
    """Propose the removal of each leaver for whom none is proposed, for the head to approve; return the numbers.

    Nobody proposes that of their own family.
    """
    family = queries.family_of(by.user_id)
    wanted = [each for each in leavers if not each.proposed_before and each.pupil_id not in family]
    rows = [
        Leaving(
            roll_period_id=each.roll_period_id, ground=each.ground, below_or_above_age=each.outside_age,
            words="Leaves with the last year.", proposed_by=by.user, proposed_by_name=by.name,
            proposed_by_role=by.role, proposed_at=at,
        )
        for each in wanted
    ]  # fmt: skip
    made = Leaving.objects.bulk_create(rows, batch_size=BATCH)
    told = [
        (Event.REMOVAL_PROPOSED, row, {"pupil": each.pupil_id, "ground": each.ground})
        for row, each in zip(made, wanted, strict=True)
    ]
    record_each(told, by=by, at=at)
    return [row.pk for row in made]


def _counts(done: Mapping[str, Any]) -> dict[str, int]:
    return {name: len(rows["added"] if isinstance(rows, dict) else rows) for name, rows in done.items()}


@transaction.atomic
def undo_new_year(act: NewYear, *, because: str, school: School, by: Member, at: dt.datetime) -> NewYear:
    """Restore exactly what stood before a new year; a group it made stays as an empty name.

    Raises ValidationError, having changed nothing, where it is undone already or something has been built on it.
    """
    take_turns(school)
    act = NewYear.objects.get(pk=act.pk)
    if not because.strip():
        raise ValidationError({"because": "Say why the new year is undone: it is kept."})
    _refuse_undoing(act)
    for name, model in (("years", PupilYear), ("places", GroupMember), ("assignments", Assignment)):
        _restore(model, act.done[name])
    _drop(act, because=because, by=by, at=at)
    act.undone_at, act.undone_by, act.undone_because = at, by.user, because
    act.save(update_fields=["undone_at", "undone_by", "undone_because"])
    record(Event.NEW_YEAR_UNDONE, act, by=by, at=at, **_counts(act.done))
    return act


def _drop(act: NewYear, *, because: str, by: Member, at: dt.datetime) -> None:
    """Drop the removals that a new year proposed and that still wait. Three statements."""
    waiting = list(queries.leavings_of(act.done).filter(state=Leaving.State.PROPOSED).select_related("roll_period"))
    Leaving.objects.filter(pk__in=[row.pk for row in waiting]).update(
        state=Leaving.State.DROPPED, dropped_because=f"The new year was undone: {because}"
    )
    told = [(Event.REMOVAL_DROPPED, row, {"pupil": row.roll_period.pupil_id}) for row in waiting]
    record_each(told, by=by, at=at)


def _refuse_undoing(act: NewYear) -> None:
    if act.undone_at:
        message = "This new year has been undone already."
        raise ValidationError(message)
    # A register opened meanwhile waits for this lock, and then finds the groups as they were before.
    groups = {value for _, value, _ in (*act.done["places"]["added"], *act.done["places"]["ended"])}
    list(Group.objects.select_for_update().filter(pk__in=groups).order_by("pk"))
    taken = queries.first_register_from(act.from_date)
    if taken:
        message = (
            f"The register of {taken.group.name} on {long_day(taken.session.date)} has been opened, so the new year "
            "stands. Move single pupils through their records instead."
        )
        raise ValidationError(message)
    if queries.leavings_of(act.done).filter(state=Leaving.State.APPROVED).exists():
        message = "The headteacher has approved the removal of a leaver since, so the new year stands."
        raise ValidationError(message)
    changed = queries.changed_since(act.done, act.from_date)
    if changed:
        what = ", ".join(f"{number(count)} {IN_WORDS[name]}" for name, count in changed.items())
        message = f"These have changed since, by an import or by hand, so the new year stands: {what}."
        raise ValidationError(message)


def _restore(model: type[Any], rows: Mapping[str, Any]) -> None:
    """Remove what was added, then give what was ended the end it had. One statement, and one for each such end."""
    model._default_manager.filter(pk__in=[pk for pk, _, _ in rows["added"]]).delete()
    by_end: dict[str | None, list[int]] = {}
    for pk, _, until in rows["ended"]:
        by_end.setdefault(until, []).append(pk)
    for until, pks in by_end.items():
        model._default_manager.filter(pk__in=pks).update(until_date=until)
