"""The late desk this morning: a few children who came late, one who has left for an appointment, and one permission."""

import datetime as dt
from typing import Final

from attendance_mat.accounts.roles import Role
from registers.actions.coming_in import come_in
from registers.actions.permits import give_permit
from registers.actions.signing_out import Departure, sign_out
from registers.models import Mark, Pupil, Session
from registers.rules.movements import Leaving, PermitKind
from reporting.demo.product_time import ProductTime
from reporting.demo.so_far import SchoolSoFar

MINUTE: Final = dt.timedelta(minutes=1)
CAME_LATE: Final = ("Bus or train", "Overslept")  # one child each
AWAY_FOR: Final = dt.timedelta(minutes=100)


def keep_desk(school: SchoolSoFar, session: Session, time: ProductTime, *, at: dt.datetime) -> None:
    """Enter at the desk what happened in the minutes before the demonstration's moment."""
    time.set_to(at - MINUTE)
    office, head = school.staff.one(Role.OFFICE), school.staff.one(Role.HEADTEACHER)
    here = Mark.objects.filter(session=session, pupil__hidden=False).order_by("pk")
    missing = [mark.pupil for mark in here.filter(code="N").select_related("pupil")[: len(CAME_LATE)]]
    for pupil, reason in zip(missing, CAME_LATE, strict=False):
        come_in(pupil, arrived_at=at - MINUTE, reason=reason, by=office, at=at - MINUTE)
    present: list[Pupil] = [mark.pupil for mark in here.filter(code="/").select_related("pupil")[:2]]
    if len(present) > 1:
        leaving, calm = present
        departure = Departure(
            at=at - MINUTE, reason=Leaving.APPOINTMENT, words="Dentist", due_back_at=at + AWAY_FOR,
            contact=leaving.contacts.filter(may_collect=True).order_by("position").first(), authorised_by=head.name,
            written_reason_seen=True,
        )  # fmt: skip
        sign_out(leaving, departure, by=office, at=at - MINUTE)
        give_permit(calm, PermitKind.TIME_OUT, word_of="The plan agreed in September", by=office, at=at - MINUTE)
