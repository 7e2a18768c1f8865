"""A pupil's entry in the admission register, as it stood at a moment, and no more of it than may be shown (R18)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Prefetch, QuerySet

from attendance_mat.admission.models import AdmissionAmendment
from attendance_mat.keeping.rules.particulars import Sight
from attendance_mat.web import formats
from registers.models import Contact, Pupil, RollPeriod
from registers.rules.calendar import LONDON

ONE_DAY: Final = dt.timedelta(days=1)
WITHHELD: Final = "Not told to this recipient"
PLAIN: Final = (
    ("Middle names", "middle_names"),
    ("Surname used at the school", "surname_in_use"),
    ("Forename used at the school", "forename_in_use"),
    ("Last school", "last_school"),
    ("Address of the last school", "last_school_address"),
    ("Next or other school", "next_school"),
    ("From", "next_school_date"),
)
OF_THE_ADDRESS: Final = frozenset({"address", "next_address", "next_address_date", "next_address_with"})
SEXES: Final = {"F": "Female", "M": "Male"}
TOLD_OF_A_CONTACT: Final = frozenset({"name", "relationship", "address", "phone", "lives_with"})
NOT_TOLD: Final = frozenset({"upn", "former_upn", "local_id", "ethnicity", "hidden", "address_confidential"})


@dataclass(frozen=True)
class Parent:
    """One parent or other contact, as far as the recipient may be told."""

    name: str
    relationship: str
    lives_with: bool
    address: str
    phone: str


@dataclass(frozen=True)
class OnRoll:
    """One time on the roll: the starting day, and the last day on it."""

    first: dt.date
    last: dt.date | None


@dataclass(frozen=True)
class AdmissionEntry:
    """An entry of the admission register."""

    pupil: Pupil
    as_at: dt.datetime
    particulars: tuple[tuple[str, str], ...]
    roll: tuple[OnRoll, ...]
    parents: tuple[Parent, ...]
    amendments: tuple[AdmissionAmendment, ...]


def entry_of(pupil: Pupil, *, as_at: dt.datetime, sight: Sight, contacts: Sequence[Contact]) -> AdmissionEntry:
    """Return a pupil's entry as it stood at a moment, with its amendments known by then. Two queries.

    Former names and every number are left out: they are for the safeguarding lead and the head.
    """
    chain = list(AdmissionAmendment.objects.filter(pupil=pupil).order_by("amended_at", "pk"))
    before = _Stood(change for change in chain if change.amended_at > as_at)
    shown = [contact for contact in contacts if sight.shows(contact.pk)]
    periods = RollPeriod.objects.filter(pupil=pupil).order_by("from_date")
    return AdmissionEntry(
        pupil=pupil,
        as_at=as_at,
        particulars=tuple(_particulars(pupil, before, sight)),
        roll=tuple(_on_roll(period, before) for period in periods),
        parents=tuple(_parent(contact, before, sight) for contact in shown),
        amendments=tuple(change for change in chain if change.amended_at <= as_at and _is_told(change, sight)),
    )


def contacts_at(pupil: Pupil, as_at: dt.datetime) -> list[Contact]:
    """Return a pupil's contacts who had not ceased to be one at a moment, in their order. One query."""
    day = as_at.astimezone(LONDON).date()
    rows = Contact.objects.filter(pupil=pupil).order_by("position")
    return [row for row in rows if row.ended_on is None or row.ended_on > day]


def everyone() -> QuerySet[Pupil]:
    """Return every entry of the admission register, leavers too, by name, with its times on the roll. Two queries."""
    periods = Prefetch("roll_periods", RollPeriod.objects.order_by("from_date"))
    return Pupil.objects.order_by("surname", "forename", "pk").prefetch_related(periods)


class _Stood:
    """What particulars said before the changes that came after a moment."""

    def __init__(self, later: Iterable[AdmissionAmendment]) -> None:
        self._first: dict[tuple[str, str], str] = {}
        for change in later:
            self._first.setdefault((change.subject, change.particular), change.original)

    def text(self, subject: str, particular: str, now: Any) -> str:
        """Return a particular in words: as it now is, or as the first later change found it."""
        said = self._first.get((subject, particular), now)
        if isinstance(said, str):
            with suppress(ValueError):
                return formats.day(dt.date.fromisoformat(said))
            return said
        return formats.day(said) if isinstance(said, dt.date) else str(said or "")

    def date(self, subject: str, particular: str, now: dt.date | None) -> dt.date | None:
        """Return a date: as it now is, or as the first later change found it; nothing where that was none."""
        said = self._first.get((subject, particular))
        if said is None:
            return now
        with suppress(ValueError):
            return dt.date.fromisoformat(said)
        return None

    def tick(self, subject: str, particular: str, *, now: bool) -> bool:
        """Return a yes or no: as it now is, or as the first later change found it."""
        said = self._first.get((subject, particular))
        return now if said is None else said.casefold() in {"true", "yes"}


def _particulars(pupil: Pupil, before: _Stood, sight: Sight) -> Iterable[tuple[str, str]]:
    def said(name: str) -> str:
        return before.text("pupil", name, getattr(pupil, name))

    yield "Surname", said("surname")
    yield "Forename", said("forename")
    sex = said("sex")
    yield "Sex", SEXES.get(sex, sex)
    yield "Date of birth", said("dob")
    yield "Address", said("address") or "None recorded" if sight.pupil_address else WITHHELD
    for words, name in PLAIN:
        value = said(name)
        if value:
            yield words, value
    if sight.pupil_address and said("next_address"):
        yield "Address to come", said("next_address")


def _on_roll(period: RollPeriod, before: _Stood) -> OnRoll:
    subject = f"roll {period.pk}"
    first = before.date(subject, "from_date", period.from_date)
    until = before.date(subject, "until_date", period.until_date)
    return OnRoll(first or period.from_date, until - ONE_DAY if until else None)


def _parent(contact: Contact, before: _Stood, sight: Sight) -> Parent:
    subject = f"contact {contact.pk}"
    in_full = contact.pk in sight.in_full
    return Parent(
        name=before.text(subject, "name", contact.name),
        relationship=before.text(subject, "relationship", contact.relationship),
        lives_with=in_full and before.tick(subject, "lives_with", now=contact.lives_with),
        address=before.text(subject, "address", contact.address) if in_full else WITHHELD,
        phone=before.text(subject, "phone", contact.phone) if in_full else WITHHELD,
    )


def _is_told(change: AdmissionAmendment, sight: Sight) -> bool:
    """Say whether a change may be shown: of nothing that is itself withheld."""
    sort, _, key = change.subject.partition(" ")
    if sort == "contact":
        return key.isdecimal() and int(key) in sight.in_full and change.particular in TOLD_OF_A_CONTACT
    if change.particular in OF_THE_ADDRESS:
        return sight.pupil_address
    return change.particular not in NOT_TOLD
