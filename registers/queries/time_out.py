"""Who may take time out from a classroom, who is taking it, and the lesson each is in."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import in_force_on
from attendance_mat.accounts.permissions import Scope
from registers.models import GroupMember, Movement, Pupil
from registers.queries import finding
from registers.queries.cancelling import is_cancelled
from registers.queries.lessons import lessons_in_reach, lessons_of
from registers.queries.movements import OF_TIME_OUT, standing, with_permit
from registers.queries.scope import pupils_in_scope
from registers.rules.calendar import LONDON
from registers.rules.movements import MovementKind, PermitKind


def allowed_time_out(by: Member, scope: Scope, on: dt.date) -> QuerySet[Pupil]:
    """Return the pupils allowed time out on a day whom a member has in a register or a lesson, by name. One query."""
    pupils = pupils_in_scope(by, max(scope, Scope.SCHOOL), on)
    if scope < Scope.SCHOOL:
        taught = GroupMember.objects.filter(
            in_force_on(on), pupil=OuterRef("pk"), group__in=lessons_in_reach(by, scope, on).order_by().values("group")
        )
        pupils = pupils.filter(Q(pk__in=pupils_in_scope(by, scope, on).values("pk")) | Exists(taught))
    return with_permit(PermitKind.TIME_OUT, finding.with_group(pupils, on), on)


def lesson_now(pupil: Pupil, at: dt.datetime) -> str:
    """Return the lesson a pupil is in at a moment, by period and subject; empty where the timetable has none. One
    query."""
    here = at.astimezone(LONDON)
    places = GroupMember.objects.filter(in_force_on(here.date()), pupil=pupil, group=OuterRef("group"))
    held = ~is_cancelled(lesson="pk", date=Value(here.date()))
    lesson = (
        lessons_of(here.date())
        .filter(Exists(places), held, period__starts__lte=here.time(), period__ends__gt=here.time())
        .first()
    )
    return f"{lesson.period.name} {lesson.subject}".strip() if lesson else ""


def taking_time_out(pupils: QuerySet[Pupil], on: dt.date) -> dict[int, Movement]:
    """Return the time out that each of these pupils is taking, by pupil; who is back is not among them. One query."""
    rows = standing(on).filter(pupil__in=pupils.values("pk"), kind__in=OF_TIME_OUT)
    last = {row.pupil_id: row for row in rows}
    return {pk: row for pk, row in last.items() if row.kind == MovementKind.TIME_OUT}
