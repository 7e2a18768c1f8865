"""Reads of what left the school about whom, and of who looked at whom."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import User
from attendance_mat.accounts.permissions import Scope
from attendance_mat.audit.models import AuditEvent, Event
from registers.models import Disclosure, Pupil, RecordAccess
from registers.queries.scope import pupils_in_scope
from registers.rules.calendar import LONDON

HIDDEN: Final = "A pupil whose record is restricted"
PAGES: Final[Mapping[str, str]] = {
    "registers:pupil": "Record and marks",
    "registers:amend-mark": "Amending a mark",
    "admission:entry": "Entry in the admission register",
    "admission:change-particulars": "Changing particulars",
    "admission:change-contact": "Changing a contact",
    "escalation:case": "Case",
    "escalation:why": "Why on a list, or not",
    "escalation:pupil-stages": "Stages and holds",
    "escalation:restricted-note": "Restricted note",
    "escalation:restricted-hold": "Restricted hold",
    "letters:letter": "Letter",
    "letters:copy": "Letter as sent",
    "keeping:copies": "Copy or certificate",
    "keeping:certify": "Certifying a copy",
    "keeping:subject-log": "Who looked at this pupil",
    "keeping:inspect-entry": "Inspection of the registers",
}


@dataclass(frozen=True)
class Wanted:
    """What is asked of the log: one pupil, one person, from a day, to a day. Nothing asks for all."""

    pupil_id: int | None = None
    person_id: int | None = None
    first: dt.date | None = None
    last: dt.date | None = None


def looks(wanted: Wanted) -> QuerySet[RecordAccess]:
    """Return who looked at which pupil's record, the latest first, with the pupil. One query."""
    rows = RecordAccess.objects.select_related("pupil")
    if wanted.pupil_id:
        rows = rows.filter(pupil=wanted.pupil_id)
    if wanted.person_id:
        rows = rows.filter(by=wanted.person_id)
    if wanted.first:
        rows = rows.filter(at__gte=dt.datetime.combine(wanted.first, dt.time(), LONDON))
    if wanted.last:
        rows = rows.filter(at__lt=dt.datetime.combine(wanted.last + dt.timedelta(days=1), dt.time(), LONDON))
    return rows.order_by("-at", "-pk")


def printed_when_down() -> QuerySet[AuditEvent]:
    """Return who printed which paper of every child while the database was down, the latest first. One query."""
    return AuditEvent.objects.filter(kind=Event.PAPER_PRINTED_WHEN_DOWN).order_by("-at", "-pk")


def page_in_words(name: str) -> str:
    """Return the name of a page as people say it."""
    return PAGES.get(name) or name.partition(":")[2].replace("-", " ").capitalize()


def names_for(rows: Iterable[RecordAccess], *, member: Member, on: dt.date) -> dict[int, str]:
    """Return the name of each row's pupil by id, or that it is restricted from this member. One query.

    A hidden pupil is named to those who may find them: by role, or because the safeguarding lead named them
    (decision 11).
    """
    pupils = {row.pupil_id: row.pupil for row in rows}
    findable = pupils_in_scope(member, Scope.SCHOOL, on).filter(pk__in=pupils)
    found = set(findable.values_list("pk", flat=True))
    return {pk: pupil.list_name if pk in found else HIDDEN for pk, pupil in pupils.items()}


def who_looked() -> QuerySet[User]:
    """Return everyone who has looked at a record in this school, by name. One query."""
    return User.objects.filter(pk__in=RecordAccess.objects.values("by")).order_by("name", "pk")


def disclosures() -> QuerySet[Disclosure]:
    """Return what left the school about pupils, the latest first. One query."""
    return Disclosure.objects.order_by("-at", "-pk")


def disclosures_about(pupil: Pupil) -> QuerySet[Disclosure]:
    """Return what left the school about one pupil, the latest first. One query."""
    return disclosures().filter(pupils__contains=[pupil.pk])
