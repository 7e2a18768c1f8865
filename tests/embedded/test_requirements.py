"""The pinned requirements install anywhere: hashed, and tied to no machine's index."""

import re
import sys
import tomllib
from pathlib import Path

import pytest

from attendance_mat.embedded import places

FILES = [
    places.CHECKOUT / "requirements.txt",
    *sorted((places.CHECKOUT / "script/requirements").glob("*.txt")),
]
PIN = re.compile(r"^[a-z0-9._-]+(\[[a-z,]+\])?==[^ ]+( ; .+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_line_is_a_pin_or_a_hash(path: Path) -> None:
    strange = [line for line in path.read_text().splitlines() if not (PIN.match(line) or HASH.match(line))]
    assert strange == []


def test_the_marker_an_early_python_311_needs_is_kept() -> None:
    assert "async-timeout==" in FILES[0].read_text()


def test_psycopg_3_is_never_installed_beside_psycopg_2() -> None:
    names = {line.split("==")[0] for path in FILES for line in path.read_text().splitlines() if "==" in line}
    assert "psycopg" not in names


def test_the_files_hold_what_pyproject_asks_for() -> None:
    project = tomllib.loads((places.CHECKOUT / "pyproject.toml").read_text())
    wanted = {"requirements": project["project"]["dependencies"], **project["dependency-groups"]}
    for path in FILES:
        pinned = {line.split("==")[0] for line in path.read_text().splitlines() if "==" in line}
        asked = {re.split(r"[\[<>=~ ]", item)[0].lower() for item in wanted[path.stem]}
        assert asked <= pinned, path.name


def test_the_launcher_needs_nothing_but_pythons_own_library() -> None:
    own = sys.stdlib_module_names | {"attendance_mat"}
    for path in places.LAUNCHER.glob("*.py"):
        imported = re.findall(r"^(?:from|import) ([a-z_]+)", path.read_text(), flags=re.MULTILINE)
        assert set(imported) <= own, path.name
