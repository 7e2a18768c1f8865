"""`script/bench`: what the benchmarks need, then tests/bench."""

import os
from collections.abc import Sequence

from attendance_mat.embedded import environment, native, places, variables
from attendance_mat.embedded.servers import ServerSet


def run(arguments: Sequence[str]) -> int:
    """Turn this process into the benchmarks, on servers and data of their own that wait for the disk."""
    environment.prepare(*environment.runtime_files(), environment.TEST)
    native.prepare_pdf()
    os.environ.update(variables.for_processes(ServerSet("bench")))
    os.chdir(places.CHECKOUT)
    os.execv(environment.PYTHON, [str(environment.PYTHON), "-m", "tests.bench", *arguments])
