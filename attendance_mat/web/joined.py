"""The scripts that reach a browser as one file: joined when static files are collected, and in development when asked.

A page's scripts are written in small files by topic (static/js/registers/) and would cost a request each. The files of
one part share a scope of their own, so that they see each other's names and no other part does.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage


class Part(NamedTuple):
    """Files of a folder that make one scope, in this order."""

    folder: str
    names: tuple[str, ...]

    @property
    def files(self) -> list[Path]:
        return [Path(settings.BASE_DIR, "static/js", self.folder, f"{name}.js") for name in self.names]


STORE: Final = Part("registers/store", ("device", "server", "sealed", "pages", "outcomes", "draft"))
PAGE: Final = Part("registers/page", ("register", "choosing", "pressing", "sending", "finishing", "showing"))
START: Final = Part("registers/start", ("waiting", "telling"))
JOINED: Final = {
    "js/register-store.js": (STORE,),  # what the log-in pages ask for, to forget
    "js/register-page.js": (STORE, PAGE, Part("registers", ("keys",))),
    "js/registers-start.js": (STORE, START),
    "js/register-worker.js": (STORE, Part("registers", ("worker",))),
}


def joined(name: str) -> str:
    """Return a joined script as it is to be sent."""
    parts = ("\n".join(file.read_text() for file in part.files) for part in JOINED[name])
    return "".join(f'(() => {{\n"use strict";\n\n{part}}})();\n' for part in parts)


class JoinedScripts(BaseFinder):
    """Finds joined scripts among the static files."""

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - as Django calls it
        """Return the place of a joined script, written anew if one of its files has changed; [] for any other."""
        if path not in JOINED:
            return []
        text, place = joined(path), settings.STATE_DIR / "joined" / path
        if not place.exists() or place.read_text() != text:
            place.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile("w", dir=place.parent, delete=False) as file:
                file.write(text)
            Path(file.name).replace(place)  # at once: another process may be reading it
        return [str(place)] if find_all else str(place)

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        """Give each joined script, with a storage to read it from."""
        storage = InMemoryStorage()
        for name in JOINED:
            yield storage.save(name, ContentFile(joined(name).encode())), storage
