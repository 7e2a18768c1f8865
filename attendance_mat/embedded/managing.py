"""`script/manage`: manage.py with the demo's environment and servers."""

import os
import shlex
import sys
from collections.abc import Sequence
from typing import NoReturn

from attendance_mat.embedded import environment, native, preparation, variables
from attendance_mat.embedded.messages import RefusedError, say
from attendance_mat.embedded.servers import ServerSet

STOP_SECONDS = 30
NEED_NO_TABLES = {
    *("check", "collectstatic", "help", "makemigrations", "migrate", "migrate_schemas"),
    *("prepare_database", "showmigrations", "version", "--help", "--version"),
}
USAGE = """usage: script/manage COMMAND ...           a command of manage.py, on the demo's database
       script/manage --print-env [SET]    start the servers of a set (demo, test, bench), leave
                                          them running, and print the variables for a shell
       script/manage --stop [SET]         stop servers left running"""


def run(arguments: Sequence[str]) -> int:
    """Carry out `script/manage` with these arguments."""
    environment.prepare(*environment.runtime_files())
    native.prepare_pdf()
    match list(arguments):
        case ["--print-env", *rest]:
            return _print_environment(ServerSet(rest[0] if rest else "demo"))
        case ["--stop", *rest]:
            return _stop(ServerSet(rest[0] if rest else "demo"))
        case [] | ["--help" | "-h"]:
            say(USAGE)
            return 0 if arguments else 2
    return _become_manage(arguments)


def _become_manage(arguments: Sequence[str]) -> NoReturn:
    """Turn this process into manage.py, which then holds the servers until it ends."""
    servers = ServerSet("demo")
    os.environ.update(variables.for_processes(servers))
    if arguments[0] not in NEED_NO_TABLES and not preparation.was_ever_done(servers):
        preparation.bring_up_to_date(servers, os.environ)
    command = [*preparation.MANAGE, *arguments]
    os.execv(command[0], command)


def _print_environment(servers: ServerSet) -> int:
    found = variables.for_processes(servers)
    servers.stay.touch()
    for name, value in found.items():
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
    return 0


def _stop(servers: ServerSet) -> int:
    servers.stay.unlink(missing_ok=True)
    if not servers.is_running():
        say(f"No servers run for the {servers.name}.")
    elif servers.is_used():
        raise RefusedError(f"The servers of the {servers.name} are in use.", "Stop that process first.")
    elif not servers.wait_until_stopped(seconds=STOP_SECONDS):
        raise RefusedError("The servers did not stop in time.", f"Look in {servers.folder}.")
    return 0
