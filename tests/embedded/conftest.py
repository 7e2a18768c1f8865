"""A state folder that any account may pass through, as PostgreSQL's must when root runs the tests."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from attendance_mat.embedded import memory


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Be a checkout whose state is empty, and whose servers are nobody else's."""
    folder = Path(tempfile.mkdtemp(prefix="state-"))
    monkeypatch.setenv("STATE_DIR", str(folder))
    for name in ("DATABASE_URL", "REDIS_URL", "SUPERUSER_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    yield folder
    shutil.rmtree(folder)
    memory.sweep()
