"""What a copy is asked for with, and how it is certified."""

import re

from django.test import Client

from registers.models import Pupil
from tests.keeping.inspections import url

PASSWORD = "a long enough password"


def asked(**given: object) -> dict[str, object]:
    usual = {
        "what": "attendance certificate", "from_date": "2026-11-16", "last_date": "2026-11-20", "as_at": "",
        "contact": "", "recipient": "The county court", "purpose": "Order of 20 November.", "do": "give",
    }  # fmt: skip
    return {**usual, **given}


def seen_on(client: Client, pupil: Pupil, **given: object) -> dict[str, str]:
    """Return what the page's form holds once the copy has been looked at."""
    page = client.post(url("certify", pupil.pk), asked(do="show", **given)).text
    return {
        "seen": re.search(r'name="seen" value="(\w+)"', page)[1],
        "as_at": re.search(r'name="as_at" value="([^"]+)"', page)[1],
    }


def certified(client: Client, pupil: Pupil, password: str = PASSWORD, **given: object):
    return client.post(
        url("certify", pupil.pk),
        asked(**{**given, **seen_on(client, pupil, **given), "do": "certify", "password": password}),
    )
