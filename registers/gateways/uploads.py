"""Keeps a file someone sent between its preview and their word, where nobody else can reach it."""

import datetime as dt
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings
from django.core import signing

SALT: Final = "registers.imports"
KEPT_FOR: Final = dt.timedelta(minutes=30)


class KeptUpload(NamedTuple):
    """A file that waits for its sender's word: the name they gave it, and what they said it is."""

    path: Path
    name: str
    kind: str


def keep_upload(chunks: Iterable[bytes], *, at: dt.datetime) -> Path:
    """Write a file down under a name nobody can guess, and do away with those that have waited too long."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.iterdir():
        if dt.datetime.fromtimestamp(old.stat().st_mtime, tz=dt.UTC) + KEPT_FOR < at:
            old.unlink(missing_ok=True)
    path = folder / secrets.token_urlsafe(24)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.writelines(chunks)
    os.utime(path, (at.timestamp(), at.timestamp()))  # by the product's clock, which a demonstration shifts
    return path


def ticket(kept: KeptUpload, *, user_id: int, school_id: int, at: dt.datetime) -> str:
    """Return the signed words with which one person, in one school, may come back for a file for half an hour."""
    until = (at + KEPT_FOR).isoformat()
    return signing.dumps([kept.path.name, kept.name, kept.kind, user_id, school_id, until], salt=SALT)


def upload_for(words: str, *, user_id: int, school_id: int, at: dt.datetime) -> KeptUpload | None:
    """Return the file of a ticket; nothing if it is someone else's, too old, forged, or has been used."""
    try:
        stored_as, name, kind, *holder, until = signing.loads(words, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    path = _folder() / stored_as
    if holder != [user_id, school_id] or dt.datetime.fromisoformat(until) < at or not path.is_file():
        return None
    return KeptUpload(path, name, kind)


def discard(path: Path) -> None:
    """Do away with a file that has been used or refused."""
    path.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports"
