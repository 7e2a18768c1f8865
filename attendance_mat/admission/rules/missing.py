"""The steps taken for a child who may be missing education, and how a case of it stands."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from attendance_mat.admission.rules.leaving_runs import in_words
from attendance_mat.policy.building import Builder
from attendance_mat.policy.dated import Source
from attendance_mat.policy.entries import Entry, read
from attendance_mat.policy.faults import PolicyError

FILE: Final = Path(__file__).parent.parent / "policy" / "missing_steps.yaml"
THE_LEADS: Final = "safeguarding lead"  # whose step it is, where it is not anybody's who works the case
UNTRACED: Final = "The child cannot be traced: treat it as a safeguarding matter, by the procedure for missing children"


@dataclass(frozen=True)
class Step:
    """One step every case has, from a day on."""

    words: str
    from_date: dt.date
    source: Source


@dataclass(frozen=True)
class OfAuthority:
    """The steps an authority's procedure adds, from a day on."""

    authority: str
    from_date: dt.date
    steps: tuple[str, ...]
    source: Source


@dataclass(frozen=True)
class Steps:
    """Every step there is."""

    steps: tuple[Step, ...]
    authorities: tuple[OfAuthority, ...]


@lru_cache(maxsize=1)
def every_step() -> Steps:
    """Return the steps of the file, which is refused whole if anything in it is wrong."""
    return load(read(FILE))


def load(entry: Entry) -> Steps:
    """Return steps read strictly from a file's entries; PolicyError names every line that is wrong."""
    builder = Builder(FILE.name)
    found = builder.build(Steps, entry)
    if found is None or builder.faults:
        raise PolicyError(builder.faults)
    return found


def checklist(authority: str, *, on: dt.date) -> list[dict[str, str]]:
    """Return the checklist of a case opened on a day: everybody's steps, then those of the school's authority.

    Each says whose it is and where it is laid down. Source: EA96 s436A; statute.md R30; WAT-5.01.
    """
    known = every_step()
    steps = [_open(step.words, str(step.source)) for step in known.steps if step.from_date <= on]
    own = [row for row in known.authorities if row.from_date <= on and _same(row.authority, authority)]
    steps += [_open(words, str(row.source), of=row.authority) for row in own[-1:] for words in row.steps]
    return steps


def untraced_step() -> dict[str, str]:
    """Return the step that falls to the safeguarding lead once tracing has failed (ALP-11.05)."""
    return _open(UNTRACED, "Keeping children safe in education, children missing education", of=THE_LEADS)


def is_the_leads(step: Mapping[str, Any]) -> bool:
    """Say whether a step is the safeguarding lead's alone."""
    return step.get("of") == THE_LEADS


def waiting(steps: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the steps not yet done."""
    return [step for step in steps if not step["done_on"]]


def reported_in_words(reported_on: dt.date | None) -> str:
    """Return when the authority was told, or that it was not (HCC-2.2.08)."""
    return f"Reported on {in_words(reported_on)}" if reported_on else "Not reported"


def _open(words: str, source: str, *, of: str = "") -> dict[str, str]:
    return {"words": words, "source": source, "of": of, "done_on": "", "by": ""}


def _same(authority: str, named: str) -> bool:
    """Say whether a school's authority is this one, written with or without its council."""
    plain = named.casefold().replace("county council", "").replace("council", "").strip()
    return plain == authority.casefold()


def untraced_in_words(count: int) -> str:
    """Return what the school is told of children of open cases who cannot be traced."""
    who = "1 child missing education" if count == 1 else f"{count} children missing education"
    return f"{who} cannot be traced: a matter for the safeguarding lead, under Roll."
