"""Looking the registers over at night for what cannot be right, and settling what was found."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Final

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from attendance_mat.accounts.member import Member
from attendance_mat.audit.models import Event
from attendance_mat.audit.record import record, record_each
from attendance_mat.policy.adopted import national
from attendance_mat.policy.schema import SuspensionProvision
from attendance_mat.trust.models import School
from registers.actions.amending import amend_mark
from registers.actions.entering import require_not_family
from registers.actions.filling import fill_blank
from registers.models import Doubt
from registers.queries import doubts as queries
from registers.queries.doubting import contradictions_within
from registers.queries.two_schools import contradictions_between
from registers.rules import doubts as rules
from registers.rules.calendar import school_year_start
from registers.rules.doubts import FoundDoubt

Key = tuple[int, str, int]  # pupil, kind, session
LOCKS: Final = 7_240_006  # with the school's number: two workers look a school over one after the other
GONE: Final = "Put right since, and no longer found."
REFUSED_AT_MOST: Final = 5  # reasons told of a batch that was refused


@transaction.atomic
def look_over_registers(school: School, *, night: dt.date, by: Member, at: dt.datetime) -> dict[str, int]:
    """Find every contradiction of the school year up to a night; return how many are new, by kind.

    One that is gone is settled by the night. One that a person settled is not raised again while it rests on the same
    facts. Done twice, it changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCKS, school.pk])
    first = school_year_start(night)
    provision_from = national().terms(SuspensionProvision, on=night).from_school_day
    found = {
        each.key: each
        for each in (
            *contradictions_within(first, night, provision_from=provision_from),
            *contradictions_between(school, first=first, last=night),
        )
    }
    open_now = {
        (row.pupil_id, row.kind, row.session_id): row
        for row in Doubt.objects.filter(settled_at__isnull=True, session__date__gte=first)
    }
    _bring_up_to_date(found, open_now)
    gone = [row.pk for key, row in open_now.items() if key not in found]
    Doubt.objects.filter(pk__in=gone).update(settled_at=at, settled_by_name=by.name, outcome=GONE)
    new = _raise(found.keys() - open_now.keys(), found, first=first, at=at)
    record(Event.DOUBTS_FOUND, school, by=by, at=at, night=night.isoformat(), found=new, gone=len(gone))
    return new


def _bring_up_to_date(found: dict[Key, FoundDoubt], open_now: dict[Key, Doubt]) -> None:
    """Have open doubts say what the registers say now. One query, if any changed."""
    changed = []
    for key in found.keys() & open_now.keys():
        row, now = open_now[key], found[key]
        if (row.evidence, row.offered) != (dict(now.evidence), now.offered):
            row.evidence, row.offered = dict(now.evidence), now.offered
            changed.append(row)
    Doubt.objects.bulk_update(changed, ["evidence", "offered"], batch_size=500)


def _raise(
    keys: Iterable[Key],
    found: dict[Key, FoundDoubt],
    *,
    first: dt.date,
    at: dt.datetime,
) -> dict[str, int]:
    """Write the doubts that are new and that nobody settled on the same facts; return how many, by kind."""
    settled = Doubt.objects.filter(settled_by__isnull=False, session__date__gte=first)
    answered = {(row.pupil_id, row.kind, row.session_id, repr(sorted(row.evidence.items()))) for row in settled}
    new = [
        Doubt(
            pupil_id=each.pupil_id,
            kind=each.kind.value,
            session_id=each.session_id,
            evidence=dict(each.evidence),
            offered=each.offered,
            found_at=at,
        )
        for each in (found[key] for key in sorted(keys))
        if (*each.key, repr(sorted(each.evidence.items()))) not in answered
    ]
    Doubt.objects.bulk_create(new, batch_size=1000)
    return dict(Counter(row.kind for row in new))


@transaction.atomic
def settle_as_right(doubts: Iterable[Doubt], *, because: str, by: Member, at: dt.datetime) -> int:
    """Record that these marks are right as they stand, and why; return how many.

    Raises ValidationError, and settles none, where one is settled already or is of the member's own family.
    """
    if not because.strip():
        raise ValidationError({"reason": "Say why it is right: it is kept with the doubt."})
    rows = _locked(doubts)
    for pupil in {row.pupil_id for row in rows}:
        require_not_family(pupil, by=by)
    _settle(rows, outcome=because.strip(), by=by, at=at)
    return len(rows)


@transaction.atomic
def settle_by_amending(
    doubts: Iterable[Doubt],
    *,
    reason: str = "",
    as_offered: bool = True,
    code: str = "",
    nature: str = "",
    by: Member,
    at: dt.datetime,
) -> int:
    """Put these marks right: amend each as offered, or to the code given, with the reason; return how many.

    Without a reason, what was found is the reason. A blank becomes a mark. Raises ValidationError, and changes
    nothing, where any of them cannot be put right so.
    """
    rows, refused = _locked(doubts), []
    for row in rows:
        wanted = row.offered if as_offered else code
        why = reason.strip() or rules.reason_offered(row.kind, row.evidence)
        try:
            with transaction.atomic():
                _put_right(row, code=wanted, reason=why, nature=nature, by=by, at=at)
        except ValidationError as error:
            refused.append((row, error))
    if refused:
        raise _all_of(refused, alone=len(rows) == 1)
    _settle(rows, outcome="Put right.", by=by, at=at)
    return len(rows)


def _put_right(row: Doubt, *, code: str, reason: str, nature: str, by: Member, at: dt.datetime) -> None:
    if not code:
        raise ValidationError({"code": rules.mend(row.kind)})
    mark = queries.mark_of(row)
    if mark and mark.code != row.evidence.get("code", ""):
        message = "The mark has changed since this was found. Look at it again."
        raise ValidationError(message)
    if mark and mark.code:
        amend_mark(mark, code=code, reason=reason, nature=nature, by=by, at=at)
    else:
        fill_blank(row.pupil, row.session, code=code, reason=reason, nature=nature, by=by, at=at)


def _all_of(refused: list[tuple[Doubt, ValidationError]], *, alone: bool) -> ValidationError:
    """Return one refusal for all of them, each named by its session; that of one alone stays with its field."""
    if alone:
        return refused[0][1]
    told = [
        f"{row.pupil.list_name}, {row.session.date:%d %b} {row.session.half}: {' '.join(error.messages)}"
        for row, error in refused[:REFUSED_AT_MOST]
    ]
    rest = len(refused) - len(told)
    more = [f"{rest} more cannot be put right so either."] if rest else []
    return ValidationError([*told, *more, "Nothing was changed."])


def _locked(doubts: Iterable[Doubt]) -> list[Doubt]:
    """Return the doubts as they now stand, locked; refuse where somebody has settled one meanwhile."""
    rows = Doubt.objects.select_for_update(of=("self",)).select_related("pupil", "session").order_by("pk")
    locked = list(rows.filter(pk__in=[each.pk for each in doubts]))
    if any(row.settled_at for row in locked):
        message = "Somebody has settled this already. Load the page again."
        raise ValidationError(message)
    return locked


def _settle(rows: list[Doubt], *, outcome: str, by: Member, at: dt.datetime) -> None:
    Doubt.objects.filter(pk__in=[row.pk for row in rows]).update(
        settled_at=at, settled_by=by.user_id, settled_by_name=by.name, outcome=outcome[:200]
    )
    # What a person wrote may name a child, and stays out of the log.
    told = [(Event.DOUBT_SETTLED, row, {"pupil": row.pupil_id, "kind": row.kind}) for row in rows]
    record_each(told, by=by, at=at)
