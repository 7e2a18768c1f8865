"""The virtual environment in .venv, holding what requirements.txt and its companions pin."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from attendance_mat.embedded import native, places, steps
from attendance_mat.embedded.locks import locked
from attendance_mat.embedded.messages import RefusedError, say

RUNTIME = "requirements.txt"
EMBEDDED, TEST, BROWSER, CHECK = (
    f"script/requirements/{group}.txt" for group in ("embedded", "test", "browser", "check")
)
PYTHON = places.ENVIRONMENT / "bin" / "python"
MEND = "Check that this machine reaches a Python package index, then run it again."


def prepare(*files: str) -> None:
    """Make the environment if there is none, and install what these files pin beyond what it has."""
    with locked(places.state_folder() / "environment.lock"):
        if not _works(PYTHON):
            _make()
        changed = [name for name in files if not _receipt(name).exists()]
        if changed:
            _install(changed)
            for name in changed:
                _receipt(name).parent.mkdir(exist_ok=True)
                _receipt(name).touch()


def without_servers() -> bool:
    """Say whether both servers are the caller's own, so that ours need not be installed."""
    return bool(os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))


def runtime_files() -> list[str]:
    """Return the files the product itself needs here."""
    return [RUNTIME] if without_servers() else [RUNTIME, EMBEDDED]


def _receipt(name: str) -> Path:
    """Return the file that stands for having installed exactly this text."""
    digest = hashlib.sha256((places.CHECKOUT / name).read_bytes()).hexdigest()[:16]
    return places.ENVIRONMENT / "installed" / f"{Path(name).stem}-{digest}"


def _works(python: Path | str) -> bool:
    try:
        done = subprocess.run([python, "--version"], check=False, capture_output=True)
    except OSError:
        return False
    return done.returncode == 0


def _uv() -> str | None:
    found = shutil.which("uv")
    return found if found and _works(found) else None


def _make() -> None:
    shutil.rmtree(places.ENVIRONMENT, ignore_errors=True)
    label = f"Making the environment {places.ENVIRONMENT.name} with Python {sys.version.split()[0]}"
    if uv := _uv():
        steps.run(label, [uv, "venv", "--python", sys.executable, places.ENVIRONMENT], mend=MEND)
        return
    if not importlib.util.find_spec("ensurepip"):
        if not places.is_root():
            raise RefusedError("Python's venv module is missing.", "As root: apt-get install python3-venv.")
        native.install_packages(["python3-venv"], why="Python's venv module")
    steps.run(label, [sys.executable, "-m", "venv", places.ENVIRONMENT], mend=MEND)


def _install(names: Sequence[str]) -> None:
    """Install from hashed files: by uv where it works, else by pip."""
    files = [word for name in names for word in ("--requirement", str(places.CHECKOUT / name))]
    label = f"Installing {', '.join(Path(name).stem for name in names)}"
    if uv := _uv():
        by_uv = [uv, "pip", "install", "--python", str(PYTHON), "--require-hashes", *files]
        try:
            steps.run(f"{label} with uv", by_uv, mend=MEND)
        except RefusedError as refusal:
            say(f"{refusal} Trying pip.")
        else:
            return
    pip = [str(PYTHON), "-m", "pip"]
    if subprocess.run([*pip, "--version"], check=False, capture_output=True).returncode:
        steps.run("Adding pip", [PYTHON, "-m", "ensurepip"], mend=MEND)  # uv leaves it out
    # Named as constraints too: a pip before 23.3 does not see that `coverage==1` answers for `coverage[toml]`.
    pins = [word for name in names for word in ("--constraint", str(places.CHECKOUT / name))]
    by_pip = [*pip, "install", "--require-hashes", "--no-input", *files, *pins]
    steps.run(f"{label} with pip", by_pip, mend=MEND)
