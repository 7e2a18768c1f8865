"""Import a file. What was done about absence before: stages reached, letters, notices to improve, penalties."""

from escalation.actions.importing_history import HISTORY
from registers.management.importing import ImportCommand


class Command(ImportCommand):
    """Runs with the application's own rights."""

    help = __doc__
    kind = HISTORY
    subject = "history"
