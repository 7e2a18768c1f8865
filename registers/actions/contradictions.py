"""A child marked here though not expected or reported absent, or otherwise in a lesson: for the office to settle."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record, record_each
from registers.actions.deciding import Decided, Desk
from registers.actions.entering import require_not_family
from registers.models import Contradiction, Mark
from registers.rules.marks import Outcome
from registers.rules.reported import says_attending


def contradict_reports(decided: Iterable[Decided], desk: Desk) -> None:
    """Tell the office of each child just marked here whose absence a parent reported and nobody has decided.

    The caller holds the register's lock. No query where there is none, else three.
    """
    on = desk.register.session.date
    here = {
        one.row.pupil_id: one
        for one in decided
        if one.row.reported and one.decision.outcome is Outcome.SAVED and says_attending(one.entry.code, on=on)
    }
    if not here:
        return
    marks = list(Mark.objects.filter(session=desk.register.session_id, pupil__in=here))
    Contradiction.objects.bulk_create(
        [Contradiction(mark=mark, report_id=here[mark.pupil_id].row.reported, raised_at=desk.at) for mark in marks],
        ignore_conflicts=True,  # one that waits already stays as it is; after one that was settled this is another
    )
    register = desk.register.pk
    record_each(
        [
            (Event.CHILD_IS_HERE, mark, {"register": register, "pupil": mark.pupil_id,
                "old": here[mark.pupil_id].row.code, "new": mark.code})
            for mark in marks
        ],
        by=desk.by,
        at=desk.at,
    )  # fmt: skip


def contradict_registration(said: Mapping[int, str], desk: Desk) -> None:
    """Tell the office of each statutory mark that stands against what a lesson now says of the child, by mark.

    The caller holds the register's lock. No query where there is none, else one.
    """
    if said:
        Contradiction.objects.bulk_create(
            [Contradiction(mark_id=mark, lesson_code=code, raised_at=desk.at) for mark, code in sorted(said.items())],
            ignore_conflicts=True,  # one that waits already stays as it is; after one that was settled this is another
        )


@transaction.atomic
def settle_contradiction(contradiction: Contradiction, *, outcome: str, by: Member, at: dt.datetime) -> Contradiction:
    """Record which was right and who said so. The mark itself changes only by an amendment.

    Raises ValidationError when somebody has settled it already, or to a member who is family of the child.
    """
    row = Contradiction.objects.select_for_update(of=("self",)).select_related("mark").get(pk=contradiction.pk)
    if row.settled_at is not None:
        message = "Somebody has settled this already."
        raise ValidationError(message)
    require_not_family(row.mark.pupil_id, by=by)
    row.settled_at, row.settled_by, row.outcome = at, by.user, outcome
    row.save(update_fields=["settled_at", "settled_by", "outcome"])
    record(Event.CONTRADICTION_SETTLED, row, by=by, at=at, mark=row.mark_id)  # the words may name a child
    return row
