"""Reads of who takes what, for the import of staff."""

from attendance_mat.accounts.models import Membership, User
from attendance_mat.accounts.roles import Role
from attendance_mat.trust.models import School
from registers.models import Assignment, Group

Dated = Membership | Assignment


def groups_by_name() -> dict[str, Group]:
    """Return the groups by their names in small letters; of two alike, the registration group. One query."""
    return {group.name.casefold(): group for group in Group.objects.order_by("-kind")}


def memberships_in(school: School, person: User, role: Role) -> list[Membership]:
    """Return all a person held in one role of a school, ended too, latest first. One query."""
    return list(Membership.objects.filter(user=person, school=school, role=role).order_by("-from_date", "-pk"))


def assignments_of(person: User) -> list[Assignment]:
    """Return all a person takes, took or will take, latest first. One query."""
    return list(Assignment.objects.filter(user=person).select_related("group").order_by("-from_date", "-pk"))
