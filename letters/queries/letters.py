"""Reads of letters: the letters, who may be told, and the figures and certificate that go with them."""

import datetime as dt
import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Min, QuerySet

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import Membership, in_force_on
from attendance_mat.accounts.permissions import Scope
from attendance_mat.accounts.roles import Role
from attendance_mat.policy.schema import AfternoonSession, MorningSession, RegisterOpen
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from attendance_mat.trust.queries import current_school
from letters.models import Letter, SentLetter
from letters.rules import recipients as rules
from letters.rules.certificate import Certificate, Change, Entry, certificate_of
from registers.models import Contact, MarkAmendment, Pupil, PupilYear, Session
from registers.queries.measures import pupil_measures
from registers.queries.scope import may_find, pupils_in_scope
from registers.queries.sessions import session_marks, sessions_held
from registers.queries.telling import contact_facts, is_bereaved, pupil_facts
from registers.rules.calendar import LONDON, Half, SchoolYear, SessionMark, register_closes_at
from registers.rules.measures import Measures
from registers.rules.roll import Period


@dataclass(frozen=True)
class Household:
    """The people one letter is addressed to, and where."""

    contacts: tuple[Contact, ...]
    address_lines: tuple[str, ...]

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
    bereaved: bool = False  # a death in the family: nothing leaves but by someone who has been warned of it

    @cached_property
    def digest(self) -> str:
        """Return a digest of who would be written to and where, so that a page can say whom it showed."""
        shown = [
            [[contact.pk for contact in home.contacts], home.names, home.address_lines] for home in self.households
        ]
        return hashlib.sha256(json.dumps([shown, self.bereaved]).encode()).hexdigest()


def recipients(pupil: Pupil, *, asked_by: Member, lock: bool = False) -> Recipients:
    """Decide who may be told about a pupil in a letter. Four queries with `lock` (it reads the pupil too), else three.

    A hidden pupil's letters are released only to those who may find that pupil.
    """
    contacts = Contact.objects.filter(pupil=pupil).order_by("position")
    if lock:
        pupil = Pupil.objects.select_for_update(no_key=True).get(pk=pupil.pk)
        contacts = contacts.select_for_update(no_key=True)
    people = {contact.pk: contact for contact in contacts}
    child, asked = pupil_facts(pupil), [contact_facts(contact) for contact in people.values()]
    released = may_find(asked_by, pupil)
    homes = rules.addressed_letters(child, asked, rules.Purpose.LETTER, released=released)
    return Recipients(
        households=tuple(Household(tuple(people[key] for key in home.contacts), home.address_lines) for home in homes),
        told=tuple(_told(people[each.key], each, child, released=released) for each in asked),
        bereaved=is_bereaved(pupil),
    )


def _told(contact: Contact, asked: rules.Contact, child: rules.Pupil, *, released: bool) -> Told:
    decision = rules.may_be_told(asked, child, rules.Purpose.LETTER, released=released)
    if decision.allowed and not rules.address_lines_for(asked):
        return Told(
            contact, allowed=False, why=f"{decision.why} No address is recorded, so there is nowhere to write to."
        )
    return Told(contact, decision.allowed, decision.why)


def who_to_speak_to(school: School, on: dt.date) -> dict[str, list[str]]:
    """Return the names of a school's attendance officers and safeguarding leads on a day, by role. One query."""
    roles = (Role.ATTENDANCE_OFFICER, Role.SAFEGUARDING_LEAD)
    rows = Membership.objects.filter(
        in_force_on(on), school=school, role__in=roles, ended_at__isnull=True, user__is_active=True
    )
    names: dict[str, list[str]] = {role.value: [] for role in roles}
    for role, name in rows.order_by("from_date", "pk").values_list("role", "user__name"):
        names[role].append(name)
    return names


def letters_for(member: Member, scope: Scope, on: dt.date) -> QuerySet[Letter]:
    """Return the letters about pupils a member may find, newest first, with those pupils. One query."""
    pupils = pupils_in_scope(member, scope, on)
    return Letter.objects.filter(pupil__in=pupils).select_related("pupil", "proposed_by", "sent_by")


def count_by_state(letters: QuerySet[Letter]) -> Counter[str]:
    """Return how many letters are in each state, and how many sent ones are flagged. One query."""
    rows = letters.order_by().values_list("state").annotate(Count("pk"), Count("flagged_at"))
    counts = Counter({state: count for state, count, _ in rows})
    counts["flagged"] = sum(flagged for _, _, flagged in rows)
    return counts


def in_state(letters: QuerySet[Letter], state: str) -> QuerySet[Letter]:
    """Narrow letters to those in a state, or to those flagged after they were sent. No query."""
    return letters.filter(flagged_at__isnull=False) if state == "flagged" else letters.filter(state=state)


