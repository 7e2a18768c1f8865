"""Tasks outside a case: whose they are, and what waits."""

import datetime as dt
from typing import Final

from django.db.models import Q, QuerySet

from absence.models import Task
from attendance_mat.accounts.member import Member, member_in, memberships_on
from attendance_mat.accounts.models import User
from attendance_mat.accounts.permissions import Scope
from attendance_mat.accounts.roles import Role
from attendance_mat.trust.models import School
from registers.models import Pupil
from registers.queries.scope import may_find, pupils_in_scope

OPEN: Final = Q(done_at__isnull=True, dropped_at__isnull=True)


def still_to_do() -> QuerySet[Task]:
    """Return the tasks neither done nor dropped, the earliest due first."""
    return Task.objects.filter(OPEN)


def tasks_in_reach(member: Member, scope: Scope, on: dt.date) -> QuerySet[Task]:
    """Return every task a member may see, with its pupil and person. One query.

    One's own, and those of one's role about pupils within reach; whoever reaches the whole school sees everybody's.
    Of a hidden pupil only what the member may find (decision 11).
    """
    reached = Q(pupil__isnull=True) | Q(pupil__in=pupils_in_scope(member, scope, on))
    mine = Q(person=member.user_id) & (Q(pupil__isnull=True) | Q(pupil__in=pupils_in_scope(member, Scope.SCHOOL, on)))
    theirs = reached if scope >= Scope.SCHOOL else reached & Q(role=member.role)
    return Task.objects.filter(mine | theirs).select_related("pupil", "person")


def own(tasks: QuerySet[Task], member: Member) -> QuerySet[Task]:
    """Return those of the tasks that are for this member: by name, or by their role."""
    return tasks.filter(Q(person=member.user_id) | Q(role=member.role))


def may_settle(task: Task, member: Member) -> bool:
    """Say whether a task that a member may see is also theirs to do or drop. No query.

    A look at safeguarding is for those whose role it is, the person it is for, and the headteacher.
    """
    if task.kind != Task.Kind.SAFEGUARDING or member.user.is_machine:
        return True
    return member.role in {task.role, Role.HEADTEACHER} or task.person_id == member.user_id


def may_be_given(person: User, pupil: Pupil | None, *, school: School, on: dt.date) -> bool:
    """Say whether a task about a pupil may be given to a person by name: of a hidden pupil, to those who may find them.

    One query of a hidden pupil, and one for each role the person holds; else none.
    """
    if pupil is None or not pupil.hidden:
        return True
    members = (member_in([held], school=school, prefer=None) for held in memberships_on(person, on, school=school))
    return any(member is not None and may_find(member, pupil) for member in members)


def locked(task: Task) -> Task:
    """Return a task as it now stands, locked against whoever else settles it."""
    return Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
