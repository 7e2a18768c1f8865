"""Reads of notices to every family: what is due, whom each would reach now, and whom it did not."""

import datetime as dt
from collections import defaultdict
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import in_force_on
from attendance_mat.accounts.permissions import Scope
from letters.models import Notice, NoticeCopy
from letters.rules.families import Child
from registers.models import Contact, Pupil, RollPeriod
from registers.queries.scope import pupils_in_scope
from registers.queries.telling import contact_facts, pupil_facts


class Tally(NamedTuple):
    """How many families a notice went to, and how many it still has to reach."""

    sent: int
    missed: int


def waiting(on: dt.date) -> QuerySet[Notice]:
    """Return the notices that are due on a day and neither sent nor dropped, the longest due first. One query."""
    rows = Notice.objects.filter(due_date__lte=on, sent_at__isnull=True, dropped_at__isnull=True)
    return rows.order_by("due_date", "pk")


def locked(notice: Notice) -> Notice:
    """Return a notice as it now stands, held so that two who press Send take turns. One query."""
    return Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)


def children_to_tell(member: Member, on: dt.date, *, lock: bool = False, only: set[int] | None = None) -> list[Child]:
    """Return the pupils on roll on a day, or `only` some of them, as the decision of who may be told sees them.

    With `lock` the contacts are held until the copies are stored. Four queries.
    """
    on_roll = RollPeriod.objects.filter(in_force_on(on), pupil=OuterRef("pk"))
    pupils = Pupil.objects.filter(Exists(on_roll), died_on__isnull=True)
    if only is not None:
        pupils = pupils.filter(pk__in=only)
    rows = Contact.objects.filter(pupil__in=pupils).order_by("pupil", "position")
    contacts = defaultdict(list)
    for contact in rows.select_for_update(no_key=True, of=("self",)) if lock else rows:
        contacts[contact.pupil_id].append(contact)
    findable = set(pupils_in_scope(member, Scope.SCHOOL, on).filter(hidden=True).values_list("pk", flat=True))
    dead = _the_dead()
    return [
        Child(
            key=pupil.pk,
            facts=pupil_facts(pupil),
            contacts=tuple(contact_facts(each) for each in contacts[pupil.pk]),
            phones=tuple(each.phone for each in contacts[pupil.pk]),
            released=not pupil.hidden or pupil.pk in findable,
            bereaved=any(each.died_on or not dead.isdisjoint(_keys(each)) for each in contacts[pupil.pk]),
        )
        for pupil in pupils
    ]


def _keys(contact: Contact) -> set[tuple[str, str, str]]:
    """Return what tells a person at home or by telephone, as `registers.queries.telling.is_bereaved` does."""
    name = contact.name.casefold()
    keys = {("phone", name, contact.phone), ("address", name, contact.address.casefold())}
    return {key for key in keys if key[2]}


def _the_dead() -> set[tuple[str, str, str]]:
    """Return the keys of contacts who have died, and of those whose child has. One query."""
    rows = Contact.objects.filter(Q(died_on__isnull=False) | Q(pupil__died_on__isnull=False))
    return {key for contact in rows for key in _keys(contact)}


def copies_for(notice: Notice, member: Member, on: dt.date) -> tuple[list[NoticeCopy], dict[int, set[int]]]:
    """Return the copies a member may print, one for each envelope, and by family the pupils they are for.

    A family's copy is a member's where they may find every pupil of it. Two queries.
    """
    kept = {copy.family for copy in NoticeCopy.objects.filter(_kept_from(member, on), notice=notice)}
    rows = NoticeCopy.objects.filter(notice=notice, failed_because="").exclude(family__in=kept)
    rows = rows.order_by("family", "pk")
    pupils = defaultdict(set)
    for copy in rows:
        pupils[copy.family].add(copy.pupil_id)
    return list({copy.family: copy for copy in rows}.values()), pupils


def kept_from(notice: Notice, member: Member, on: dt.date) -> int:
    """Return how many families' copies are not a member's to print: the safeguarding lead has them. One query."""
    rows = NoticeCopy.objects.filter(_kept_from(member, on), notice=notice)
    return rows.values("family").distinct().count()


def _kept_from(member: Member, on: dt.date) -> Q:
    """Return the condition that a copy was sent, and is of a pupil whom a member may not find (decision 11)."""
    return Q(failed_because="") & ~Q(pupil__in=pupils_in_scope(member, Scope.SCHOOL, on))


def missed(notice: Notice) -> QuerySet[NoticeCopy]:
    """Return the copies of pupils whose family the notice has not reached, with the pupil. One query."""
    reached = NoticeCopy.objects.filter(notice=OuterRef("notice"), pupil=OuterRef("pupil"), failed_because="")
    rows = NoticeCopy.objects.filter(~Q(failed_because=""), ~Exists(reached), notice=notice)
    return rows.select_related("pupil")


def missed_by(notice: Notice, member: Member, on: dt.date) -> tuple[list[NoticeCopy], int]:
    """Return those of the missed whom a member may find, and how many families are left to who may. Two queries."""
    rows = list(missed(notice))
    findable = set(pupils_in_scope(member, Scope.SCHOOL, on).filter(pk__in=[row.pupil_id for row in rows])
        .values_list("pk", flat=True))  # fmt: skip
    shown = [row for row in rows if row.pupil_id in findable]
    return shown, len({row.family for row in rows} - {row.family for row in shown})


def tally(notice: Notice) -> Tally:
    """Return how many families a notice went to and how many it has not reached. Two queries."""
    sent = NoticeCopy.objects.filter(notice=notice, failed_because="").aggregate(n=Count("family", distinct=True))
    left = missed(notice).aggregate(n=Count("family", distinct=True))
    return Tally(sent["n"], left["n"])
