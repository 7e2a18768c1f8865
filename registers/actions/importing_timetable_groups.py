"""Takes who is in which teaching group from a timetable's file."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

from registers.actions.importing_job import Effect, ImportJob
from registers.actions.importing_timetable_rows import show
from registers.gateways.mis_timetable import Row
from registers.models import Group, GroupMember
from registers.queries import timetable as queries
from registers.queries.identity import identities

UNKNOWN = "There is no such pupil: import the pupils first."
NOT_TAUGHT = "This is a registration group: its pupils come with the pupils' own file."


def take_pupils_of_groups(
    job: ImportJob, rows: Sequence[Row], groups: Mapping[str, Group], *, first_day: dt.date | None
) -> None:
    """Have each group the rows name hold just the pupils they name, and no day that has been say anything else.

    A group nobody was ever in holds from the row's own day, or the file's first; any other changes on the day of the
    import, or on the file's first day if that is later. Five queries.
    """
    if not rows:
        return
    wanted = _wanted(job, rows, groups)
    starts = max(first_day or job.on, job.on)
    known = queries.groups_ever_joined(wanted)
    standing: dict[tuple[int, int], GroupMember] = {
        (place.group_id, place.pupil_id): place for place in queries.places_from(wanted, starts)
    }
    added: list[GroupMember] = []
    for group_id, pupils in wanted.items():
        for pupil_id, row in pupils.items():
            stands = (group_id, pupil_id) in standing
            show(job, row, Effect.UNCHANGED if stands else Effect.NEW, "No change" if stands else "joins the group")
            if not stands:
                begins = starts if group_id in known else row["from"] or first_day or job.on
                kind = Group.Kind.TEACHING
                added.append(GroupMember(pupil_id=pupil_id, group_id=group_id, kind=kind, from_date=begins))
    gone = [place for (group_id, pupil_id), place in standing.items() if pupil_id not in wanted[group_id]]
    job.counts[Effect.REMOVED] += len(gone)
    if job.faults.count:
        return
    GroupMember.objects.filter(pk__in=[place.pk for place in gone if place.from_date >= starts]).delete()
    GroupMember.objects.filter(pk__in=[place.pk for place in gone if place.from_date < starts]).update(
        until_date=starts
    )
    GroupMember.objects.bulk_create(added, batch_size=1000)


def _wanted(job: ImportJob, rows: Sequence[Row], groups: Mapping[str, Group]) -> dict[int, dict[int, Row]]:
    """Return, by group, the pupils the rows name, each with its row."""
    known = identities()
    found: dict[int, dict[int, Row]] = defaultdict(dict)
    for row in rows:
        group = groups[row["group"].casefold()]
        pupil_id = known.found(row["upn"] or "", row["local_id"] or "")
        if group.kind != Group.Kind.TEACHING:
            job.faults.add(row.line, "group", row["group"], NOT_TAUGHT)
        elif pupil_id is None:
            column = "upn" if row["upn"] else "local_id"
            job.faults.add(row.line, column, row[column], UNKNOWN)
        elif pupil_id in found[group.pk]:
            reason = f"This pupil is in this group on line {found[group.pk][pupil_id].line} already."
            job.faults.add(row.line, "group", row["group"], reason)
        else:
            found[group.pk][pupil_id] = row
    return found
