"""Where data that nobody will miss is kept: in memory, in which a new file costs a twentieth of one on a disk.

The tests clone their database some two hundred times, and each clone is two thousand files.
"""

import os
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - each folder in it is made under a name of its own, for its owner alone
AVAILABLE = Path("/proc/meminfo")
NAME = "attendance_mat-"
ROOM = 2 * 2**30  # the tests' data stay well below one
FREE = 2 * ROOM


def data_folder(home: Path, account: str | None) -> Path:
    """Return where a server keeps its data: in memory while there is room, else at home.

    A link at home leads there. It leads nowhere once the machine was started anew; then so does the data.
    """
    link = home / "memory"
    sweep()
    if not link.exists():
        link.unlink(missing_ok=True)
        if not _has_room():
            return home / "data"
        _lead_to_a_new_folder(link, account)
    shutil.rmtree(home / "data", ignore_errors=True)  # from when there was no room
    return link / "data"


def _lead_to_a_new_folder(link: Path, account: str | None) -> None:
    folder = Path(tempfile.mkdtemp(prefix=NAME, dir=MEMORY))
    if account:
        shutil.chown(folder, account)
    link.symlink_to(folder)
    # After the link, or another's sweep might take it
    (folder / "link").write_text(f"{_whose_paths()}\n{link}", encoding="utf-8")


def _has_room() -> bool:
    if not (MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and AVAILABLE.exists()):
        return False
    space = os.statvfs(MEMORY)
    free = re.search(r"MemAvailable:\s+(\d+) kB", AVAILABLE.read_text(encoding="ascii"))
    return space.f_bavail * space.f_frsize >= ROOM and free is not None and int(free[1]) * 1024 >= FREE


def sweep() -> None:
    """Free what belonged to a checkout that has gone: its link no longer leads there, and no server runs on it."""
    for note in MEMORY.glob(f"{NAME}*/link"):
        with suppress(OSError):  # somebody else's, or being swept by another
            whose, _, link = note.read_text(encoding="utf-8").partition("\n")
            has_gone = whose == _whose_paths() and Path(link).resolve() != note.parent.resolve()
            if has_gone and not _is_served(note.parent):
                shutil.rmtree(note.parent)


def _whose_paths() -> str:
    """Return what tells this machine's paths from those of a container that shares its memory."""
    try:
        return str(Path("/proc/self/ns/mnt").readlink())
    except OSError:
        return ""


def _is_served(folder: Path) -> bool:
    """Say whether the server that wrote its number into its data still runs."""
    written = folder / "data" / "postmaster.pid"
    number = written.read_text(encoding="utf-8").partition("\n")[0] if written.exists() else ""
    return number.isdecimal() and Path("/proc", number).exists()
