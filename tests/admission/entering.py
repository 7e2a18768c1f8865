"""An entry of the admission register, and its forms as a browser sends them."""

import re
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client

from registers.models import Pupil

HIDDEN = re.compile(r'<input type="hidden" name="(initial-[^"]+)"(?: value="([^"]*)")?', re.DOTALL)
WHY = {"reason": "The family moved house", "word_of": "Mother, by telephone"}


def entry_of(pupil: Pupil, rest: str = "") -> str:
    """Return the address of an entry, or of a page beneath it."""
    return f"/s/alder-primary/pupils/{pupil.pk}/admission/{rest}"


def shown_by(page: HttpResponse) -> dict[str, str]:
    """Return what a form's page showed of each field, as a browser sends it back."""
    return {name: unescape(value) for name, value in HIDDEN.findall(page.text)}


def filled_in(page: HttpResponse, **typed: Any) -> dict[str, Any]:
    """Return what a browser sends: what the page shows, but for what was typed; None unticks a box."""
    seen = shown_by(page)
    given = {name.removeprefix("initial-"): value for name, value in seen.items()}
    given = {name: value for name, value in given.items() if value != "False"}
    entered = {**given, **WHY, **typed}
    return {**seen, **{name: value for name, value in entered.items() if value is not None}}


def change(browser: Client, where: str, **typed: Any) -> Any:
    """Open a form's page, type, and send it."""
    return browser.post(where, filled_in(browser.get(where), **typed))
