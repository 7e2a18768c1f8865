"""The key under which one person's registers are kept on one device. Source: decision 24."""

import hashlib
import hmac
import re
from typing import Final, NamedTuple

DEVICE_NAME: Final = re.compile(r"[\w-]{32}", re.ASCII)


class DeviceKey(NamedTuple):
    """A key of 256 bits, and the mark by which the device knows what was kept under it; neither names the person."""

    owner: str
    key: bytes


def device_key(secret: str, *, person: int, device: str) -> DeviceKey:
    """Return the key of one person on one device: always the same one, and of no use to tell another.

    It is derived from a secret of the server that is not in the database, so that nothing has to be stored, and
    neither a copy of the database nor the device alone opens what the device keeps.
    """

    def derived(purpose: str) -> bytes:
        return hmac.digest(secret.encode(), f"device-key:{purpose}:{person}:{device}".encode(), hashlib.sha256)

    return DeviceKey(owner=derived("owner").hex()[:32], key=derived("key"))
