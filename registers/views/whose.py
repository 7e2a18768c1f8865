"""Whose page of a register was sent: a shared device never does in one person's name what another had on their page."""

from attendance_mat.accounts.guard import StaffRequest


def is_someone_else_s(request: StaffRequest) -> bool:
    """Say whether a register's form was drawn for another person than the one signed in now."""
    own = str(request.member.user_id)
    return request.POST.get("person", own) != own
