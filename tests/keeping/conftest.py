"""A key, a folder for archives, and the owner's log-in where a command runs as the owner."""

from pathlib import Path

import pytest

from tests.live import cloned_database, it_becomes
from tests.registers.sealed import KEY

__all__ = ["cloned_database", "it_becomes"]


@pytest.fixture(autouse=True)
def archives(settings: object, tmp_path: Path) -> Path:
    """Keep archives in a folder of the test's own, and sign them with the tests' key; return the folder."""
    folder = tmp_path / "archives"
    settings.REGISTER_SEAL_KEY = KEY
    options = {"location": str(folder), "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
    settings.STORAGES = {
        **settings.STORAGES,
        "archives": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options},
    }
    return folder
