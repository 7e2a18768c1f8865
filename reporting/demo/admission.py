"""Writes one school's admission register, calendar and classes."""

import datetime as dt
from collections.abc import Iterable, Sequence

from attendance_mat.trust.models import Enrolment, School
from registers.models import (
    Characteristic,
    Contact,
    Group,
    GroupMember,
    Pupil,
    PupilYear,
    RollPeriod,
    Session,
)
from reporting.demo.pupils import Child


def make_calendar(days: Sequence[dt.date]) -> list[Session]:
    """Write both sessions of each school day, in order."""
    halves = [Session(date=day, half=half) for day in days for half in Session.Half]
    return Session.objects.bulk_create(halves)


def make_groups(names: Iterable[str]) -> dict[str, Group]:
    """Write the registration groups, in order."""
    made = Group.objects.bulk_create([Group(kind=Group.Kind.REGISTRATION, name=name) for name in names])
    return {group.name: group for group in made}


def make_pupils(children: Sequence[Child], groups: dict[str, Group], school: School, *, since: dt.date) -> list[Pupil]:
    """Write the children, in order, with everything dated about them from the school year's first day on."""
    pupils = Pupil.objects.bulk_create([_pupil(child) for child in children])
    pairs = list(zip(pupils, children, strict=True))
    RollPeriod.objects.bulk_create(
        [RollPeriod(pupil=pupil, from_date=child.entered, until_date=child.left) for pupil, child in pairs]
    )
    PupilYear.objects.bulk_create(
        [PupilYear(pupil=pupil, year=child.year, **_this_year(child, since)) for pupil, child in pairs]
    )
    GroupMember.objects.bulk_create(
        [
            GroupMember(
                pupil=pupil, group=groups[child.group], kind=Group.Kind.REGISTRATION, **_this_year(child, since)
            )
            for pupil, child in pairs
        ]
    )
    Characteristic.objects.bulk_create(
        [
            Characteristic(pupil=pupil, kind=kind, value=value, **_this_year(child, since))
            for pupil, child in pairs
            for kind, value in child.traits.items()
        ]
    )
    Contact.objects.bulk_create([contact for pupil, child in pairs for contact in _contacts(pupil, child)])
    Enrolment.objects.bulk_create(
        [
            Enrolment(school=school, pupil_id=pupil.pk, upn=pupil.upn, from_date=child.entered, until_date=child.left)
            for pupil, child in pairs
        ]
    )
    return pupils


def _this_year(child: Child, since: dt.date) -> dict[str, dt.date | None]:
    return {"from_date": max(child.entered, since), "until_date": child.left}


def _pupil(child: Child) -> Pupil:
    return Pupil(
        upn=child.upn,
        local_id=child.local_id,
        surname=child.surname,
        forename=child.forename,
        forename_in_use=child.forename_in_use,
        dob=child.dob,
        sex=child.sex,
        address=child.family.address,
        address_confidential=child.family.address_confidential,
    )


def _contacts(pupil: Pupil, child: Child) -> list[Contact]:
    return [
        Contact(pupil=pupil, position=position, **vars(adult)) for position, adult in enumerate(child.family.adults, 1)
    ]
