"""E-mail that asks for a register. It names the register and no pupil."""

import logging
from collections.abc import Sequence
from smtplib import SMTPException

from django.core.mail import send_mail

log = logging.getLogger(__name__)


def send_reminder(addresses: Sequence[str], *, what: str, words: str) -> bool:
    """Send one message to each address, and say whether all of them went."""
    try:
        return all(send_mail(f"Register awaited: {what}", words, None, [address]) for address in addresses)
    except (SMTPException, OSError):
        log.exception("A reminder of a register was not sent.")
        return False
