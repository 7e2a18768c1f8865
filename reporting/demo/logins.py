"""The demonstration's log-ins, as they are shown to whoever tries it."""

from typing import NamedTuple

from django.db.models import F

from attendance_mat.accounts.models import Membership
from attendance_mat.accounts.roles import Role
from reporting.demo.staff import LISTED, PASSWORD

TRUST_WIDE = "All schools"


class Login(NamedTuple):
    """One person to sign in as."""

    role: str
    email: str
    school: str
    password: str


def logins() -> list[Login]:
    """Return one person of each role in each school, the trust's first. One query."""
    rows = Membership.objects.filter(user__email__endswith=f"@{LISTED}").select_related("user", "school")
    return [
        Login(Role(row.role).label, row.user.email, row.school.name if row.school else TRUST_WIDE, PASSWORD)
        for row in rows.order_by(F("school__name").asc(nulls_first=True), "pk")
    ]
