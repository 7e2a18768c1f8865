"""Makes what a test needs, with one call each. Everything stands in the school that is selected."""

import datetime as dt
from itertools import count

from attendance_mat.accounts.member import Member
from attendance_mat.clock import LONDON
from registers.models import (
    Contact,
    Group,
    GroupMember,
    Mark,
    MarkAmendment,
    Pupil,
    PupilYear,
    Register,
    RollPeriod,
    Session,
)

TERM = dt.date(2026, 9, 1)
_numbers = count(1)


def make_pupil(
    *, surname: str = "Example", forename: str = "", dob: dt.date = dt.date(2017, 3, 4), year: int = 4,
    group: Group | None = None, from_date: dt.date = TERM, until_date: dt.date | None = None, **fields: object,
) -> Pupil:  # fmt: skip
    """Make a pupil on roll, in a year and (if given) a registration group, from one day."""
    number = next(_numbers)
    defaults: dict[str, object] = {"upn": f"A{number:012d}", "sex": "F"}
    pupil = Pupil.objects.create(
        surname=surname, forename=forename or f"Pupil{number}", dob=dob, **{**defaults, **fields}
    )
    dates = {"from_date": from_date, "until_date": until_date}
    RollPeriod.objects.create(pupil=pupil, **dates)
    PupilYear.objects.create(pupil=pupil, year=year, **dates)
    if group:
        GroupMember.objects.create(pupil=pupil, group=group, kind=group.kind, **dates)
    return pupil


def make_contact(pupil: Pupil, **fields: object) -> Contact:
    """Make a parent who lives with the pupil and has parental responsibility, unless told otherwise."""
    position = pupil.contacts.count() + 1
    defaults: dict[str, object] = {
        "name": f"Parent {position} Example", "relationship": "Parent", "parental_responsibility": True,
        "lives_with": True, "phone": "01632 960000", "address": "1 Example Road\nExampleton\nEX1 1AA",
    }  # fmt: skip
    return Contact.objects.create(pupil=pupil, position=position, **{**defaults, **fields})


def make_group(name: str = "4A") -> Group:
    """Make a registration group, or return the one of that name."""
    return Group.objects.get_or_create(kind=Group.Kind.REGISTRATION, name=name)[0]


def make_session(date: dt.date, half: str = "am") -> Session:
    """Make a session, or return the one of that half day."""
    return Session.objects.get_or_create(date=date, half=half)[0]


def make_sessions(first: dt.date, days: int) -> list[Session]:
    """Make both sessions of so many weekdays in a row."""
    dates = (first + dt.timedelta(days=n) for n in range(days * 2))
    weekdays = [date for date in dates if date.weekday() < 5][:days]
    wanted = [(date, half) for date in weekdays for half in ("am", "pm")]
    Session.objects.bulk_create([Session(date=date, half=half) for date, half in wanted], ignore_conflicts=True)
    found = {(session.date, session.half): session for session in Session.objects.filter(date__in=weekdays)}
    return [found[each] for each in wanted]


def make_register(session: Session, group: Group, **fields: object) -> Register:
    """Make a register that opened when its session began and closes half an hour later."""
    defaults: dict[str, object] = {**register_times(session), **fields}
    return Register.objects.get_or_create(session=session, group=group, defaults=defaults)[0]


def register_times(session: Session) -> dict[str, dt.datetime]:
    """Return when a session's register opens and closes: as it begins, and half an hour later."""
    begins = dt.time(8, 50) if session.half == "am" else dt.time(13, 0)
    opened_at = dt.datetime.combine(session.date, begins, LONDON)
    return {"opened_at": opened_at, "closes_at": opened_at + dt.timedelta(minutes=30)}


def make_mark(
    pupil: Pupil, session: Session, code: str, *, by: Member, group: Group | None = None, **fields: object
) -> Mark:
    """Make a mark in the register of the pupil's group (4A unless given) at that session."""
    register = fields.pop("register", None) or make_register(session, group or make_group())
    defaults: dict[str, object] = {
        "made_by": by.user, "made_by_name": by.name, "made_by_role": by.role, "source": "teacher",
        "made_at": register.opened_at, "received_at": register.opened_at,
    }  # fmt: skip
    return Mark.objects.create(pupil=pupil, session=session, register=register, code=code, **{**defaults, **fields})


def amend(
    mark: Mark,
    code: str,
    *,
    by: Member,
    reason: str = "Parent rang",
    at: dt.datetime,
    kind: str = "amendment",
    **fields: object,
) -> MarkAmendment:
    """Amend a mark as the database sees it, past any rule of the rooms."""
    return MarkAmendment.objects.create(
        mark=mark, kind=kind, amended_code=code, reason=reason, source="office", amended_by=by.user,
        amended_by_name=by.name, amended_by_role=by.role, made_at=at, received_at=at, **fields,
    )  # fmt: skip
