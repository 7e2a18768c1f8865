"""Having registers of one day taken by another: a member of staff, or a named person from outside with a pass."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from attendance_mat.accounts.actions.passes import end_bearer, make_bearer
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import User
from attendance_mat.accounts.roles import Role
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.chasing import LastBell
from attendance_mat.trust.models import School
from registers.models import Cover, CoverPass
from registers.queries.cover import left_behind
from registers.queries.coverable import Coverable, period_ends
from registers.queries.takers import people_who_take
from registers.rules.calendar import LONDON
from registers.rules.covering import last_bell, title_of

NOTHING: Final = "Choose a register, or a person with a register that nobody covers yet."
OVER: Final = "Choose today or a later day: this school day is over."
COVERED: Final = "Somebody covers one of these registers already. Look at the list again."
PIN_DIGITS: Final = 6


@dataclass(frozen=True)
class Wanted:
    """What is to be covered on a day, and in whose place (None: nobody takes it)."""

    date: dt.date
    registers: Sequence[Coverable]
    covering: User | None

    @property
    def covering_name(self) -> str:
        return self.covering.name if self.covering else ""


@dataclass(frozen=True)
class Given:
    """A pass as it is handed over. The link's secret and the PIN are kept nowhere and shown once."""

    cover_pass: CoverPass
    secret: str
    pin: str
    ends_at: dt.datetime


@transaction.atomic
def cover_by_staff(wanted: Wanted, *, person: User, school: School, policy: Policy, by: Member, at: dt.datetime) -> int:
    """Have a member of staff take registers of a day in another's place; return how many.

    Raises ValidationError, by field, for a day that is over, for nothing to cover, for one covered already, and for a
    person who takes no register here.
    """
    _require_open(wanted, policy, at)
    if not people_who_take(school, on=wanted.date).filter(pk=person.pk).exists():
        raise ValidationError({"staff": f"{person.name} has no role here that takes a register on that day."})
    if wanted.covering and wanted.covering.pk == person.pk:
        raise ValidationError({"staff": f"{person.name} takes these registers already."})
    return len(_cover(wanted, user=person, name=person.name, cover_pass=None, by=by, at=at))


@transaction.atomic
def give_pass(wanted: Wanted, *, name: str, school: School, policy: Policy, by: Member, at: dt.datetime) -> Given:
    """Have a named person without a log-in take registers of a day, until the last bell. Raises as for staff.

    Another pass for the same name, in the same person's place, has the same bearer: their device knows them again.
    """
    ends_at = _require_open(wanted, policy, at)
    name = " ".join(name.split())
    title = title_of(name, covering=wanted.covering_name)
    held = make_bearer(title, school=school, date=wanted.date, ends_at=ends_at, by=by, at=at)
    secret, pin = secrets.token_urlsafe(32), f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"
    made = CoverPass.objects.create(
        membership=held,
        date=wanted.date,
        name=name,
        covering=wanted.covering,
        covering_name=wanted.covering_name,
        link_digest=digest_of_link(secret),
        pin_digest=digest_of_pin(name, pin, school=school, on=wanted.date),
        given_at=at,
        given_by=by.user,
        given_by_name=by.name,
        given_by_role=by.role,
    )
    _cover(wanted, user=held.user, name=name, cover_pass=made, by=by, at=at)
    return Given(made, secret, pin, ends_at)


@transaction.atomic
def use_pass(cover_pass: CoverPass, *, by_pin: bool, at: dt.datetime) -> User:
    """Note that a pass was used, and return its bearer, who is to be signed in."""
    held = cover_pass.membership
    bearer = Member(user=held.user, role=Role.COVER, school=held.school)
    record(Event.COVER_USED, cover_pass, by=bearer, at=at, by_pin=by_pin)
    return held.user


@transaction.atomic
def end_cover(cover: Cover, *, by: Member, at: dt.datetime) -> None:
    """Have a register covered no more. With the last of a pass's registers the pass ends."""
    if not Cover.objects.filter(pk=cover.pk, ended_at__isnull=True).update(ended_at=at, ended_by=by.user):
        return
    record(Event.COVER_ENDED, cover, by=by, at=at, person=cover.user_id)
    given = cover.cover_pass
    if given and not given.covers.filter(ended_at__isnull=True).exists():
        end_bearer(given.membership, by=by, at=at)


@transaction.atomic
def end_pass(cover_pass: CoverPass, *, by: Member, at: dt.datetime) -> None:
    """Take a pass back: it opens nothing from now on, and its registers are covered no more."""
    for cover in cover_pass.covers.filter(ended_at__isnull=True):
        end_cover(cover, by=by, at=at)
    end_bearer(cover_pass.membership, by=by, at=at)


def ends_at(date: dt.date, *, policy: Policy) -> dt.datetime:
    """Return the last bell of a day. Two queries."""
    return last_bell(date, period_ends=period_ends(date), otherwise=policy.terms(LastBell, on=date).at)


def digest_of_link(secret: str) -> str:
    """Return what is kept of a link's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def digest_of_pin(name: str, pin: str, *, school: School, on: dt.date) -> str:
    """Return what is kept of a PIN, under the product's key: six digits alone could be tried out from a digest."""
    said = f"{school.slug}\n{on}\n{' '.join(name.split()).casefold()}\n{pin}"
    return salted_hmac("registers.cover.pin", said, algorithm="sha256").hexdigest()


def _require_open(wanted: Wanted, policy: Policy, at: dt.datetime) -> dt.datetime:
    """Return when the day's last bell is. Raises ValidationError where it has rung, or nothing is to be covered."""
    bell = ends_at(wanted.date, policy=policy)
    if wanted.date < at.astimezone(LONDON).date() or at >= bell:
        raise ValidationError({"what": OVER})
    if not wanted.registers:
        raise ValidationError({"what": NOTHING})
    return bell


def _cover(
    wanted: Wanted, *, user: User, name: str, cover_pass: CoverPass | None, by: Member, at: dt.datetime
) -> list[Cover]:
    for abandoned in left_behind(wanted.date):
        end_cover(abandoned, by=by, at=at)
    given = {"given_at": at, "given_by": by.user, "given_by_name": by.name, "given_by_role": by.role}
    rows = [
        Cover(
            date=wanted.date, half=row.half, group_id=row.group_id, lesson_id=row.lesson_id, user=user, name=name,
            covering=wanted.covering, cover_pass=cover_pass, **given,
        )
        for row in wanted.registers
    ]  # fmt: skip
    try:
        with transaction.atomic():
            made = Cover.objects.bulk_create(rows)
    except IntegrityError as clash:
        raise ValidationError({"what": COVERED}) from clash
    keys = [row.key for row in wanted.registers]
    subject = cover_pass or made[0]
    record(Event.COVER_GIVEN, subject, by=by, at=at, person=user.pk, date=wanted.date.isoformat(), registers=keys)
    return made
