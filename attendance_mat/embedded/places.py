"""Where the launcher keeps things, and who may read them."""

import hashlib
import os
import pwd
import secrets
import shutil
from pathlib import Path

from attendance_mat.embedded.messages import RefusedError

CHECKOUT = Path(__file__).resolve().parents[2]
LAUNCHER = Path(__file__).resolve().parent  # python LAUNCHER COMMAND ...
ENVIRONMENT = CHECKOUT / ".venv"
OUTSIDE = Path("/var/lib/attendance_mat")  # where root keeps what the lent account must reach
SERVER_ACCOUNT = "nobody"  # PostgreSQL refuses to run as root, so root lends it this account


def is_root() -> bool:
    """Say whether this process runs as root."""
    return os.geteuid() == 0


def private_folder(folder: Path) -> Path:
    """Make a folder that other people of this machine cannot list.

    Root's folder may be passed through (0711): the account that runs PostgreSQL must reach its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711 if is_root() else 0o700)
    return folder


def state_folder() -> Path:
    """Return the folder of run state: STATE_DIR, or .state in the checkout."""
    return private_folder(Path(os.environ.get("STATE_DIR") or CHECKOUT / ".state").resolve())


def write_private(path: Path, text: str) -> None:
    """Write a file only its owner may read, whole or not at all."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def secret_key() -> str:
    """Return the secret key of this checkout, made once and kept with its state."""
    return _kept("secret_key")


def seal_key() -> str:
    """Return the key that seals this checkout's registers, made once and kept with its state."""
    return _kept("register_seal_key")


def _kept(name: str) -> str:
    path = state_folder() / name
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="utf-8")


def reachable_by_anyone(folder: Path) -> bool:
    """Say whether any account may pass through every folder on the way to this one."""
    return all(step.stat().st_mode & 0o001 for step in (folder, *folder.parents))


def postgres_home(set_folder: Path) -> Path:
    """Return the folder PostgreSQL owns, for one set of servers.

    It is beside the rest of the state, except for root with a checkout in a closed home folder:
    there the lent account could not reach it, so it goes outside.
    """
    account = server_account()
    if account is None:
        return private_folder(set_folder / "postgres")
    home = set_folder / "postgres"
    if not reachable_by_anyone(set_folder):
        mark = hashlib.sha256(str(set_folder).encode()).hexdigest()[:16]
        home = private_folder(OUTSIDE) / mark
        _empty_if_another_checkout_left_it(home, set_folder / "postgres_home")
    home.mkdir(mode=0o700, exist_ok=True)
    shutil.chown(home, account)
    return home


def _empty_if_another_checkout_left_it(home: Path, token: Path) -> None:
    """Empty a folder outside the checkout when the checkout was replaced by another at its path."""
    if not token.exists():
        write_private(token, secrets.token_hex(16))
    copy = home / "belongs_to"
    if not copy.exists() or copy.read_bytes() != token.read_bytes():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(mode=0o700)
        shutil.copy(token, copy)


def server_account() -> str | None:
    """Return the account PostgreSQL must run as, or None when the person's own will do."""
    wanted = SERVER_ACCOUNT if is_root() else None
    try:
        pwd.getpwnam(wanted) if wanted else pwd.getpwuid(os.geteuid())
    except KeyError:
        raise RefusedError(
            f"PostgreSQL needs an account with a name; {wanted or os.geteuid()} is not in /etc/passwd.",
            "Add it, or set DATABASE_URL and REDIS_URL to servers that already run.",
        ) from None
    return wanted
