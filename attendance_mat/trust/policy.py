"""The policy a school follows: its adoptions and overrides laid over the packs."""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from django.db.models import Q

from attendance_mat.policy.adopted import Adoption, Override, Policy, assemble
from attendance_mat.trust.models import PolicyAdoption, PolicyOverride, School


def policy_for(school: School) -> Policy:
    """Return a school's policy, to be asked for terms on a date. Two queries the first time, then none."""
    return _assembled(school.pk, school.policy_version)


def policies_for(schools: Iterable[School]) -> dict[int, Policy]:
    """Return each school's policy, by the school's key. Two queries, however many schools."""
    adoptions: dict[int, list[PolicyAdoption]] = defaultdict(list)
    overrides: dict[int | None, list[PolicyOverride]] = defaultdict(list)
    keys = [school.pk for school in schools]
    for adoption in PolicyAdoption.objects.filter(school_id__in=keys):
        adoptions[adoption.school_id].append(adoption)
    for override in PolicyOverride.objects.filter(Q(school_id__in=keys) | Q(school__isnull=True)):
        overrides[override.school_id].append(override)
    return {key: _laid_over(adoptions[key], [*overrides[None], *overrides[key]]) for key in keys}


@lru_cache(maxsize=1024)
def _assembled(school_id: int, _version: UUID) -> Policy:
    adoptions = PolicyAdoption.objects.filter(school_id=school_id)
    overrides = PolicyOverride.objects.filter(Q(school_id=school_id) | Q(school__isnull=True))
    return _laid_over(adoptions, overrides)


def _laid_over(adoptions: Iterable[PolicyAdoption], overrides: Iterable[PolicyOverride]) -> Policy:
    return assemble(
        [Adoption(from_date=row.from_date, pack=row.pack) for row in adoptions],
        [as_override(row) for row in overrides],
    )


def as_override(row: PolicyOverride) -> Override:
    """Return a stored setting as the policy reads it."""
    return Override(
        from_date=row.from_date,
        name=row.parameter,
        values=row.values,
        reason=row.reason,
        locked_by_trust=row.locked,
        until_date=row.until_date,
        for_every_school=row.school_id is None,
    )
