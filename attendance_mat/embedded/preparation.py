"""Brings the database and the static files up to the code, by management commands."""

import signal
import subprocess
from collections.abc import Mapping, Sequence
from typing import cast

from attendance_mat.embedded import environment, places, processes, receipts
from attendance_mat.embedded.messages import RefusedError
from attendance_mat.embedded.servers import ServerSet

MANAGE = [str(environment.PYTHON), str(places.CHECKOUT / "manage.py")]


def start_command(command: Sequence[str], env: Mapping[str, str], stdout: int | None = None) -> subprocess.Popen[bytes]:
    """Start a management command; its own words of progress go to the terminal."""
    return subprocess.Popen(
        [*MANAGE, *command],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        process_group=0,
        preexec_fn=processes.die_with_parent(signal.SIGTERM),
    )


def finish_command(command: subprocess.Popen[bytes]) -> None:
    """Wait for a management command, and refuse to go on if it failed; an interrupt stops it."""
    try:
        status = command.wait()
    except BaseException:
        processes.stop(command)
        raise
    if status:
        name = cast("list[str]", command.args)[len(MANAGE)]
        raise RefusedError(f"manage.py {name} failed with status {status}.", "Its reason is above.")


def was_ever_done(servers: ServerSet) -> bool:
    """Say whether the database of this set has been prepared at all."""
    return (servers.folder / "prepared").exists()


def bring_up_to_date(servers: ServerSet, env: Mapping[str, str]) -> None:
    """Prepare the database and collect the static files, unless this code has done so already."""
    receipt = servers.folder / "prepared"
    deciding = (env.get(name, "") for name in ("DEMO_CLOCK", "DATABASE_URL", "OWNER_DATABASE_URL", "SECRET_KEY"))
    made_from = receipts.state_of_the_code(*deciding)
    manifest = places.state_folder() / "staticfiles" / "staticfiles.json"
    if manifest.exists() and receipt.exists() and receipt.read_text(encoding="ascii") == made_from:
        return
    receipt.unlink(missing_ok=True)
    files = start_command(["collectstatic", "--noinput", "--verbosity", "0"], env)
    finish_command(start_command(["prepare_database"], env))
    finish_command(files)
    places.write_private(receipt, made_from)
