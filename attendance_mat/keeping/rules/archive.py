"""What an archive of the registers holds, how it is signed, and what shows that it is not as it was made (R13)."""

import datetime as dt
import hmac
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from registers.rules.seal import mark_of_key

FORM: Final = 1  # of the manifest and the tables' files: a new one when either changes
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
PDF: Final = "registers.pdf"
PEOPLE: Final = "people.csv"
TABLES: Final = "tables/"
LONGEST_WAIT: Final = dt.timedelta(days=3)  # after a month's end, until a back-up that is not there is missed
DECEMBER: Final = 12


@dataclass(frozen=True)
class Part:
    """One file of an archive: its digest (SHA-256), its bytes, and the rows of a table (None: no table)."""

    sha256: str
    size: int
    rows: int | None = None


class ArchiveWrongError(Exception):
    """An archive is not as it was made; each fault names the file that is wrong."""

    def __init__(self, faults: Collection[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(self.faults))


def manifest(about: Mapping[str, Any], parts: Mapping[str, Part], *, key: bytes) -> bytes:
    """Return an archive's manifest: what it is of, and the digest of each of its files."""
    listed = {name: {"sha256": part.sha256, "bytes": part.size, "rows": part.rows} for name, part in parts.items()}
    whole = {"form": FORM, **about, "key_mark": mark_of_key(key), "files": listed}
    return json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False).encode()


def signature(manifest_file: bytes, *, key: bytes) -> str:
    """Return the keyed digest of a manifest, in hexadecimal; through it, of every file of the archive."""
    return hmac.new(key, b"archive|" + manifest_file, "sha256").hexdigest()


def read_manifest(manifest_file: bytes, signed: str, *, key: bytes) -> dict[str, Any]:
    """Return what a manifest says, once its signature holds. Raises ArchiveWrongError."""
    try:
        said = json.loads(manifest_file)
        form, key_mark = said["form"], said["key_mark"]
        files = {str(name): (str(each["sha256"]), each["rows"]) for name, each in said["files"].items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ArchiveWrongError([f"{MANIFEST} cannot be read."]) from error
    if key_mark != mark_of_key(key):
        raise ArchiveWrongError([f"{MANIFEST} was signed with another key than REGISTER_SEAL_KEY."])
    if not hmac.compare_digest(signed.strip().encode(), signature(manifest_file, key=key).encode()):
        raise ArchiveWrongError([f"{MANIFEST} is not what was signed in {SIGNATURE}."])
    if form != FORM:
        raise ArchiveWrongError([f"{MANIFEST} has form {form}, which this release cannot read."])
    return {**said, "digests": {name: sha256 for name, (sha256, _) in files.items()}}


def faults_of_parts(digests: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """Return each file that is missing, altered or not of the archive: `found` holds the digests as they are."""
    faults = [f"{name} is missing." for name in sorted(digests.keys() - found.keys())]
    faults += [f"{name} is not in the manifest." for name in sorted(found.keys() - digests.keys())]
    altered = (name for name in sorted(digests.keys() & found.keys()) if digests[name] != found[name])
    return faults + [f"{name} was altered: its digest is not that of the manifest." for name in altered]


def month_after(month: dt.date) -> dt.date:
    """Return the first day of the month after a month."""
    return dt.date(month.year + month.month // DECEMBER, month.month % DECEMBER + 1, 1)


def month_due(on: dt.date) -> dt.date:
    """Return the month whose back-up is due on a day: the last that has ended, by its first day."""
    last = on.replace(day=1) - dt.timedelta(days=1)
    return last.replace(day=1)


def is_due(month: dt.date, *, made_on: Collection[dt.date], since: dt.date) -> bool:
    """Say whether a month that has ended still wants a back-up: none of it was made since it ended.

    `made_on` holds the days on which that month's back-ups were made; `since` is the day the school's registers
    began here: a month that ended before it wants none. Source: PR24 reg 5(3).
    """
    ended = month_after(month)
    return since < ended and not any(day >= ended for day in made_on)


def is_missed(month: dt.date, *, on: dt.date) -> bool:
    """Say whether a back-up that is due is late by so much that people must hear of it."""
    return on >= month_after(month) + LONGEST_WAIT


def school_year_end(month: dt.date) -> dt.date:
    """Return the last day of the school year that a month is of: 31 August."""
    september = 9
    return dt.date(month.year + (month.month >= september), 8, 31)
