"""Opening schools and adopting policies."""

import datetime as dt
import uuid

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance_mat.audit.models import Event
from attendance_mat.audit.record import Actor, record
from attendance_mat.policy.loader import pack_names
from attendance_mat.trust.models import PolicyAdoption, School
from attendance_mat.trust.schemas import make_schema

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
    _require_pack(pack)
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
def adopt_policy(school: School, *, pack: str, from_date: dt.date, by: Actor, at: dt.datetime) -> PolicyAdoption:
    """Have a school follow a policy pack from a date on."""
    _require_pack(pack)
    adoption, _ = PolicyAdoption.objects.update_or_create(
        school=school, from_date=from_date, defaults={"pack": pack, "adopted_at": at}
    )
    School.objects.filter(pk=school.pk).update(policy_version=uuid.uuid4())
    record(Event.POLICY_ADOPTED, adoption, by=by, at=at, pack=pack, from_date=from_date.isoformat())
    return adoption


def _require_pack(pack: str) -> None:
    if pack not in pack_names():
        message = f"There is no policy pack named {pack}. There are: {', '.join(pack_names())}."
        raise ValidationError({"pack": message})
