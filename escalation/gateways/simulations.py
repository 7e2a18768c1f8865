"""What simulations come to, kept for an hour outside the database: a simulation writes nothing there.

A school's own cache holds them, by what was asked. Pupils stand in them by their keys alone.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.core.cache import cache

KEPT: Final = 60 * 60  # seconds
GIVEN_UP: Final = 15 * 60  # seconds after the last word of a worker


@dataclass(frozen=True)
class Asked:
    """What a simulation is of: a pack over some days, both included, perhaps with another number for one stage."""

    pack: str
    first: dt.date
    last: dt.date
    stage: str = ""
    than: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it in JSON's types."""
        return {**asdict(self), "first": self.first.isoformat(), "last": self.last.isoformat()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Asked":
        """Return what `as_json` gave."""
        dates = {end: dt.date.fromisoformat(values[end]) for end in ("first", "last")}
        return cls(**{**values, **dates})


def find(asked: Asked, *, version: str) -> dict[str, Any] | None:
    """Return what is known: {"done", "of"} while a worker is at it, {"refused"}, or a result; nothing before it."""
    known: dict[str, Any] | None = cache.get(_key(asked, version))
    return known


def begin(asked: Asked, *, version: str) -> bool:
    """Say whether this is the first to ask, who then sets a worker to it."""
    return bool(cache.add(_key(asked, version), {"done": 0, "of": 0}, GIVEN_UP))


def tell(asked: Asked, done: int, of: int, *, version: str) -> None:
    """Keep how many pupils have been read, of how many."""
    cache.set(_key(asked, version), {"done": done, "of": of}, GIVEN_UP)


def keep(asked: Asked, result: Mapping[str, Any], *, version: str) -> None:
    """Keep a result, or {"refused": why}."""
    cache.set(_key(asked, version), dict(result), KEPT)


def forget(asked: Asked, *, version: str) -> None:
    """Let it be asked again."""
    cache.delete(_key(asked, version))


def _key(asked: Asked, version: str) -> str:
    said = json.dumps([asked.as_json(), version])
    return f"simulation-{hashlib.sha256(said.encode()).hexdigest()}"
