"""Reads of the letters room: the letters, who may be told, and the figures and certificate that go with them."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.permissions import Permission
from letters.models import Letter
from letters.rules import recipients as rules
from letters.rules.certificate import Certificate, Entry, certificate_of
from registers.models import Contact, FamilyTie, Mark, Pupil
from registers.rules.calendar import Half, SchoolYear, SessionMark
from registers.rules.measures import measure


@dataclass(frozen=True)
class Household:
    """The people one letter is addressed to, and where."""

    contacts: tuple[Contact, ...]
    address_lines: tuple[str, ...]
    shows_pupil_address: bool

    @property
    def names(self) -> str:
        """Return the addressees as an envelope names them."""
        return " and ".join(contact.name for contact in self.contacts)


@dataclass(frozen=True)
class Told:
    """One contact: whether they may be told, and why."""

    contact: Contact
    allowed: bool
    why: str


@dataclass(frozen=True)
class Recipients:
    """Who a letter goes to, and what was decided about each contact."""

    households: tuple[Household, ...]
    told: tuple[Told, ...]

    @cached_property
    def digest(self) -> str:
        """Return a digest of who would be written to and where, so that a page can say whom it showed."""
        shown = [
            [[contact.pk for contact in home.contacts], home.names, home.address_lines] for home in self.households
        ]
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


def recipients(pupil: Pupil, *, asked_by: Member, lock: bool = False) -> Recipients:
    """Decide who may be told about a pupil in a letter. Two queries with `lock` (pupil and contacts), else one.

    A hidden pupil's letters are released only to those who may see hidden pupils.
    """
    contacts = Contact.objects.filter(pupil=pupil).order_by("position")
    if lock:
        pupil = Pupil.objects.select_for_update(no_key=True).get(pk=pupil.pk)
        contacts = contacts.select_for_update(no_key=True)
    people = {contact.pk: contact for contact in contacts}
    child, asked = _pupil(pupil), [_contact(contact) for contact in people.values()]
    released = may_see_hidden(asked_by)
    homes = rules.addressed_letters(child, asked, rules.Purpose.LETTER, released=released)
    return Recipients(
        households=tuple(
            Household(tuple(people[key] for key in home.contacts), home.address_lines, home.shows_pupil_address)
            for home in homes
        ),
        told=tuple(_told(people[each.key], each, child, released=released) for each in asked),
    )


def _told(contact: Contact, asked: rules.Contact, child: rules.Pupil, *, released: bool) -> Told:
    decision = rules.may_be_told(asked, child, rules.Purpose.LETTER, released=released)
    if decision.allowed and not rules.address_lines_for(asked):
        return Told(
            contact, allowed=False, why=f"{decision.why} No address is recorded, so there is nowhere to write to."
        )
    return Told(contact, decision.allowed, decision.why)


def _pupil(pupil: Pupil) -> rules.Pupil:
    return rules.Pupil(
        address=pupil.address,
        address_confidential=pupil.address_confidential,
        hidden=pupil.hidden,
        died=pupil.died_on is not None,
    )


def _contact(contact: Contact) -> rules.Contact:
    return rules.Contact(
        key=contact.pk,
        name=contact.name,
        parental_responsibility=contact.parental_responsibility,
        lives_with=contact.lives_with,
        no_contact=contact.no_contact,
        died=contact.died_on is not None,
        address=contact.address,
        address_confidential=contact.address_confidential,
    )


def may_see_hidden(member: Member) -> bool:
    """Say whether a member may find a hidden pupil."""
    return member.may(Permission.SEE_FORMER_NAMES)


def refuse_family(pupil: Pupil, by: Member) -> None:
    """Raise ValidationError where a member is family of the pupil (decision 10). One query."""
    if FamilyTie.objects.filter(pupil=pupil, user=by.user).exists():
        raise ValidationError("You are family of this pupil. Someone else has to do this.")


def letters_for(member: Member) -> QuerySet[Letter]:
    """Return the letters a member may see, newest first, with their pupils. One query."""
    letters = Letter.objects.select_related("pupil", "proposed_by", "sent_by")
    return letters if may_see_hidden(member) else letters.filter(pupil__hidden=False)


def locked(letter: Letter) -> Letter:
    """Return a letter with its pupil, held so that two who press Send take turns. One query."""
    return Letter.objects.select_for_update(of=("self",)).select_related("pupil").get(pk=letter.pk)


def attendance_figures(pupil: Pupil, *, at: dt.datetime) -> Mapping[str, Any]:
    """Return a pupil's school year so far, in sessions, as it stands at a moment: as a letter keeps it."""
    year = SchoolYear.of(at.date())
    sums = measure(entry.as_mark for entry in _entries(pupil, year.starts, at.date()))
    return {
        "attendance": {
            "from": year.starts.isoformat(),
            "to": at.date().isoformat(),
            "possible": sums.possible,
            "present": sums.present,
            "authorised": sums.authorised,
            "unauthorised": sums.unauthorised,
        }
    }


def registration_certificate(pupil: Pupil, *, from_date: dt.date, to_date: dt.date, as_at: dt.datetime) -> Certificate:
    """Return a copy of the register for one pupil over some days, both included, as it stood at a moment."""
    return certificate_of(_entries(pupil, from_date, to_date), from_date=from_date, to_date=to_date, as_at=as_at)


def certificate_for(letter: Letter) -> Certificate:
    """Return the certificate a letter encloses: the period of its own figures, as they stood when it was proposed."""
    attendance = letter.figures["attendance"]
    return registration_certificate(
        letter.pupil,
        from_date=dt.date.fromisoformat(attendance["from"]),
        to_date=dt.date.fromisoformat(attendance["to"]),
        as_at=letter.proposed_at,
    )


def _entries(pupil: Pupil, from_date: dt.date, to_date: dt.date) -> list[Entry]:
    marks = Mark.objects.filter(pupil=pupil, session__date__range=(from_date, to_date)).select_related("session")
    return [
        Entry(SessionMark(m.session.date, Half(m.session.half), m.code), on_roll=True, changes=m.changes) for m in marks
    ]
