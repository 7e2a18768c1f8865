"""A pupil leaves during the day: released or not, by what check, and what the registers then expect."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.roles import Role
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.policy.absence_procedure import Collection, SignOut
from attendance_mat.policy.adopted import Policy
from attendance_mat.trust.models import Phase, School
from attendance_mat.trust.queries import current_school
from registers.actions.entering import closes_at, require_not_family, school_policy, starts_at
from registers.actions.expecting import expect_absence
from registers.actions.moving import move, require_today, take_turns
from registers.models import Contact, Group, Movement, Pupil, Session
from registers.queries import movements as queries
from registers.queries.arranged import in_the_way
from registers.queries.groups import registration_group, year_of
from registers.rules import doubts
from registers.rules.calendar import LONDON
from registers.rules.expected import Run
from registers.rules.movements import Leaving, MovementKind, PermitKind
from registers.rules.signing_out import CODES, Asked, Person, Release, Terms, decide, misses, same_password

LAST_PRIMARY_YEAR = 6
WRITTEN_REASON = "Written reason"  # as a policy lists it among what is recorded


@dataclass(frozen=True)
class Departure:
    """A pupil who is to leave, as the person at the desk enters it. `contact` or `collector_name` says who came."""

    at: dt.datetime
    reason: Leaving
    words: str = ""
    contact: Contact | None = None
    collector_name: str = ""
    password: str = ""
    due_back_at: dt.datetime | None = None
    authorised_by: str = ""
    written_reason_seen: bool = False


@dataclass(frozen=True)
class SignedOut:
    """What became of a departure: the movement as written, what is worth a warning, and whether it is a repeat."""

    movement: Movement
    warnings: tuple[str, ...] = ()
    expected: str = ""  # the code that the registers to come now expect
    is_repeat: bool = False


def sign_out(pupil: Pupil, departure: Departure, *, by: Member, at: dt.datetime) -> SignedOut:
    """Record that a pupil leaves, with whom and by what check; a session they will miss expects it.

    Raises ValidationError, by field, where the pupil is not released: an attempt by somebody who may not take the
    child is kept as one, and never as permitted (ALP-7.16). A repeated press is harmless.
    """
    require_not_family(pupil.pk, by=by)
    release = _decided(pupil, departure, by=by)
    if release.refused:
        if release.is_kept:
            _keep_refusal(pupil, departure, by=by, at=at)
        raise ValidationError({release.field: release.refused})
    return _leave(pupil, departure, release, by=by, at=at)


def _decided(pupil: Pupil, departure: Departure, *, by: Member) -> Release:
    """Return what is decided of a departure by the records and the policy of that day. Five queries."""
    on, school = departure.at.astimezone(LONDON).date(), current_school()
    contacts = queries.contacts_of(pupil.pk)
    asked = Asked(
        reason=departure.reason,
        collector=_person(departure, contacts),
        password_right=same_password(departure.password, (each.collect_password for each in _free(contacts))),
        authorised_by=departure.authorised_by,
        written_reason_seen=departure.written_reason_seen,
        words=departure.words,
        is_primary=is_primary(pupil, school, on),
        permits=frozenset(PermitKind(permit.kind) for permit in queries.permits_of(pupil.pk, on)),
        leave_granted=queries.leave_on(pupil.pk, on),
        by_lead=by.role in {Role.SAFEGUARDING_LEAD, Role.HEADTEACHER},
    )
    return decide(asked, terms_on(on, school_policy()), lead=queries.safeguarding_lead(school, on))


def terms_on(on: dt.date, policy: Policy) -> Terms:
    """Return what the policy of a day asks of who leaves."""
    leaving, collected = policy.terms(SignOut, on=on), policy.terms(Collection, on=on)
    return Terms(
        primary_collected=leaving.primary_collected,
        password=collected.password,
        walking_home_counts=collected.walking_home_counts,
        written_reason=WRITTEN_REASON in leaving.records,
    )


def is_primary(pupil: Pupil, school: School, on: dt.date) -> bool:
    """Say whether a pupil is in a primary year, or in a primary school where no year is recorded. One query."""
    year = year_of(pupil.pk, on)
    return school.phase == Phase.PRIMARY if year is None else year <= LAST_PRIMARY_YEAR


def _free(contacts: list[Contact]) -> list[Contact]:
    """Return the contacts whose password may be given: nobody's who may not have contact, nor a former one's."""
    return [each for each in contacts if not (each.no_contact or each.ended_on or each.died_on)]


def _person(departure: Departure, contacts: list[Contact]) -> Person | None:
    """Return who came: the contact chosen, or the one whose name was typed, or a stranger to the record.

    Of several contacts of the name typed, the most restricted counts.
    """
    said = " ".join(departure.collector_name.split())
    named = [each for each in contacts if said and " ".join(each.name.split()).casefold() == said.casefold()]
    found = departure.contact or max(named, key=_restricted, default=None)
    if found is None:
        return Person(said) if said else None
    return Person(
        found.name, found.pk, found.may_collect, found.no_contact, found.court_order,
        gone=bool(found.ended_on or found.died_on),
    )  # fmt: skip


def _restricted(contact: Contact) -> tuple[bool, ...]:
    """Return what says how far a contact is kept from taking the pupil, the gravest first."""
    gone = bool(contact.ended_on or contact.died_on)
    return contact.no_contact, bool(contact.court_order), gone, not contact.may_collect


@transaction.atomic
def _keep_refusal(pupil: Pupil, departure: Departure, *, by: Member, at: dt.datetime) -> None:
    refused = move(pupil, MovementKind.REFUSED, at=departure.at, by=by, now=at, permitted=False, **_said(departure))
    record(Event.RELEASE_REFUSED, refused, by=by, at=at, pupil=pupil.pk)


def _said(departure: Departure) -> dict[str, Any]:
    contact = departure.contact
    return {
        "reason": departure.reason,
        "words": departure.words.strip(),
        "collector": contact,
        "collector_name": contact.name if contact else " ".join(departure.collector_name.split()),
        "authorised_by_name": departure.authorised_by.strip(),
        "written_reason_seen": departure.written_reason_seen,
    }


@transaction.atomic
def _leave(pupil: Pupil, departure: Departure, release: Release, *, by: Member, at: dt.datetime) -> SignedOut:
    require_today(departure.at, now=at)
    if departure.due_back_at and departure.due_back_at <= departure.at:
        raise ValidationError({"due_back": "The expected return is after the leaving: enter a later time."})
    take_turns(pupil.pk)
    on = departure.at.astimezone(LONDON).date()
    last = queries.last_through_the_door(pupil.pk, on)
    if last and last.kind == MovementKind.OUT:
        return SignedOut(last, is_repeat=True)
    if last and last.at > departure.at:
        came = f"{last.at.astimezone(LONDON):%H:%M}"
        raise ValidationError({"at": f"The pupil came in at {came}: the leaving is later, or that entry is wrong."})
    out = move(
        pupil, MovementKind.OUT, at=departure.at, by=by, now=at, due_back_at=departure.due_back_at,
        checked_by=release.checked_by or "", permitted=release.permitted, **_said(departure),
    )  # fmt: skip
    kind = Event.SIGNED_OUT if release.permitted else Event.LEFT_WITHOUT_PERMISSION
    record(kind, out, by=by, at=at, pupil=pupil.pk, reason=departure.reason)
    return SignedOut(out, release.warnings, expect_missed(pupil, departure, by=by, at=at))


def expect_missed(pupil: Pupil, departure: Departure, *, by: Member, at: dt.datetime) -> str:
    """Have the session that a pupil will miss expect it, where the reason says the code; return that code.

    Something expected already stays as it is. A reason without a code leaves the mark to be settled, and the register
    shows that the pupil is signed out.
    """
    code = CODES.get(departure.reason, "")
    on, policy = departure.at.astimezone(LONDON).date(), school_policy()
    group = registration_group(pupil.pk, on)
    missed = [session for session in Session.objects.filter(date=on) if _is_missed(session, departure, policy, group)]
    if not code or not missed:
        return ""
    next_day = on + dt.timedelta(days=1)
    for session in missed:
        if in_the_way([pupil.pk], [Run(on, next_day, session.half)]):
            continue
        expect_absence(
            pupil, from_date=on, until_date=next_day, halves=session.half, code=code, by=by, at=at,
            origin=f"{doubts.SIGNED_OUT} {departure.at.astimezone(LONDON):%H:%M}",
        )  # fmt: skip
    return code


def _is_missed(session: Session, departure: Departure, policy: Policy, group: Group | None) -> bool:
    pk = group.pk if group else None
    return misses(
        leaves_at=departure.at,
        due_back_at=departure.due_back_at,
        starts=starts_at(session, policy=policy, group_id=pk),
        closes=closes_at(session, policy=policy, group_id=pk),
    )
