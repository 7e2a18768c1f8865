"""What one person enters for one pupil, and the rows it becomes. Shared by everything that writes marks."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.roles import PASS_ROLES, Role
from attendance_mat.policy.absence_procedure import LateDesk
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.schema import AfternoonSession, CodesByRole, MorningSession, RegisterOpen
from attendance_mat.policy.school_day import Gates
from attendance_mat.trust.policy import policy_for
from attendance_mat.trust.queries import current_school
from registers.models import FamilyTie, Mark, MarkAmendment, Register, Session, Source
from registers.queries.groups import years_of_group, years_of_groups
from registers.queries.taking import Sight
from registers.rules import marks
from registers.rules.calendar import LONDON, Half, register_closes_at
from registers.rules.marks import RegisterTimes

LATE = frozenset({"L", "U"})
_BEFORE_THE_START = "Arrived at {}, before the session started at {}: present, not late."
OWN_FAMILY = "You are family of this child: someone else must enter this."


@dataclass(frozen=True)
class Entry:
    """A code someone entered for a pupil. `base` is what they saw: 0 for no mark, else 1 + its amendments."""

    pupil_id: int
    code: str
    base: int
    made_at: dt.datetime
    arrived_at: dt.datetime | None = None
    minutes_late: int | None = None
    nature: str = ""
    comment: str | None = None  # the note beside it: None leaves what stands, "" takes it away
    reason: str = ""
    here: bool = False  # "They are here" was pressed, of a child who was not expected: the code is decided then


def school_policy() -> Policy:
    """Return the policy of the school whose schema is selected. No query in a request."""
    return policy_for(current_school())


def codes_allowed(by: Member, on: dt.date, *, policy: Policy) -> frozenset[str]:
    """Return the codes a member's role may enter on a day."""
    role = Role.TEACHER if by.role in PASS_ROLES else by.role  # who covers a class enters what its teacher may
    return policy.terms(CodesByRole, on=on).of(role)


def sight_of(by: Member, on: dt.date, *, policy: Policy, projected: bool = False) -> Sight:
    """Return the codes a member may see on a register of a day; on a projector, what any classroom may."""
    classroom = policy.terms(CodesByRole, on=on).of(Role.TEACHER)
    allowed = classroom if projected else codes_allowed(by, on, policy=policy)
    return Sight(by.may(Permission.SEE_EXPECTED_REASONS) and not projected, allowed, classroom)


def starts_at(session: Session, *, policy: Policy, group_id: int | None = None) -> dt.datetime:
    """Return the moment a session starts, in London's time: for a group, by its year on that day.

    No query unless the policy of that day has year groups that start at another time, then one.
    """
    kind: type[MorningSession | AfternoonSession] = MorningSession if session.half == Half.AM else AfternoonSession
    times = policy.terms(kind, on=session.date)
    years = years_of_group(group_id, session.date) if group_id and times.by_year else frozenset()
    return dt.datetime.combine(session.date, times.of(years), tzinfo=LONDON)


def opens_at(session: Session, *, policy: Policy) -> dt.datetime:
    """Return the first moment at which a session's registers may be opened.

    In the morning when the doors open, where the policy says when (HCC-5.01), else as the day begins; in the afternoon
    when its session starts (AET-10.02; R3).
    """
    if session.half == Half.PM:
        return starts_at(session, policy=policy)
    doors = policy.terms(Gates, on=session.date).open_at
    return dt.datetime.combine(session.date, doors or dt.time.min, tzinfo=LONDON)


def closes_at(session: Session, *, policy: Policy, group_id: int | None = None) -> dt.datetime:
    """Return the moment a session's registers close, in London's time: for a group, by its year on that day."""
    starts = starts_at(session, policy=policy, group_id=group_id).time()
    minutes = policy.terms(RegisterOpen, on=session.date).minutes
    return register_closes_at(session.date, starts=starts, open_minutes=minutes)


def closing_times(session: Session, group_ids: Collection[int], *, policy: Policy) -> dict[int, dt.datetime]:
    """Return when each group's register of a session closes. One query, where year groups start at other times."""
    kind: type[MorningSession | AfternoonSession] = MorningSession if session.half == Half.AM else AfternoonSession
    times, minutes = policy.terms(kind, on=session.date), policy.terms(RegisterOpen, on=session.date).minutes
    years = years_of_groups(group_ids, session.date) if times.by_year else {}
    return {
        pk: register_closes_at(session.date, starts=times.of(years.get(pk, ())), open_minutes=minutes)
        for pk in group_ids
    }


