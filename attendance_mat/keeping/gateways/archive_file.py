"""An archive as a file: a zip of CSV tables, a PDF, a manifest of digests and its signature."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from attendance_mat.keeping.rules import archive as rules
from attendance_mat.keeping.rules.archive import ArchiveWrongError, Part

CHUNK: Final = 1 << 20
LARGEST_MANIFEST: Final = 10_000_000  # bytes; a real one has some thousand


class PartWriter:
    """What a table is copied into: writes on, and keeps the digest and the size."""

    def __init__(self, to: IO[bytes]) -> None:
        self._to, self._digest = to, hashlib.sha256()
        self.size = 0
        self.rows: int | None = None

    def write(self, data: bytes) -> int:
        """Write some bytes."""
        self._digest.update(data)
        self.size += len(data)
        return self._to.write(data)

    def part(self) -> Part:
        """Return what was written."""
        return Part(self._digest.hexdigest(), self.size, self.rows)


class ArchiveWriter:
    """Writes an archive file by file, never holding one whole."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = ZipFile(file, "w", ZIP_DEFLATED)
        self.parts: dict[str, Part] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[PartWriter]:
        """Give a file of the archive to write into."""
        with self._zip.open(name, "w", force_zip64=True) as member:
            writer = PartWriter(member)
            yield writer
        self.parts[name] = writer.part()

    def finish(self, about: Mapping[str, Any], *, key: bytes) -> None:
        """Write the manifest and its signature, and close the archive."""
        listed = rules.manifest(about, self.parts, key=key)
        self._zip.writestr(rules.MANIFEST, listed)
        self._zip.writestr(rules.SIGNATURE, rules.signature(listed, key=key) + "\n")
        self._zip.close()


class Archive:
    """An archive that is as it was made and signed."""

    def __init__(self, file: ZipFile, said: Mapping[str, Any]) -> None:
        self._zip, self.said = file, said

    def tables(self) -> list[str]:
        """Return the tables it holds."""
        named = (PurePosixPath(name) for name in self.said["digests"] if name.startswith(rules.TABLES))
        return sorted(path.stem for path in named)

    def rows(self, name: str) -> int:
        """Return how many rows a table's file has."""
        return int(self.said["files"][name]["rows"])

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """Give one of its files to read."""
        with self._zip.open(name) as member:
            yield member


@contextmanager
def opened(file: IO[bytes], *, key: bytes) -> Iterator[Archive]:
    """Give an archive once its signature and every digest hold. Raises ArchiveWrongError, naming each wrong file."""
    try:
        with ZipFile(file) as zipped:
            yield Archive(zipped, _verified(zipped, key=key))
    except BadZipFile as error:
        message = f"The file is damaged or is no archive: {error}."
        raise ArchiveWrongError([message]) from error


def _verified(zipped: ZipFile, *, key: bytes) -> dict[str, Any]:
    names = zipped.namelist()
    for name in (rules.MANIFEST, rules.SIGNATURE):
        if name not in names:
            raise ArchiveWrongError([f"{name} is missing."])
        if zipped.getinfo(name).file_size > LARGEST_MANIFEST:
            raise ArchiveWrongError([f"{name} cannot be read."])
    signed = zipped.read(rules.SIGNATURE).decode("ascii", errors="replace")
    said = rules.read_manifest(zipped.read(rules.MANIFEST), signed, key=key)
    found = {name: _digest_in(zipped, name) for name in names if name not in {rules.MANIFEST, rules.SIGNATURE}}
    faults = rules.faults_of_parts(said["digests"], found)
    if faults:
        raise ArchiveWrongError(faults)
    return said


def _digest_in(zipped: ZipFile, name: str) -> str:
    """Return the digest of a file in the zip; one that is damaged has none that could be right."""
    try:
        with zipped.open(name) as member:
            return digest_of(member)
    except (BadZipFile, EOFError, OSError, ValueError):
        return "damaged"


def digest_of(file: IO[bytes]) -> str:
    """Return the SHA-256 of a file from where it stands, in hexadecimal."""
    whole = hashlib.sha256()
    while chunk := file.read(CHUNK):
        whole.update(chunk)
    return whole.hexdigest()
