"""Import a file. A school's people, their roles with dates, and the groups they take on which weekdays."""

from attendance_mat.accounts.permissions import Permission
from registers.actions.importing import Kind
from registers.management.importing import ImportCommand


class Command(ImportCommand):
    """Runs with the application's own rights, like the page does."""

    help = __doc__
    kind = Kind.STAFF
    permission = Permission.MANAGE_STAFF
