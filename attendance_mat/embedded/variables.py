"""The environment variables the product's processes run with."""

import os

from attendance_mat.embedded import places
from attendance_mat.embedded.servers import ServerSet


def for_processes(servers: ServerSet) -> dict[str, str]:
    """Return our own variables, for the product on a set of servers; starts them if need be."""
    clock = servers.folder / "clock"
    return {
        **({"DEMO_CLOCK": clock.read_text(encoding="ascii")} if clock.exists() else {}),
        "SECRET_KEY": os.environ.get("SECRET_KEY") or places.secret_key(),
        "REGISTER_SEAL_KEY": os.environ.get("REGISTER_SEAL_KEY") or places.seal_key(),
        "STATE_DIR": str(places.state_folder()),
        "SCHOOL_PLANS_DIR": str(places.private_folder(places.state_folder() / "plans")),
        "TRUST_NAME": os.environ.get("TRUST_NAME", "Kestrel Vale Academies Trust"),
        **servers.use(),
    }
