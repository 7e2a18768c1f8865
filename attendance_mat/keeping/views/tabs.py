"""The pages of records, as tabs: each member sees those that are for them."""

from typing import Final

from django.urls import reverse

from attendance_mat.accounts.guard import StaffRequest
from attendance_mat.accounts.permissions import Permission
from attendance_mat.web.navigation import NavigationItem, mark_current

PAGES: Final = (
    ("Back-ups", "keeping:records", Permission.KEEP_RECORDS),
    ("Retention and holds", "keeping:holds", Permission.KEEP_RECORDS),
    ("Register of record", "keeping:register-of-record", Permission.KEEP_RECORDS),
    ("Other system", "keeping:other-system", Permission.EXPORT_REGISTERS),
    ("Extract of the register", "keeping:extract", Permission.EXPORT_REGISTERS),
    ("Who looked at whom", "keeping:access-log", Permission.SEE_ACCESS_LOG),
    ("What left the school", "keeping:disclosures", Permission.SEE_ACCESS_LOG),
    ("Inspections", "keeping:inspections", Permission.GIVE_INSPECTION),
)


def tabs(request: StaffRequest) -> list[NavigationItem]:
    """Return the pages of records that the member may open, the one shown marked."""
    items = [NavigationItem(label, reverse(name)) for label, name, needed in PAGES if request.member.may(needed)]
    return mark_current(items, request.path)
