"""Detentions in the demonstration: what lateness has led to on the last school days, and one set by hand."""

import datetime as dt
from typing import Final

from absence.actions.detentions import (
    give_by_hand,
    policy_has_detentions,
    record_attended,
    record_missed,
    set_detention,
)
from absence.actions.lateness import review_lateness
from absence.consumers import MACHINE
from absence.models import Detention
from attendance_mat.accounts.member import machine
from attendance_mat.accounts.roles import Role
from registers.queries.lateness import lates_of
from registers.rules.calendar import LONDON
from reporting.demo.so_far import SchoolSoFar

LOOKED_AT: Final = 5  # school days
MISSED: Final = 6  # one in so many stays away
LAST_LESSON_ENDS: Final = dt.time(15, 10)
AFTERWARDS: Final = dt.time(16, 30)


def follow_up_lateness(school: SchoolSoFar, *, today: int) -> None:
    """Look at the lates of the last school days as they came, and record who came to the detentions of each.

    What is offered for a day still to come is set, but for the latest, which the office has yet to set. Where the
    policy has detentions, one of today was set by hand, for something else than lateness.
    """
    by = school.staff.one(Role.ATTENDANCE_OFFICER)
    for day in school.days[max(0, today - LOOKED_AT) : today]:
        at = dt.datetime.combine(day, AFTERWARDS, LONDON)
        for pupil_id in lates_of(from_date=day, to_date=day):
            review_lateness(pupil_id, on=day, by=machine(MACHINE, at=at), at=at)
        for place, due in enumerate(Detention.objects.filter(on_date__lte=day, settled_at__isnull=True), start=1):
            settle = record_attended if place % MISSED else record_missed
            settle(due, by=by, at=at)
        for offered in Detention.objects.filter(state=Detention.State.OFFERED).order_by("pk")[1:]:
            set_detention(
                offered, minutes=offered.minutes, on_date=offered.on_date, starts_at=LAST_LESSON_ENDS,
                place="Main hall", by=by, at=at,
            )  # fmt: skip
    if today and policy_has_detentions(school.days[today]):
        child = next(child for group in school.classes.values() for child, _ in group)
        at = dt.datetime.combine(school.days[today - 1], AFTERWARDS, LONDON)
        give_by_hand(
            child, reason="Left the dining hall in a mess, and would not clear it up.", minutes=30,
            on_date=school.days[today], starts_at=LAST_LESSON_ENDS, place="Main hall", by=by, at=at,
        )  # fmt: skip
