"""What the registers room does after one of its own events is committed: reminders go out by e-mail (decision 21)."""

import datetime as dt

from attendance_mat.accounts.models import User
from attendance_mat.audit.consumers import consumes
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.trust.queries import current_school
from attendance_mat.web.formats import long_day, time_of_day
from registers.actions.chasing import note_mail
from registers.gateways.reminding import send_reminder
from registers.models import RegisterReminder


@consumes(Event.REGISTER_REMINDED, name="registers.reminder-mailed")
def mail_reminder(event: AuditEvent, at: dt.datetime) -> None:
    """Send a reminder to those of its people who have an address, and note whether it went."""
    rows = RegisterReminder.objects.select_related("group", "lesson__group", "lesson__period")
    reminder = rows.filter(pk=event.subject_id, mail=RegisterReminder.Mail.WAITING).first()
    if reminder is None:
        return
    people = User.objects.filter(pk__in=event.detail["people"], is_active=True)
    addresses = list(people.order_by("pk").values_list("email", flat=True))
    what = reminder.what
    words = (
        f"The register of {what}, {long_day(reminder.date)}, at {current_school().name} is awaited.\n\n"
        f"{reminder.sent_by_name} asked for it at {time_of_day(reminder.sent_at)}. "
        "Sign in to take it; your start page leads to it. If it has been taken since, there is nothing to do.\n"
    )
    note_mail(reminder, was_sent=bool(addresses) and send_reminder(addresses, what=what, words=words), at=at)
