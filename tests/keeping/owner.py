"""The owner's log-in, as manage.py gives it to the commands that may remove or restore what the application may not."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections


@contextmanager
def as_owner() -> Iterator[None]:
    """Have this process's connection log in as the owner for a while."""
    known, owner = connections["default"].settings_dict, settings.OWNER_DATABASE
    before = {"USER": known["USER"], "PASSWORD": known["PASSWORD"]}
    connections.close_all()
    known.update(USER=owner.user, PASSWORD=owner.password)
    try:
        yield
    finally:
        connections.close_all()
        known.update(before)


def owner_runs(*words: str) -> tuple[int, str]:
    """Run a command as the owner; return its exit status and all it prints."""
    with as_owner():
        return runs(*words)


def runs(*words: str) -> tuple[int, str]:
    """Run a command as the application; return its exit status and all it prints."""
    out = StringIO()
    try:
        call_command(*words, stdout=out, stderr=out)
    except CommandError as error:
        return error.returncode, f"{out.getvalue()}{error}"
    return 0, out.getvalue()
