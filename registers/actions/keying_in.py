"""Keying in a register that was taken on paper: with its true time, and the name of whoever took it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.accounts.actions.passes import known_by_name
from attendance_mat.accounts.member import Member, member_in, memberships_on
from attendance_mat.accounts.models import User
from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.roles import Role
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record
from attendance_mat.trust.queries import current_school
from registers.actions.deciding import Decided, OnPaper, decide, desk_at, lock
from registers.actions.entering import Entry, opens_at, school_policy
from registers.actions.saving import Reply, answered_once, keep, reply_to, require_sense
from registers.actions.taking import open_register
from registers.models import FamilyTie, Group, Register, Session
from registers.queries.paper import had_a_pass, who_may_have_taken
from registers.queries.taking import register_rows
from registers.rules.calendar import LONDON
from registers.rules.covering import title_of
from registers.rules.marks import Outcome, RowDecision

NOT_A_TAKER: Final = "Choose who took it: a member of staff who takes registers here."
STILL_TO_COME: Final = "That is still to come. Enter the time written on the paper."
TOO_EARLY: Final = "The register could not be taken before {:%H:%M}. Enter the time written on the paper."
LISTED: Final = "{} is in the list above. Choose them there, and leave this empty."
TAKERS_FAMILY: Final = "{} is family of this child: someone else must have marked them."


@transaction.atomic
def paper_taken_by(taker: User, session: Session, *, taken_at: dt.datetime, at: dt.datetime) -> OnPaper:
    """Return who took a paper register and when: staff, or who covered that day by a pass, ended since or not.

    Raises ValidationError by field for somebody who takes no registers here, and for a time that cannot be.
    """
    _require_possible(taken_at, session, at)
    school = current_school()
    member = member_in(memberships_on(taker, session.date, school=school), school=school, prefer=None)
    if member is None and had_a_pass(taker, on=session.date):
        member = Member(taker, Role.COVER, school)
    if member is None or not member.may(Permission.TAKE_REGISTER):
        raise ValidationError({"taken_by": NOT_A_TAKER})
    return OnPaper(member, taken_at)


@transaction.atomic
def paper_taken_by_name(name: str, session: Session, *, taken_at: dt.datetime, by: Member, at: dt.datetime) -> OnPaper:
    """Return somebody who took a paper register and has neither log-in nor pass, by name, and when they took it.

    Raises ValidationError by field for a time that cannot be, and for a name that the list has.
    """
    _require_possible(taken_at, session, at)
    school = current_school()
    listed = who_may_have_taken(school, on=session.date).filter(name__iexact=name).first()
    if listed:
        raise ValidationError({"taken_name": LISTED.format(listed.name)})
    title = title_of(name, covering="")
    taker = known_by_name(title, school=school, date=session.date, by=by, at=at)
    return OnPaper(Member(taker, Role.COVER, school), taken_at)


def _require_possible(taken_at: dt.datetime, session: Session, at: dt.datetime) -> None:
    if taken_at > at:
        raise ValidationError({"taken_time": STILL_TO_COME})
    earliest = opens_at(session, policy=school_policy())
    if taken_at < earliest:
        raise ValidationError({"taken_time": TOO_EARLY.format(earliest.astimezone(LONDON))})


def key_in(
    group: Group, session: Session, entries: Sequence[Entry], *, paper: OnPaper, key: UUID, digest: str, by: Member,
    at: dt.datetime,
) -> Reply:  # fmt: skip
    """Enter what stands on a paper register, and return the reply, row by row, as the save protocol has it.

    First marks are the taker's, made when the paper was; a mark that stands is corrected or amended by whoever keys
    in, with both names in the reason. A repeat of the same request gets the same reply. Raises ValidationError, and
    enters nothing, for pupils who are not in the register; KeyReusedError for a key used with another body.
    """
    return answered_once(
        lambda: _key_in(group, session, entries, paper=paper, by=by, at=at), key=key, digest=digest, by=by, at=at
    )


def _key_in(
    group: Group, session: Session, entries: Sequence[Entry], *, paper: OnPaper, by: Member, at: dt.datetime
) -> Reply:
    register = lock(_register(group, session, paper=paper, by=by, at=at))
    rows = {row.pupil_id: row for row in register_rows(register, by=by)}
    desk = replace(desk_at(register, by=by, at=at), paper=paper)
    require_sense(entries, rows, desk)
    words = _words(paper, by)
    families = set(FamilyTie.objects.filter(user=paper.taker.user_id, pupil__in=rows).values_list("pupil", flat=True))
    decided = []
    for entry in entries:
        row = rows[entry.pupil_id]
        kept = replace(entry, made_at=paper.at, reason=words, comment=words if row.mark is None else None)
        one = decide(kept, row, desk)
        if entry.pupil_id in families and one.decision.outcome is Outcome.SAVED:
            why = TAKERS_FAMILY.format(paper.taker.name)
            one = Decided(one.entry, row, RowDecision(Outcome.REFUSED, why=why))
        decided.append(one)
    keep(decided, desk)
    saved = sum(one.decision.outcome is Outcome.SAVED for one in decided)
    detail = {"taken_by": paper.taker.user_id, "made_at": paper.at.isoformat(), "saved": saved}
    record(Event.PAPER_KEYED_IN, register, by=by, at=at, **detail)
    return reply_to(decided, rows, desk)


def _register(group: Group, session: Session, *, paper: OnPaper, by: Member, at: dt.datetime) -> Register:
    """Return the register, opened now if nobody did: then whoever wrote on the paper took it, at that time."""
    known = Register.objects.filter(group=group, session=session).select_related("session", "group").first()
    if known:
        return known
    register = open_register(group, session, policy=school_policy(), by=by, at=at)
    register.taken_by, register.taken_at = paper.taker.user, paper.at
    register.save(update_fields=["taken_by", "taken_at"])
    return register


def _words(paper: OnPaper, by: Member) -> str:
    """Return what is kept with each mark: from paper, by whom and when, and who keyed it in."""
    taken = paper.at.astimezone(LONDON)
    return f"From paper: taken by {paper.taker.name} at {taken:%H:%M}, keyed in by {by.name}."
