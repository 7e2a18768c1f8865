"""The day's paper as files: drawn while the database answers, read when it does not.

One folder a school and day, for nobody but the product's own user to read; yesterday's goes when today's is made.
"""

import datetime as dt
import os
import re
import shutil
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string

from attendance_mat.clock import LONDON
from attendance_mat.trust.models import School
from registers.queries.on_site import Standing, counted, everybody
from registers.queries.paper import PaperRegister, halves_held

FOLDER_OF_A_SCHOOL: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
FOLDER_OF_A_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
OWN_FILES: Final = 0o600
OWN_FOLDERS: Final = 0o700


class Paper(StrEnum):
    """What is kept ready to print."""

    REGISTERS = "registers"
    EVACUATION = "evacuation"


TITLES: Final = {Paper.REGISTERS: "Registers of the day", Paper.EVACUATION: "Evacuation list"}


class Sheet(NamedTuple):
    """A paper as it was drawn: when, after which event of the school's log, and its body in HTML."""

    as_at: dt.datetime
    last_event: int
    body: str


def draw_registers(school: School, registers: list[PaperRegister], *, on: dt.date, at: dt.datetime) -> str:
    """Return a day's registers as the body of a page, a sheet for each class."""
    context = {"school": school, "registers": registers, "on": on, "at": at, "halves": sorted(halves_held(on))}
    return render_to_string("registers/paper/registers.html", context)


def draw_evacuation(school: School, *, at: dt.datetime) -> str:
    """Return who is on site, class by class, and who is not marked yet, as the body of a page. One query."""
    rows = everybody(at)
    groups: dict[str, list[object]] = {}
    unknown: dict[str, list[object]] = {}
    for row in rows:
        if row.standing is Standing.ON_SITE:
            groups.setdefault(row.group, []).append(row)
        elif row.standing is Standing.NOT_YET:
            unknown.setdefault(row.group, []).append(row)
    numbers = counted(rows)
    context = {
        "school": school,
        "groups": groups,
        "unknown": unknown,
        "numbers": [(standing.label, number) for standing, number in numbers.items()],
        "at": at,
    }
    return render_to_string("registers/paper/evacuation.html", context)


def keep(slug: str, on: dt.date, paper: Paper, sheet: Sheet) -> None:
    """Keep a sheet as a day's paper. Whoever reads meanwhile gets the one before, whole."""
    place = _place(slug, on, paper)
    for folder in (place.parent.parent, place.parent):
        folder.mkdir(mode=OWN_FOLDERS, parents=True, exist_ok=True)
    new = place.with_name(f"{place.name}.{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWN_FILES), "w", encoding="utf-8") as file:
        file.write(f"{sheet.as_at.isoformat()} {sheet.last_event}\n{sheet.body}")
    new.replace(place)


def kept(slug: str, on: dt.date, paper: Paper) -> Sheet | None:
    """Return a day's paper as it was last kept, or None where none was. Asks no database."""
    try:
        head, _, body = _place(slug, on, paper).read_text(encoding="utf-8").partition("\n")
    except FileNotFoundError:
        return None
    as_at, _, last_event = head.partition(" ")
    return Sheet(dt.datetime.fromisoformat(as_at).astimezone(LONDON), int(last_event), body)


def clear(slug: str, *, but: dt.date) -> None:
    """Remove what is kept of a school for any day but one; what was printed stays (gateways/printed.py)."""
    folder = settings.PAPER_DIR / _checked(slug)
    for each in folder.iterdir() if folder.is_dir() else ():
        if FOLDER_OF_A_DAY.fullmatch(each.name) and each.name != but.isoformat():
            shutil.rmtree(each, ignore_errors=True)


def page_of(paper: Paper, sheet: Sheet, *, at: dt.datetime, is_down: bool = False, title: str = "") -> str:
    """Return a whole page of a sheet, honest about its age, under the paper's title or its own. Asks no database."""
    minutes = max(0, int((at - sheet.as_at).total_seconds() // 60))
    context = {"title": title or TITLES[paper], "sheet": sheet, "minutes": minutes, "is_down": is_down}
    return render_to_string("registers/paper/page.html", context)


def _place(slug: str, on: dt.date, paper: Paper) -> Path:
    place: Path = settings.PAPER_DIR / _checked(slug) / on.isoformat() / f"{paper}.html"
    return place


def _checked(slug: str) -> str:
    if not FOLDER_OF_A_SCHOOL.fullmatch(slug):
        message = "That is no school's folder."
        raise ValueError(message)
    return slug
