"""Import a file. A school's timetable: lessons and periods, teaching groups, weeks A and B, days off timetable."""

from registers.actions.importing import Kind
from registers.management.importing import ImportCommand


class Command(ImportCommand):
    """Runs with the application's own rights, like the page does."""

    help = __doc__
    kind = Kind.TIMETABLE
