"""The posts that a school's policy asks for on attendance: who holds each, and what is wrong with that."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from attendance_mat.accounts.models import Membership, in_force_on
from attendance_mat.policy.adopted import Policy
from attendance_mat.policy.following_up import AttendanceLead, LeadBy
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policies_for, policy_for


@dataclass(frozen=True)
class Post:
    """A post, who holds it, and a warning in a sentence where it is vacant or held by somebody who should not."""

    asked: LeadBy
    holders: tuple[Membership, ...]
    clause: str

    @property
    def warning(self) -> str:
        """Return what is wrong, naming the clause that asks for it; empty where nothing is."""
        if not self.holders:
            return f"Nobody holds the post of {self.asked.post.lower()}: {self.asked.held_by.lower()} ({self.clause})."
        if self.asked.senior_leader and not any(each.senior_leader for each in self.holders):
            names = " and ".join(each.user.name for each in self.holders)
            return (
                f"{names}, {self.asked.post.lower()}, is not recorded as on the senior leadership team, which the "
                f"policy asks ({self.clause})."
            )
        return ""


def posts_of(school: School, *, on: dt.date) -> list[Post]:
    """Return the posts a school's policy asks for on a day, with who holds each. One query beyond the policy.

    Source: AET-2.14, ALP-3.14, HCC-2.1.01 (a senior leader leads on attendance, in some policies by phase).
    """
    return _posts(school, policy_for(school), _held({school.pk}, on), on)


def warnings_by_school(schools: Iterable[School], *, on: dt.date) -> list[tuple[School, str]]:
    """Return each warning about a post of the schools, by the schools' order. Three queries however many."""
    listed = list(schools)
    policies, held = policies_for(listed), _held({school.pk for school in listed}, on)
    return [
        (school, post.warning)
        for school in listed
        for post in _posts(school, policies[school.pk], held, on)
        if post.warning
    ]


def _posts(school: School, policy: Policy, held: Mapping[int | None, list[Membership]], on: dt.date) -> list[Post]:
    found = policy.find(AttendanceLead, on=on)
    if found is None:
        return []
    people = [*held.get(school.pk, []), *held.get(None, [])]
    return [
        Post(asked, tuple(each for each in people if _fills(each, asked)), found.source.clause)
        for asked in found.value.in_phase(school.phase)
    ]


def _fills(row: Membership, asked: LeadBy) -> bool:
    return row.role == asked.role if asked.role else row.senior_leader and bool(row.attendance_duties)


def _held(schools: set[int], on: dt.date) -> dict[int | None, list[Membership]]:
    """Return who works in each school, and (None) in the trust, on a day, by name. One query."""
    rows = Membership.objects.filter(in_force_on(on), ended_at__isnull=True, user__is_active=True)
    held: dict[int | None, list[Membership]] = {}
    for row in rows.filter(user__is_machine=False).select_related("user").order_by("user__name", "pk"):
        if row.school_id is None or row.school_id in schools:
            held.setdefault(row.school_id, []).append(row)
    return held
