"""Who may give, change or take away which role."""

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.roles import GRANTS, OUTSIDE_ROLES, PASS_ROLES, SCHOOL_ROLES, TRUST_ROLES, Role


def may_manage(member: Member, role: Role) -> bool:
    """Say whether a member may give and take away a role: nobody hands out more than they hold themselves.

    Whoever manages the trust's people may give every role; a machine sets the product up. Whoever may let an inspector
    in may make them one, and end it. A cover pass gives and takes its own role: nobody else does.
    """
    if role in PASS_ROLES:
        return False
    if member.role is Role.SYSTEM or member.may(Permission.MANAGE_TRUST):
        return True
    if role in OUTSIDE_ROLES:
        return member.may(Permission.GIVE_INSPECTION)
    if role in TRUST_ROLES or not member.may(Permission.MANAGE_STAFF):
        return False
    return all(member.may(permission) for permission in GRANTS[role])


def roles_to_give(member: Member) -> list[Role]:
    """Return the roles a member may give, widest first; those of the trust only outside any school."""
    offered = SCHOOL_ROLES if member.school else SCHOOL_ROLES | TRUST_ROLES
    return [role for role in Role if role in offered and may_manage(member, role)]
