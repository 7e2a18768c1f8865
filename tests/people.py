"""The cast of every test. All are at Alder Primary School except Cass, and Tara and Tomas of the trust."""

import datetime as dt
from functools import cached_property

from django_tenants.utils import schema_context

from attendance_mat.accounts.member import Member, member_in, memberships_on
from attendance_mat.accounts.models import Membership, User
from attendance_mat.accounts.roles import Role
from attendance_mat.trust.models import School

SINCE = dt.date(2024, 9, 1)
CAST = {
    "alma": ("Alma Reyes", Role.ATTENDANCE_OFFICER),
    "ben": ("Ben Okafor", Role.HEADTEACHER),
    "tess": ("Tess Lindqvist", Role.TEACHER),
    "tutu": ("Tutu Marsh", Role.TUTOR),
    "hana": ("Hana Doyle", Role.HEAD_OF_YEAR),
    "olly": ("Olly Frost", Role.OFFICE),
    "sadie": ("Sadie Blum", Role.SAFEGUARDING_LEAD),
    "dov": ("Dov Pike", Role.DATA_PROTECTION_LEAD),
    "cass": ("Cass Rowan", Role.ATTENDANCE_OFFICER),  # of Birch High, the other school
    "tara": ("Tara Voss", Role.TRUST_ATTENDANCE_MANAGER),
    "tomas": ("Tomas Bell", Role.TRUSTEE),
}


class People:
    """Makes a person of the cast the first time they are asked for."""

    def __init__(self, *, alder: School, birch: School) -> None:
        self.alder, self.birch = alder, birch
        self._users: dict[str, User] = {}

    def user(self, name: str) -> User:
        """Return a person of the cast with their one membership."""
        if name not in self._users:
            self._users[name] = self._make(name)
        return self._users[name]

    def member(self, name: str) -> Member:
        """Return a person as a member of their own school, or of the trust."""
        user = self.user(name)
        school = self._school_of(name)
        member = member_in(memberships_on(user, dt.date(2026, 11, 23), school=school), school=school, prefer=None)
        assert member is not None
        return member

    @cached_property
    def alma(self) -> Member:
        return self.member("alma")

    @cached_property
    def ben(self) -> Member:
        return self.member("ben")

    @cached_property
    def tess(self) -> Member:
        return self.member("tess")

    def _school_of(self, name: str) -> School | None:
        if name in {"tara", "tomas"}:
            return None
        return self.birch if name == "cass" else self.alder

    def _make(self, name: str) -> User:
        full_name, role = CAST[name]
        with schema_context("public"):
            user = User(
                email=f"{name}@example.org", name=full_name, joined_at=dt.datetime.combine(SINCE, dt.time(), dt.UTC)
            )
            user.set_password("a long enough password")
            user.save()
            Membership.objects.create(user=user, school=self._school_of(name), role=role, from_date=SINCE)
        return user
