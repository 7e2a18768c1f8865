"""How long the demonstration takes from nothing to its log-ins, with the environment made."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final

from attendance_mat.embedded import ports
from tests.bench.result import Result
from tests.bench.school import ROOT

READY: Final = "Ctrl-C stops everything."
OF_OUR_SERVERS: Final = ("DATABASE_URL", "OWNER_DATABASE_URL", "SUPERUSER_DATABASE_URL", "REDIS_URL", "DEMO_CLOCK")
PATIENCE: Final = 60  # seconds to stop in


def demo_ready_seconds() -> Result:
    """Measure `script/demo --fresh` to the line that says it is ready, in a state folder that nobody else uses."""
    folder = Path(tempfile.mkdtemp(prefix="demo-"))
    environment = {name: value for name, value in os.environ.items() if name not in OF_OUR_SERVERS}
    command = [ROOT / "script" / "demo", "--fresh", "--port", str(ports.any_free())]
    began = time.perf_counter()
    demo = subprocess.Popen(
        command,
        env={**environment, "STATE_DIR": str(folder)},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        told: list[str] = []
        for line in demo.stderr or ():
            told.append(line.strip())
            if told[-1] == READY:
                break
        seconds = time.perf_counter() - began
        if not told or told[-1] != READY:
            message = f"The demonstration did not start: {' '.join(told[-3:])}"
            raise RuntimeError(message)
    finally:
        demo.send_signal(signal.SIGTERM)
        log_ins = len((demo.communicate(timeout=PATIENCE)[0] or "").splitlines()) - 1  # the first line is the address
        shutil.rmtree(folder, ignore_errors=True)
    return Result(round(seconds, 1), "s", f"from an empty database to {log_ins} log-ins, {os.cpu_count()} cores")