def envelopes(letter: Letter) -> list[SentLetter]:
    """Return one copy for each envelope that left, without the PDF itself, in the contacts' order. One query."""
    copies = SentLetter.objects.filter(letter=letter).defer("pdf").order_by("contact__position")
    return list({copy.digest: copy for copy in copies}.values())


def locked(letter: Letter) -> Letter:
    """Return a letter with its pupil, held so that two who press Send take turns. One query."""
    return Letter.objects.select_for_update(of=("self",)).select_related("pupil").get(pk=letter.pk)


def first_day_of_year(on: dt.date) -> dt.date:
    """Return the day of the first session the school held in a day's school year, or the year's own first day.

    One query.
    """
    starts = SchoolYear.of(on).starts
    held = Session.objects.filter(date__range=(starts, on)).aggregate(first=Min("date"))
    return held["first"] or starts


def attendance_figures(pupil: Pupil, *, at: dt.datetime) -> dict[str, Any]:
    """Return a pupil's school year so far, in sessions, as it stands at a moment: as a letter keeps it. Two queries."""
    today = at.astimezone(LONDON).date()
    first = first_day_of_year(today)
    found = pupil_measures(from_date=first, to_date=today, as_at=at, pupil_ids=[pupil.pk])
    return {"from": first.isoformat(), "to": today.isoformat(), **asdict(found.get(pupil.pk, Measures()))}


def registration_certificate(pupil: Pupil, *, from_date: dt.date, to_date: dt.date, as_at: dt.datetime) -> Certificate:
    """Return a copy of the register for one pupil, both dates included, as it stood at a moment. Four queries.

    A session of that moment's own day that is still to come is left out.
    """
    marks = session_marks([pupil.pk], from_date=from_date, to_date=to_date, as_at=as_at)[pupil.pk]
    codes = {(mark.date, mark.half): mark.code for mark in marks}
    changes = _amendments(pupil, from_date, to_date, as_at)
    amended = Counter((change.date, change.half) for change in changes)
    on_roll = [Period(row.from_date, row.until_date) for row in pupil.roll_periods.all()]
    entries = (
        Entry(
            SessionMark(date, half, codes.get((date, half), "")),
            on_roll=any(period.covers(date) for period in on_roll),
            amendments=amended[date, half],
        )
        for date, half in sessions_held(from_date=from_date, to_date=to_date)
        if (date, half) in codes or _has_closed(pupil, date, half, as_at)
    )
    return certificate_of(entries, from_date=from_date, to_date=to_date, as_at=as_at, changes=changes)


def certificate_for(letter: Letter) -> Certificate:
    """Return the certificate a letter encloses: the period its figures come from, as it stood when it was proposed."""
    attendance = letter.figures["attendance"]
    first = min(attendance["from"], letter.figures.get("from") or attendance["from"])
    return registration_certificate(
        letter.pupil,
        from_date=dt.date.fromisoformat(first),
        to_date=dt.date.fromisoformat(attendance["to"]),
        as_at=letter.proposed_at,
    )


def _has_closed(pupil: Pupil, date: dt.date, half: Half, at: dt.datetime) -> bool:
    """Say whether a pupil's register of a session has closed: a mark not there is missing, and not still to come.

    By the pupil's year on that day: one query where some year groups start at another time, else none.
    """
    if date != at.astimezone(LONDON).date():
        return date < at.astimezone(LONDON).date()
    policy = policy_for(current_school())
    begins = policy.terms(MorningSession, on=date) if half is Half.AM else policy.terms(AfternoonSession, on=date)
    open_minutes = policy.terms(RegisterOpen, on=date).minutes
    in_year = PupilYear.objects.filter(in_force_on(date), pupil=pupil)
    years = frozenset(in_year.values_list("year", flat=True)) if begins.by_year else frozenset()
    return register_closes_at(date, starts=begins.of(years), open_minutes=open_minutes) < at


def _amendments(pupil: Pupil, from_date: dt.date, to_date: dt.date, as_at: dt.datetime) -> list[Change]:
    """Return each amendment made after a register closed and known at a moment, with its particulars, in order."""
    rows = MarkAmendment.objects.filter(
        mark__pupil=pupil,
        mark__session__date__range=(from_date, to_date),
        kind=MarkAmendment.Kind.AMENDMENT,
        received_at__lte=as_at,
    ).select_related("mark__session")
    return [
        Change(
            date=row.mark.session.date,
            half=Half(row.mark.session.half),
            original=row.original_code,
            amended=row.amended_code,
            reason=row.reason,
            at=row.received_at,
            by_name=row.amended_by_name,
            by_role=row.amended_by_role,
        )
        for row in rows.order_by("mark__session__date", "mark__session__half", "number")
    ]
