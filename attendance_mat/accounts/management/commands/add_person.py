"""Make a person or give one another role; the password comes on standard input."""

import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from attendance_mat import clock
from attendance_mat.accounts.actions.people import add_person, give_membership
from attendance_mat.accounts.member import machine
from attendance_mat.accounts.models import User
from attendance_mat.accounts.roles import SCHOOL_ROLES, TRUST_ROLES, Role
from attendance_mat.trust.models import School

ROLES = {role.value.replace("_", "-"): role for role in Role if role in SCHOOL_ROLES | TRUST_ROLES}


class Command(BaseCommand):
    """How the first person of a trust gets in: everybody else can be invited on a page."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True)
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--school", metavar="SLUG")
        where.add_argument("--trust", action="store_true", help="the role is held in the trust")
        parser.add_argument("--role", required=True, type=_role_name, choices=ROLES)

    def handle(self, *, email: str, name: str, role: str, **options: Any) -> None:
        school = self._school(options["school"])
        if sys.stdin.isatty():
            self.stderr.write("Type the password and Enter; an empty line keeps the one they have.")
        password = sys.stdin.readline().rstrip("\r\n")
        try:
            person = self._add(email, name, ROLES[role], school, password)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        place = school.name if school else "the trust"
        self.stderr.write(f"{person.name} is {ROLES[role].label.lower()} at {place}.")

    @transaction.atomic
    def _add(self, email: str, name: str, role: Role, school: School | None, password: str) -> User:
        at = clock.now()
        by = machine("Setting up", at=at)
        person = add_person(email, name=name, by=by, at=at)
        if password:
            validate_password(password, person)
            person.set_password(password)
            person.save(update_fields=["password"])
        elif not person.has_usable_password():
            message = "Give the password on standard input."
            raise ValidationError(message)
        held = person.memberships.filter(role=role, school=school, ended_at__isnull=True, until_date__isnull=True)
        if not held.exists():
            give_membership(person, role=role, school=school, from_date=at.date(), until_date=None, by=by, at=at)
        return person

    @staticmethod
    def _school(slug: str | None) -> School | None:
        school = School.objects.filter(slug=slug).first() if slug else None
        if slug and school is None:
            message = f"There is no school {slug}."
            raise CommandError(message)
        return school


def _role_name(text: str) -> str:
    """Return a role's name as --role lists it, however its words were joined."""
    return "-".join(text.lower().replace("_", " ").replace("-", " ").split())
