"""What was printed while the database was down, kept as files beside the paper until the log of events has it.

A file a printing, written whole or not at all, and named so that none is entered twice.
"""

import datetime as dt
import json
import logging
import os
import uuid
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings

from registers.gateways.paper import FOLDER_OF_A_SCHOOL, OWN_FILES, OWN_FOLDERS, Paper

log = logging.getLogger(__name__)
FOLDER: Final = "printed"  # in the school's own; what is cleared there are days


class Printed(NamedTuple):
    """A paper printed from the file: by whom, when, and as of when it was drawn."""

    printing: str
    user_id: int
    paper: Paper
    at: dt.datetime
    as_at: dt.datetime


def keep_printed(slug: str, paper: Paper, *, user_id: int, at: dt.datetime, as_at: dt.datetime) -> Printed:
    """Keep that a paper was printed; asks no database."""
    made = Printed(uuid.uuid4().hex, user_id, paper, at, as_at)
    folder = _folder(slug)
    folder.mkdir(mode=OWN_FOLDERS, parents=True, exist_ok=True)
    said = {**made._asdict(), "at": at.isoformat(), "as_at": as_at.isoformat()}
    new = folder / f"{made.printing}.new"
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWN_FILES), "w", encoding="utf-8") as file:
        json.dump(said, file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / f"{made.printing}.json")
    return made


def printed_of(slug: str) -> list[Printed]:
    """Return what was printed and is not known to be in the log yet, the oldest first."""
    folder = _folder(slug)
    found = [_read(place) for place in folder.glob("*.json")] if folder.is_dir() else []
    return sorted((one for one in found if one), key=lambda one: one.at)


def forget_printed(slug: str, printings: list[Printed]) -> None:
    """Remove the files of what the log has."""
    for one in printings:
        (_folder(slug) / f"{one.printing}.json").unlink(missing_ok=True)


def _read(place: Path) -> Printed | None:
    """Return a printing; None for a file that another has just entered and removed, or that is none of ours."""
    try:
        said = json.loads(place.read_text(encoding="utf-8"))
        at, as_at = (dt.datetime.fromisoformat(said[name]) for name in ("at", "as_at"))
        return Printed(place.stem, int(said["user_id"]), Paper(said["paper"]), at, as_at)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError):
        log.exception("%s says nothing of a printing; it stays where it is.", place)
        return None


def _folder(slug: str) -> Path:
    if not FOLDER_OF_A_SCHOOL.fullmatch(slug):
        message = "That is no school's folder."
        raise ValueError(message)
    place: Path = settings.PAPER_DIR / slug / FOLDER
    return place
