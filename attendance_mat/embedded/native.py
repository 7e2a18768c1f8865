"""What no wheel carries on Linux: Pango for PDF files, Chromium for the browser tests.

Root installs them with apt. Anyone else has apt fetch what the system lacks into a folder of ours,
which LD_LIBRARY_PATH and FONTCONFIG_FILE then lead to. Where neither works, one line says so.
"""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from attendance_mat.embedded import places, steps
from attendance_mat.embedded.messages import RefusedError, say

PANGO_PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fontconfig"]
PANGO_LIBRARIES = [  # what WeasyPrint opens
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",
    "libfontconfig.so.1",
    "libpangoft2-1.0.so.0",
]
BROWSER_PACKAGES = ["chromium", "libatomic1"]
DRIVER_LIBRARY = "libatomic.so.1"  # what Playwright's own program opens
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>{root}/usr/share/fonts</dir>
  <cachedir>{root}/fontconfig-cache</cachedir>
</fontconfig>
"""


def prepare_pdf() -> None:
    """See to it that this process and its children can make PDF files, if that can be done."""
    _lead_to_our_folder()
    if _has_pango():
        return
    try:
        install_packages(PANGO_PACKAGES, why="Pango, which sets the letters")
    except RefusedError as refusal:
        say(f"Letters cannot be made as PDF here: Pango is missing. {refusal}")


def prepare_browser() -> None:
    """Set CHROMIUM_PATH to a browser that starts, if one is here or can be fetched."""
    _lead_to_our_folder()
    found = _browser() or _fetch_browser()
    if found:
        os.environ["CHROMIUM_PATH"] = found


def _fetch_browser() -> str | None:
    try:
        install_packages(BROWSER_PACKAGES, why="Chromium for the browser tests")
        if found := _browser():
            return found
        cause = "What was fetched does not start."
    except RefusedError as refusal:
        cause = str(refusal)
    say(f"The browser tests are left out: Chromium is missing. {cause}")
    return None


def install_packages(packages: Sequence[str], *, why: str) -> None:
    """Install Debian packages for everyone as root, otherwise for us alone."""
    if not shutil.which("apt-get"):
        raise RefusedError("There is no apt-get here.", f"Install it by hand: {' '.join(packages)}.")
    mend = f"Install by hand: {' '.join(packages)}."
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    options = [] if places.is_root() else _own_folder_options()
    steps.run("Reading the list of packages", ["apt-get", *options, "update"], mend=mend, env=quiet)
    install = ["apt-get", *options, "install", "--yes", "--no-install-recommends"]
    if places.is_root():
        steps.run(f"Installing {why}", [*install, *packages], mend=mend, env=quiet)
        return
    steps.run(f"Fetching {why}", [*install, "--download-only", *packages], mend=mend, env=quiet)
    say(f"Unpacking {why}.")
    for archive in sorted((_root() / "cache/archives").glob("*.deb")):
        subprocess.run(["dpkg-deb", "-x", archive, _root()], check=True)
        archive.unlink()
    _lead_to_our_folder()


def _root() -> Path:
    """Return the folder that stands for / in what we unpacked."""
    return places.state_folder() / "native"


def _own_folder_options() -> list[str]:
    """Return the options that let apt-get work on folders of ours, against the system's list."""
    for folder in ("lists/partial", "cache/archives/partial"):
        (_root() / folder).mkdir(parents=True, exist_ok=True)
    settings = {
        "Dir::State::lists": _root() / "lists",
        "Dir::State::status": "/var/lib/dpkg/status",
        "Dir::Cache": _root() / "cache",
        "Debug::NoLocking": "true",
    }
    return [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]


def _lead_to_our_folder() -> None:
    """Point the loader and fontconfig at what was unpacked; nothing changes if nothing was."""
    folders = [str(path) for path in _library_folders()]
    if not folders:
        return
    kept = [path for path in os.environ.get("LD_LIBRARY_PATH", "").split(":") if path]
    os.environ["LD_LIBRARY_PATH"] = ":".join(dict.fromkeys([*folders, *kept]))
    fonts = _root() / "fonts.conf"
    fonts.write_text(FONTS.format(root=_root()), encoding="utf-8")
    os.environ["FONTCONFIG_FILE"] = str(fonts)


def _library_folders() -> list[Path]:
    """Return the folders of libraries we unpacked; one library looks for a companion under /usr."""
    found = [path for place in ("usr/lib", "lib") for path in (_root() / place).glob("*-linux-gnu*")]
    return found + [companion for path in found for companion in path.glob("pulseaudio")]


def _has_pango() -> bool:
    return all(_loads(name) for name in PANGO_LIBRARIES)


def _loads(library: str) -> bool:
    """Say whether a library is here. The loader reads LD_LIBRARY_PATH only as a process starts."""
    if any((folder / library).exists() for folder in _library_folders()):
        return True
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _browser() -> str | None:
    """Return a browser that tells its version; some systems have a stub that only gives advice."""
    if not _loads(DRIVER_LIBRARY):
        return None
    unpacked = _root() / "usr/lib/chromium/chromium"  # past its wrapper, which wants /usr
    candidates = [os.environ.get("CHROMIUM_PATH"), str(unpacked), *map(shutil.which, BROWSERS)]
    return next((path for path in candidates if path and _starts(path)), None)


def _starts(browser: str) -> bool:
    try:
        done = subprocess.run([browser, "--version"], check=False, capture_output=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
