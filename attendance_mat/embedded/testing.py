"""`script/test`: everything the tests need on a bare machine, then the tests."""

import os
from collections.abc import Sequence

from attendance_mat.embedded import environment, native, places, variables
from attendance_mat.embedded.messages import say
from attendance_mat.embedded.servers import ServerSet

WORKERS = ("-n", "2", "--dist", "loadgroup")  # tests marked as a group share what one process has made


def run(arguments: Sequence[str]) -> int:
    """Turn this process into pytest, which then holds the servers until it ends."""
    environment.prepare(*environment.runtime_files(), environment.TEST, environment.BROWSER)
    native.prepare_pdf()
    native.prepare_browser()
    os.environ.update(variables.for_processes(ServerSet("test")))
    os.environ["DEBUG"] = "no"
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a hundred processes of the product would each compile it anew
    os.chdir(places.CHECKOUT)
    chosen = any(word.startswith(("-n", "--numprocesses", "--pdb", "--co")) for word in arguments)
    command = [str(environment.PYTHON), "-m", "pytest", *(() if chosen else WORKERS), *arguments]
    say(f"Running {' '.join(command[1:])}.")
    os.execv(command[0], command)
