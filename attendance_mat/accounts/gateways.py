"""E-mail to people who are asked to join."""

import logging
from smtplib import SMTPException

from django.core.mail import send_mail
from django.template.loader import render_to_string

from attendance_mat.accounts.models import User

log = logging.getLogger(__name__)


def invitation_message(user: User, *, link: str, place: str, days: int) -> str:
    """Return the words of an invitation, which a manager may also hand over on paper."""
    return render_to_string("accounts/invitation.txt", {"person": user, "link": link, "place": place, "days": days})


def send_invitation(user: User, message: str) -> bool:
    """Send an invitation, and say whether it went; if not, the manager hands the message over."""
    try:
        return bool(send_mail("Your log-in for attendance", message, None, [user.email]))
    except (SMTPException, OSError):
        log.exception("The invitation of person %s was not sent.", user.pk)
        return False
