"""Which pupils and groups a member's permission reaches on a day (decision 10)."""

import datetime as dt
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import in_force_on
from attendance_mat.accounts.permissions import Scope
from attendance_mat.accounts.roles import Role
from registers.models import Assignment, FamilyTie, Group, GroupMember, Pupil, PupilYear

SEES_HIDDEN_PUPILS: Final = frozenset({Role.SAFEGUARDING_LEAD, Role.HEADTEACHER})


def pupils_in_scope(member: Member, scope: Scope, on: dt.date) -> QuerySet[Pupil]:
    """Return the pupils a member may find in a list or a search on a day, leavers too where it is the whole school.

    Hidden pupils are found by the safeguarding lead, the headteacher and those the lead names for each; a register
    lists them all the same (queries/taking.py).
    """
    pupils = Pupil.objects.all()
    if member.role not in SEES_HIDDEN_PUPILS:
        pupils = pupils.filter(Q(hidden=False) | Q(pk__in=_named_for(member)))
    if scope >= Scope.SCHOOL:
        return pupils
    places = GroupMember.objects.filter(
        in_force_on(on), pupil=OuterRef("pk"), group__in=_assigned(member, scope, on).values("group")
    )
    reached = Q(Exists(places))
    if scope == Scope.YEAR:
        reached |= Q(Exists(_in_assigned_years(member, on).filter(pupil=OuterRef("pk"))))
    return pupils.filter(reached)


def may_find(member: Member, pupil: Pupil) -> bool:
    """Say whether a pupil is not hidden from a member. One query where the pupil is hidden, else none."""
    if not pupil.hidden or member.role in SEES_HIDDEN_PUPILS:
        return True
    return _named_for(member).filter(pk=pupil.pk).exists()


def groups_in_scope(member: Member, scope: Scope, on: dt.date) -> QuerySet[Group]:
    """Return the groups a member's permission reaches on a day, teaching groups included.

    A year's are those that have a pupil of that year on that day.
    """
    if scope >= Scope.SCHOOL:
        return Group.objects.all()
    reached = Q(pk__in=_assigned(member, scope, on).values("group"))
    if scope == Scope.YEAR:
        in_year = _in_assigned_years(member, on).filter(pupil=OuterRef("pupil"))
        reached |= Q(Exists(GroupMember.objects.filter(in_force_on(on), Exists(in_year), group=OuterRef("pk"))))
    return Group.objects.filter(reached)


def is_own_family(member: Member, pupil: Pupil) -> bool:
    """Say whether a pupil is family of the member, who then may not amend, decide or open a case. One query."""
    return FamilyTie.objects.filter(user=member.user_id, pupil=pupil).exists()


def _named_for(member: Member) -> QuerySet[Pupil]:
    """Return the pupils a member is named for: a naming holds until it is ended, and not a moment longer.

    The room that writes namings (attendance_mat/admission) is above this one, so they are reached from the pupil.
    """
    namings = {"named_people__user": member.user_id, "named_people__until_date__isnull": True}
    return Pupil.objects.filter(**namings)


def _assigned(member: Member, scope: Scope, on: dt.date) -> QuerySet[Assignment]:
    """Return a member's groups on a day; their own registers are those of that weekday."""
    groups = Assignment.objects.filter(in_force_on(on), user=member.user_id, group__isnull=False)
    return groups.filter(weekdays__contains=[on.weekday()]) if scope == Scope.OWN else groups


def _in_assigned_years(member: Member, on: dt.date) -> QuerySet[PupilYear]:
    """Return the pupils' years, on a day, that a member is assigned."""
    years = Assignment.objects.filter(in_force_on(on), user=member.user_id, year__isnull=False)
    return PupilYear.objects.filter(in_force_on(on), year__in=years.values("year"))
