"""The people of one school and of the trust, each with a log-in."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Final

from django.contrib.auth.hashers import make_password

from attendance_mat.accounts.actions.delegations import delegate_power
from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import Membership, User
from attendance_mat.accounts.permissions import Permission
from attendance_mat.accounts.roles import Role
from attendance_mat.trust.models import School
from registers.models import Assignment, Group
from reporting.demo import names
from reporting.demo.pupils import FIRST_SECONDARY_YEAR, SEED, SIXTH_FORM
from reporting.demo.schools import SchoolPlan

PASSWORD: Final = "kestrel-demo-only"  # noqa: S105 - printed beside every log-in of the demonstration
LISTED: Final = "demo.invalid"  # the log-in page and `demo_logins` show the people of this address
EVERY_DAY: Final = (0, 1, 2, 3, 4)
SHARED_WEEK: Final = ((0, 1, 2), (3, 4))
SHARED_YEARS: Final = (5, 6, 3, 4)  # of a primary school, led by one person

OFFICES: Final = (
    Role.HEADTEACHER,
    Role.SAFEGUARDING_LEAD,
    Role.ATTENDANCE_OFFICER,
    Role.OFFICE,
    Role.DATA_PROTECTION_LEAD,
)


@lru_cache(maxsize=1)
def hashed() -> str:
    """Return the one password, hashed once: a hundred and fifty log-ins share it."""
    return make_password(PASSWORD)


@dataclass(frozen=True)
class Appointment:
    """A person to be, and what they take."""

    role: Role
    name: str
    email: str
    groups: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = EVERY_DAY


class Staff:
    """One school's people, by role and by class."""

    def __init__(self, members: Iterable[tuple[Appointment, Member]]) -> None:
        self._members = list(members)
        self._classes = {
            (group, weekday): member
            for appointment, member in self._members
            for group in appointment.groups
            for weekday in appointment.weekdays
        }

    def one(self, role: Role) -> Member:
        """Return the first person in a role."""
        return next(member for appointment, member in self._members if appointment.role == role)

    def of_person(self, user_id: int | None) -> Member:
        """Return a person as a member of the school."""
        return next(member for _, member in self._members if member.user_id == user_id)

    def of_class(self, group: str, day: dt.date) -> Member:
        """Return whoever takes a class's register on a day."""
        return self._classes[group, day.weekday()]


def appointments(plan: SchoolPlan, groups: list[str]) -> list[Appointment]:
    """Return everyone who works with one school's registers, the same people every time."""
    random = Random(f"{SEED} {plan.slug} staff")
    listed: set[Role] = set()
    made: list[Appointment] = []

    def appoint(
        role: Role,
        *,
        groups: tuple[str, ...] = (),
        years: tuple[int, ...] = (),
        weekdays: tuple[int, ...] = EVERY_DAY,
    ) -> None:
        name = f"{names.forename(random, random.choice('FM'))} {names.surname(random)}"
        address = f"{role.value.replace('_', '-')}.{plan.slug}@{LISTED}"
        if role in listed:  # a second tutor, and so on: they can sign in, but are not shown among the log-ins
            address = f"{name.lower().replace(' ', '.')}.{len(made)}@{plan.slug}.{LISTED}"
        listed.add(role)
        made.append(Appointment(role, name, address, groups, years, weekdays))

    for role in OFFICES:
        appoint(role)
    for years in _led_years(plan):
        appoint(Role.HEAD_OF_YEAR, years=years)
    usual, other = (Role.TUTOR, Role.TEACHER) if plan.phase == "secondary" else (Role.TEACHER, Role.TUTOR)
    for place, group in enumerate(groups):
        shared = place == len(groups) - 1
        for weekdays in SHARED_WEEK if shared else (EVERY_DAY,):
            appoint(other if place == 1 else usual, groups=(group,), weekdays=weekdays)
    return made


def headteacher(plan: SchoolPlan) -> Appointment:
    """Return the headteacher, who signs letters."""
    return appointments(plan, [])[OFFICES.index(Role.HEADTEACHER)]


def _led_years(plan: SchoolPlan) -> list[tuple[int, ...]]:
    if plan.phase == "primary":
        return [SHARED_YEARS]
    years = [row.year for row in plan.years if FIRST_SECONDARY_YEAR <= row.year < SIXTH_FORM]
    sixth_form = tuple(row.year for row in plan.years if row.year >= SIXTH_FORM)
    return [(year,) for year in reversed(years)] + ([sixth_form] if sixth_form else [])


def make_staff(plan: SchoolPlan, school: School, groups: dict[str, Group], *, since: dt.date, at: dt.datetime) -> Staff:
    """Write a school's people, their roles and what they take. Some six statements."""
    wanted = appointments(plan, list(groups))
    people = _make_people(wanted, at=at)
    Membership.objects.bulk_create(
        [Membership(user=user, school=school, role=appointment.role, from_date=since) for appointment, user in people]
    )
    Assignment.objects.bulk_create(
        [
            Assignment(user=user, group=group, year=year, weekdays=list(appointment.weekdays), from_date=since)
            for appointment, user in people
            for group, year in [
                *((groups[name], None) for name in appointment.groups),
                *((None, year) for year in appointment.years),
            ]
        ]
    )
    return Staff((appointment, Member(user, appointment.role, school)) for appointment, user in people)


def hand_over(school: School, staff: Staff, *, from_date: dt.date, until_date: dt.date, at: dt.datetime) -> None:
    """Have the headteacher hand leave decisions to the safeguarding lead for a time, as for a deputy who acts."""
    delegate_power(
        staff.one(Role.SAFEGUARDING_LEAD).user,
        power=Permission.DECIDE_LEAVE,
        school=school,
        from_date=from_date,
        until_date=until_date,
        decision="Governors' minute 14: the deputy decides while the headteacher is at another school on Fridays.",
        by=staff.one(Role.HEADTEACHER),
        at=at,
    )


def make_trust_people(*, since: dt.date, at: dt.datetime) -> None:
    """Write the people who work for the whole trust."""
    people = _make_people(
        [
            Appointment(Role.TRUST_ATTENDANCE_MANAGER, "Heron Alderwood", f"trust-attendance-manager@{LISTED}"),
            Appointment(Role.TRUSTEE, "Rowan Mistle", f"trustee@{LISTED}"),
        ],
        at=at,
    )
    Membership.objects.bulk_create(
        [Membership(user=user, school=None, role=appointment.role, from_date=since) for appointment, user in people]
    )


def _make_people(wanted: list[Appointment], *, at: dt.datetime) -> list[tuple[Appointment, User]]:
    users = [User(email=row.email, name=row.name, password=hashed(), joined_at=at) for row in wanted]
    return list(zip(wanted, User.objects.bulk_create(users), strict=True))
