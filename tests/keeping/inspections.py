"""An inspector let in to Alder Primary School, and what they then open."""

import datetime as dt

from django.test import Client
from django.urls import reverse
from django_tenants.utils import schema_context

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import User
from attendance_mat.keeping.actions.inspecting import let_inspector_in
from attendance_mat.keeping.models import Inspection

MONDAY, WEDNESDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 25)
IONA = "iona@inspectorate.example"


def url(name: str, *args: object, slug: str = "alder-primary") -> str:
    """Return a page of the keeping room in a school."""
    return f"/s/{slug}" + reverse(f"keeping:{name}", urlconf="attendance_mat.school_urls", args=args)


def let_in(by: Member, at: dt.datetime, **fields: object) -> tuple[Inspection, str]:
    """Let Iona Pell of the inspectorate in from Monday until Wednesday, the first day she no longer may."""
    usual: dict[str, object] = {
        "email": IONA, "name": "Iona Pell", "body": Inspection.Body.INSPECTORATE, "purpose": "Letter of 16 November.",
        "from_date": MONDAY, "until_date": WEDNESDAY,
    }  # fmt: skip
    given = {**usual, **fields}
    return let_inspector_in(given.pop("email"), **given, by=by, at=at)


def signed_in(email: str = IONA) -> Client:
    """Return the browser of a person let in, who has followed their link."""
    with schema_context("public"):
        user = User.objects.get(email=email)
    client = Client()
    client.force_login(user)
    return client
