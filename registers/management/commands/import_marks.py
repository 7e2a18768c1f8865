"""Import a file. Session marks; one that is there with another code is amended."""

from registers.actions.importing import Kind
from registers.management.importing import ImportCommand


class Command(ImportCommand):
    """Runs with the application's own rights, like the page does."""

    help = __doc__
    kind = Kind.MARKS