def times_of(register: Register) -> RegisterTimes:
    """Return when a register closes and was finished, as the rules read it."""
    return RegisterTimes(closes_at=register.closes_at, finished_at=register.finished_at)


def source_of(by: Member) -> Source:
    """Return how a mark that this member enters came to us."""
    return Source.OFFICE if by.may(Permission.SEE_EXPECTED_REASONS) else Source.TEACHER


def require_not_family(pupil_id: int, *, by: Member) -> None:
    """Refuse a member of staff who is family of the pupil (decision 10). One query."""
    if FamilyTie.objects.filter(user=by.user_id, pupil=pupil_id).exists():
        raise ValidationError(OWN_FAMILY)


def new_mark(entry: Entry, register: Register, *, by: Member, source: Source, at: dt.datetime) -> Mark:
    """Return an unsaved first mark; the database stamps when it was received."""
    return Mark(
        pupil_id=entry.pupil_id,
        session_id=register.session_id,
        register_id=register.pk,
        code=entry.code,
        nature=entry.nature,
        comment=entry.comment or "",
        arrived_at=entry.arrived_at,
        minutes_late=entry.minutes_late,
        source=source,
        made_by_id=by.user_id,
        made_by_name=by.name,
        made_by_role=by.role,
        made_at=entry.made_at,
        received_at=at,
    )


def amendment_of(
    mark_id: int, entry: Entry, *, kind: str, reason: str, by: Member, source: Source, at: dt.datetime
) -> MarkAmendment:
    """Return an unsaved change of a mark; the database fills in what the mark said."""
    return MarkAmendment(
        mark_id=mark_id,
        kind=kind,
        amended_code=entry.code,
        amended_nature=entry.nature,
        amended_comment=entry.comment or "",
        amended_arrived_at=entry.arrived_at,
        amended_minutes_late=entry.minutes_late,
        reason=reason,
        source=source,
        amended_by_id=by.user_id,
        amended_by_name=by.name,
        amended_by_role=by.role,
        made_at=entry.made_at,
        received_at=at,
    )


def for_the_office(entry: Entry, *, by: Member) -> str:
    """Say why an arrival is for the office to enter, where the policy has it enter all after a time (HCC-5.02).

    Empty where this member may enter it. No query in a request.
    """
    if entry.code not in LATE or entry.arrived_at is None or by.may(Permission.KEEP_LATE_DESK):
        return ""
    arrived = entry.arrived_at.astimezone(LONDON)
    after = school_policy().terms(LateDesk, on=arrived.date()).office_only_after
    if after is None or arrived.time() <= after:
        return ""
    return f"Who arrives after {after:%H:%M} is registered by the school office: send the child there."


def with_lateness(entry: Entry, *, session_starts: dt.datetime, closes: dt.datetime) -> tuple[Entry, str]:
    """Return an entry of L or U with its arrival and minutes, and why its code is the wrong one, if it is.

    The arrival counts before the minutes; with neither, the child arrived when the mark was made, unless the register
    was closed by then.
    """
    if entry.code not in LATE:
        is_timed = entry.arrived_at is not None or entry.minutes_late is not None
        return replace(entry, arrived_at=None, minutes_late=None) if is_timed else entry, ""
    if entry.code == "L" and entry.arrived_at is None and entry.minutes_late is None and entry.made_at > closes:
        return entry, f"The register closed at {closes.astimezone(LONDON):%H:%M}: say when the child arrived, or use U."
    arrived = entry.arrived_at or entry.made_at
    if entry.arrived_at is None and entry.minutes_late is not None:
        arrived = session_starts + dt.timedelta(minutes=entry.minutes_late)
    decided = marks.late_code(arrived, closes)
    if entry.arrived_at and arrived < session_starts:
        return entry, _BEFORE_THE_START.format(
            f"{arrived.astimezone(LONDON):%H:%M}", f"{session_starts.astimezone(LONDON):%H:%M}"
        )
    late_by = marks.minutes_late(arrived, session_starts)
    why = "" if decided.code == entry.code else f"{decided.why} Use {decided.code}."
    return replace(entry, arrived_at=arrived, minutes_late=late_by), why
