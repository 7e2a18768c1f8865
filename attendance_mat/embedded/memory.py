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
    (folder / "link").write_text(str(link), encoding="utf-8")  # after the link, or another's sweep might take it


def _has_room() -> bool:
    if not (MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and AVAILABLE.exists()):
        return False
    space = os.statvfs(MEMORY)
    free = re.search(r"MemAvailable:\s+(\d+) kB", AVAILABLE.read_text(encoding="ascii"))
    return space.f_bavail * space.f_frsize >= ROOM and free is not None and int(free[1]) * 1024 >= FREE


def sweep() -> None:
    """Free what belonged to a checkout that has gone: its link no longer leads there."""
    for note in MEMORY.glob(f"{NAME}*/link"):
        with suppress(OSError):  # somebody else's, or being swept by another
            link = Path(note.read_text(encoding="utf-8"))
            if link.resolve() != note.parent.resolve():
                shutil.rmtree(note.parent)
