#!/usr/bin/env python
"""Run a management command with the product's settings."""

import os
import sys

OWNER_COMMANDS = {
    "migrate",
    "migrate_schemas",
    "prepare_database",
    "open_school",
    "load_demo",
    "restore_archive",
    "dispose",
}


def main() -> None:
    """Run the command named on the command line; those that make tables run as the owner."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "attendance_mat.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        os.environ["DATABASE_ROLE"] = "owner"
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
