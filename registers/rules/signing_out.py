"""Whether a pupil may leave with whoever came for them, or alone, and what let them (AET-11.01, ALP-7.16, 10.02)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from registers.rules.movements import CheckedBy, Leaving, PermitKind

# What is expected of the sessions a pupil misses, where the reason alone says it. Leave has its own expected mark.
CODES: Final = {Leaving.APPOINTMENT: "M", Leaving.ILLNESS: "I"}
NO_WRITTEN_REASON: Final = "No written reason was seen. Ask for one when the pupil comes back."
CONCERN: Final = "The pupil left without permission. Those whom the policy names are alerted now."


@dataclass(frozen=True)
class Person:
    """Somebody who comes for a pupil: a contact by number, or a stranger to the record by name alone."""

    name: str
    contact: int | None = None
    may_collect: bool = False
    no_contact: bool = False
    court_order: str = ""
    gone: bool = False  # no longer a contact, or died


@dataclass(frozen=True)
class Terms:
    """What the school's policy asks of a pupil who leaves during the day."""

    primary_collected: bool = False
    password: bool = False
    walking_home_counts: bool = True
    written_reason: bool = False


@dataclass(frozen=True)
class Asked:
    """A pupil is to leave: why, with whom, and what was checked. `password_right` is None where none was given."""

    reason: Leaving
    collector: Person | None = None
    password_right: bool | None = None
    authorised_by: str = ""
    written_reason_seen: bool = False
    words: str = ""
    is_primary: bool = False
    permits: frozenset[PermitKind] = frozenset()
    leave_granted: bool = False  # or expected: somebody allowed this absence before
    by_lead: bool = False  # the safeguarding lead or the head stands at the desk


class Release(NamedTuple):
    """What became of it. `refused` is for the desk, beside `field`; `is_kept` says that the attempt is recorded."""

    checked_by: CheckedBy | None = None
    permitted: bool = True
    field: str = ""
    refused: str = ""
    is_kept: bool = False
    warnings: tuple[str, ...] = ()


def decide(asked: Asked, terms: Terms, *, lead: str) -> Release:
    """Say whether a pupil is released, and by what check. `lead` names the safeguarding lead, for who is refused.

    Nobody who is not to have contact takes a child, whoever authorises it.
    """
    if asked.reason is Leaving.WALKED_OUT:
        return Release(permitted=False, warnings=(CONCERN,))
    if asked.reason is Leaving.OTHER and not asked.words.strip():
        return Release(field="words", refused="Say why the pupil leaves.")
    found = _with(asked.collector, asked, terms, lead=lead) if asked.collector else _alone(asked, terms)
    if not found.refused and terms.written_reason and not asked.written_reason_seen:
        return found._replace(warnings=(*found.warnings, NO_WRITTEN_REASON))
    return found


def _with(person: Person, asked: Asked, terms: Terms, *, lead: str) -> Release:
    stopped = _stopped(person, asked, lead=lead)
    if stopped:
        return Release(permitted=False, field="collector", refused=stopped, is_kept=True)
    if person.may_collect:
        return Release(CheckedBy.CONTACT)
    if asked.password_right is not None:
        return _by_password(right=asked.password_right)
    if terms.password:
        why = "They are not recorded as someone who may collect this pupil: ask for the password and enter it."
        return Release(permitted=False, field="password", refused=why)
    return _by_authority(asked, "They are not recorded as someone who may collect this pupil.")


def _stopped(person: Person, asked: Asked, *, lead: str) -> str:
    """Say what forbids releasing the pupil to a person; empty where nothing does."""
    if person.no_contact:
        return f"Do not release the pupil: this person is not to have contact. Call the safeguarding lead, {lead}, now."
    if person.court_order and not asked.by_lead:
        return (
            f"Do not release the pupil yet: a court order bears on this person. Call the safeguarding lead, {lead}: "
            "only they or the headteacher may sign the pupil out."
        )
    if person.gone:
        return "They are no longer a contact of this pupil: choose another, or enter the password they give."
    return ""


def _by_password(*, right: bool) -> Release:
    if right:
        return Release(CheckedBy.PASSWORD)
    why = "The password is wrong: do not release the pupil. Ring a parent who may collect."
    return Release(permitted=False, field="password", refused=why, is_kept=True)


def _alone(asked: Asked, terms: Terms) -> Release:
    if asked.is_primary:
        return _primary_alone(asked, terms)
    if PermitKind.LEAVES_SITE in asked.permits or asked.leave_granted:
        return Release(CheckedBy.PERMIT)
    return _by_authority(asked, "No permission to leave is recorded.")


def _primary_alone(asked: Asked, terms: Terms) -> Release:
    """A primary pupil leaves with an adult; permission to walk home is for the day's end, unless the policy says."""
    if PermitKind.WALKS_HOME in asked.permits and terms.walking_home_counts:
        return Release(CheckedBy.PERMIT)
    if not terms.primary_collected:
        return _by_authority(asked, "No adult is named who collects this pupil.")
    walks = PermitKind.WALKS_HOME in asked.permits
    because = (
        "Permission to walk home holds at the end of the day only: " if walks else "A primary pupil is collected: "
    )
    return Release(permitted=False, field="collector", refused=f"{because}name the adult who collects.")


def _by_authority(asked: Asked, why: str) -> Release:
    if asked.authorised_by.strip():
        return Release(CheckedBy.AUTHORISER, warnings=(f"{why} {asked.authorised_by.strip()} authorised it.",))
    return Release(permitted=False, field="authorised_by", refused=f"{why} Name the member of staff who authorises it.")


def same_password(given: str, held: Iterable[str]) -> bool | None:
    """Say whether what was given is one of the passwords held; None where nothing was given. Case does not matter."""
    said = " ".join(given.split()).casefold()
    if not said:
        return None
    return said in {" ".join(each.split()).casefold() for each in held if each.strip()}


def misses(
    *, leaves_at: dt.datetime, due_back_at: dt.datetime | None, starts: dt.datetime, closes: dt.datetime
) -> bool:
    """Say whether who leaves then, and is due back then or not at all, misses a session that has not begun."""
    return leaves_at < starts and (due_back_at is None or due_back_at > closes)
