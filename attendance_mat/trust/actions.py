"""Opening schools. What each follows is adopting.py's."""

import datetime as dt
import logging

from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction

from attendance_mat.audit.models import Event
from attendance_mat.audit.record import Actor, record
from attendance_mat.trust import queries
from attendance_mat.trust.adopting import adopt_policy, require_pack
from attendance_mat.trust.models import School, SchoolOpening, Trust
from attendance_mat.trust.schemas import make_schema

log = logging.getLogger(__name__)

OPEN_ALREADY = "A school is open at this address already. Choose another."
BEING_OPENED = "A school is being opened at this address. Choose another."
BROKEN = "It could not be opened, and nothing of it was kept. The log of the worker that opens schools says why."
ALWAYS = dt.date(2006, 9, 1)  # a school's first policy holds for all of its past, both code eras


@transaction.atomic
def open_school(
    slug: str,
    *,
    name: str,
    phase: str,
    pack: str,
    by: Actor,
    at: dt.datetime,
    local_authority: str = "",
    urn: str = "",
) -> School:
    """Make a school, its schema and its policy adoption, or bring its particulars up to date.

    Runs as the owner. Raises ValidationError for a slug, phase or pack that does not exist.
    """
    require_pack(pack)
    school = School.objects.filter(slug=slug).first()
    is_new = school is None
    school = school or School(
        slug=slug,
        schema_name=f"school_{slug.replace('-', '_')}",
        opened_at=at,
        go_live_date=at.date(),
    )
    school.name, school.phase, school.local_authority, school.urn = name, phase, local_authority, urn
    school.full_clean()
    school.save()
    make_schema(school)
    if not school.adoptions.exists():
        adopt_policy(school, pack=pack, from_date=ALWAYS, by=by, at=at)
    if is_new:
        record(Event.SCHOOL_OPENED, school, by=by, at=at, slug=slug)
    return school


@transaction.atomic
def ask_for_school(
    slug: str,
    *,
    name: str,
    phase: str,
    pack: str,
    by: Actor,
    at: dt.datetime,
    local_authority: str = "",
    urn: str = "",
) -> SchoolOpening:
    """Ask for a school to be opened by whoever may make tables. ValidationError, by field, if it cannot be."""
    require_pack(pack)
    Trust.objects.select_for_update().first()  # two people asking take turns
    if School.objects.filter(slug=slug).exists():
        raise ValidationError({"slug": OPEN_ALREADY})
    if queries.waiting_openings().filter(slug=slug).exists():
        raise ValidationError({"slug": BEING_OPENED})
    opening = SchoolOpening(
        slug=slug, name=name, phase=phase, pack=pack, local_authority=local_authority, urn=urn,
        asked_by_id=by.user_id, asked_at=at,
    )  # fmt: skip
    opening.full_clean(validate_constraints=False)
    opening.save()
    record(Event.SCHOOL_ASKED_FOR, opening, by=by, at=at, slug=slug, pack=pack)
    return opening


def open_asked_school(opening_id: int, *, by: Actor, at: dt.datetime) -> None:
    """Open a school that was asked for, and write down how that went; nothing if it is done. Runs as the owner.

    A worker killed half way leaves nothing behind, and the next try finds the school still waiting.
    """
    try:
        _open_waiting(opening_id, by=by, at=at)
    except ValidationError as refusal:
        error = " ".join(refusal.messages)
    except OperationalError:  # the database is away: a later try opens it
        raise
    except Exception:
        log.exception("The school asked for as number %s was not opened.", opening_id)
        error = BROKEN
    else:
        return
    queries.waiting_openings().filter(pk=opening_id).update(error=error)


@transaction.atomic
def _open_waiting(opening_id: int, *, by: Actor, at: dt.datetime) -> None:
    opening = queries.waiting_openings().select_for_update().filter(pk=opening_id).first()
    if opening is None:
        return
    if School.objects.filter(slug=opening.slug).exists():
        raise ValidationError(OPEN_ALREADY)
    opening.school = open_school(
        opening.slug,
        name=opening.name,
        phase=opening.phase,
        pack=opening.pack,
        local_authority=opening.local_authority,
        urn=opening.urn,
        by=by,
        at=at,
    )
    opening.opened_at = at
    opening.save(update_fields=["school", "opened_at"])
