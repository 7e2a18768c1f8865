"""Import a file. The admission register: pupils, roll, groups and contacts."""

from registers.actions.importing import Kind
from registers.management.importing import ImportCommand


class Command(ImportCommand):
    """Runs with the application's own rights, like the page does."""

    help = __doc__
    kind = Kind.PUPILS
