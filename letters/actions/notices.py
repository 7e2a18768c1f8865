"""What people do with notices to every family: plan one, send it, send it again to those it missed, drop it."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from letters.models import Notice, NoticeCopy
from letters.queries import notices as queries
from letters.rules.families import Family, families
from registers.rules.calendar import LONDON

SENT_ALREADY: Final = "This notice has been sent, so it cannot be dropped."
DROPPED: Final = "This notice has been dropped. Nothing was sent. Plan another."
NOT_SENT: Final = "This notice has not been sent yet. Send it to everybody first."
NO_FAMILIES: Final = "No pupil is on the roll today, so there is no family to write to. Nothing was sent."


@transaction.atomic
def plan_notice(*, subject: str, words: str, due_date: dt.date, by: Member, at: dt.datetime) -> Notice:
    """Keep the words of a notice and the day it is due. Nothing is sent by it.

    Source: AET-2.06, ALP-3.06 (parents are told of the expectations regularly; the school sets how often).
    """
    notice = Notice.objects.create(
        subject=subject,
        words=words,
        due_date=due_date,
        planned_by=by.user,
        planned_by_name=by.name,
        planned_at=at,
    )
    record(Event.NOTICE_PLANNED, notice, by=by, at=at, due=due_date.isoformat())
    return notice


@transaction.atomic
def send_notice(notice: Notice, *, by: Member, at: dt.datetime) -> queries.Tally:
    """Store a copy for one household of every pupil on roll, and for each that none reaches, why; return the count.

    Who may be told is asked here, with the contacts locked. A second press sends nothing more.
    """
    notice = queries.locked(notice)
    if notice.dropped_at:
        raise ValidationError(DROPPED)
    if notice.sent_at:
        return queries.tally(notice)
    found = families(queries.children_to_tell(by, at.astimezone(LONDON).date(), lock=True))
    if not found:
        raise ValidationError(NO_FAMILIES)
    _store(notice, found, by=by, at=at)
    notice.sent_at, notice.sent_by, notice.sent_by_name = at, by.user, by.name
    notice.save(update_fields=["sent_at", "sent_by", "sent_by_name"])
    return _told(notice, by=by, at=at)


@transaction.atomic
def send_to_the_missed(notice: Notice, *, by: Member, at: dt.datetime) -> queries.Tally:
    """Send a notice to those it did not reach and now can, once an address has been found; the rest stay listed."""
    notice = queries.locked(notice)
    if notice.sent_at is None:
        raise ValidationError(NOT_SENT)
    left = set(queries.missed(notice).values_list("pupil", flat=True))
    on = at.astimezone(LONDON).date()
    found = families(queries.children_to_tell(by, on, lock=True, only=left))
    _store(notice, [family for family in found if family.home], by=by, at=at)
    return _told(notice, by=by, at=at)


@transaction.atomic
def drop_notice(notice: Notice, *, by: Member, at: dt.datetime) -> Notice:
    """Take back a notice that has not been sent. A second press changes nothing."""
    notice = queries.locked(notice)
    if notice.sent_at:
        raise ValidationError(SENT_ALREADY)
    if notice.dropped_at is None:
        notice.dropped_at, notice.dropped_by = at, by.user
        notice.save(update_fields=["dropped_at", "dropped_by"])
        record(Event.NOTICE_DROPPED, notice, by=by, at=at)
    return notice


def _store(notice: Notice, found: Sequence[Family], *, by: Member, at: dt.datetime) -> None:
    last = NoticeCopy.objects.filter(notice=notice).aggregate(last=Max("family"))["last"] or 0
    NoticeCopy.objects.bulk_create(
        NoticeCopy(
            notice=notice,
            pupil_id=pupil,
            family=number,
            contact_id=contact,
            addressee=" and ".join(family.home.names) if family.home else "",
            address="\n".join(family.home.address_lines) if family.home else "",
            failed_because=family.why_not,
            tried_by=by.user,
            tried_by_name=by.name,
            tried_at=at,
        )
        for number, family in enumerate(found, start=last + 1)
        for pupil, contact in family.pupils
    )


def _told(notice: Notice, *, by: Member, at: dt.datetime) -> queries.Tally:
    count = queries.tally(notice)
    record(Event.NOTICE_SENT, notice, by=by, at=at, families=count.sent, missed=count.missed)
    return count
