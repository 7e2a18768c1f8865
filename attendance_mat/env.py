"""Reads the environment: each value is there and well formed, or the process stops and names it."""

import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

APPLICATION_ROLE = "attendance_app"


class EnvironmentFaultError(RuntimeError):
    """A variable is missing or malformed; the message names it and says how to mend it."""


def text(name: str, default: str | None = None) -> str:
    """Return a variable's text; without a default, a missing one stops the process."""
    value = os.environ.get(name, default)
    if value is None:
        message = f"The environment variable {name} is not set. Set it and start again."
        raise EnvironmentFaultError(message)
    return value


def flag(name: str, default: str) -> bool:
    """Return whether a variable says "yes"; anything but yes or no stops the process."""
    value = text(name, default)
    if value not in {"yes", "no"}:
        message = f'{name} is "{value}"; it must be "yes" or "no".'
        raise EnvironmentFaultError(message)
    return value == "yes"


def whole_number(name: str, default: int) -> int:
    """Return a variable as an integer, negative ones included."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        message = f'{name} is "{value}"; it must be a whole number.'
        raise EnvironmentFaultError(message) from error


def listed(name: str, default: str = "") -> list[str]:
    """Return a comma-separated variable as a list without blanks."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def storage(name: str, backend: str, options: dict[str, Any]) -> dict[str, Any]:
    """Return where files are kept, as Django's STORAGES has it: the backend from a variable, its options as JSON from
    that variable with _OPTIONS after it; these options where the backend is the usual one."""
    chosen = text(name, backend)
    given = text(f"{name}_OPTIONS", "{}")
    try:
        said = json.loads(given)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        message = f'{name}_OPTIONS must be a JSON object such as {{"bucket_name": "registers"}}.'
        raise EnvironmentFaultError(message)
    return {"BACKEND": chosen, "OPTIONS": {**(options if chosen == backend else {}), **said}}


@dataclass(frozen=True, kw_only=True)
class DatabaseAddress:
    """Where a PostgreSQL database is, and who we are there."""

    host: str
    port: int
    name: str
    user: str
    password: str
    options: dict[str, str]

    @classmethod
    def from_url(cls, url: str, *, variable: str) -> "DatabaseAddress":
        """Read `postgresql://user:password@host:port/name?sslmode=...`."""
        parts = urlsplit(url)
        name = unquote(parts.path.lstrip("/"))
        if parts.scheme not in {"postgres", "postgresql"} or not name:
            message = f"{variable} must look like postgresql://user:password@host:5432/name."
            raise EnvironmentFaultError(message)
        return cls(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or 5432,
            name=name,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            options=dict(parse_qsl(parts.query)),
        )

    def as_application(self, *, secret: str) -> "DatabaseAddress":
        """Return the same database under the log-in that the product makes for itself."""
        return DatabaseAddress(
            host=self.host,
            port=self.port,
            name=self.name,
            user=APPLICATION_ROLE,
            password=derived_password(secret),
            options=self.options,
        )


def derived_password(secret: str) -> str:
    """Return the application role's password: derived, so that no second secret is kept."""
    return hmac.new(secret.encode(), b"database password of the application", hashlib.sha256).hexdigest()


def database_addresses(*, secret: str) -> tuple[DatabaseAddress, DatabaseAddress]:
    """Return the application's and the owner's database addresses (decision 2)."""
    given = DatabaseAddress.from_url(text("DATABASE_URL"), variable="DATABASE_URL")
    owner_url = os.environ.get("OWNER_DATABASE_URL")
    if owner_url:
        return given, DatabaseAddress.from_url(owner_url, variable="OWNER_DATABASE_URL")
    return given.as_application(secret=secret), given
