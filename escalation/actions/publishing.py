"""What a school tells the trust of its open lines, besides its figures."""

import datetime as dt

from attendance_mat.published.models import SchoolFigures
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from escalation.queries.cases import crossed_and_nobody_has_acted
from registers.models import Pupil


def publish_unacted(school: School, *, on: dt.date) -> int:
    """Publish, and return, how many pupils of the selected school crossed a line on which nobody has acted.

    It stands beside the figures of the last night; a school without any publishes nothing. Two queries.
    """
    waiting = crossed_and_nobody_has_acted(Pupil.objects.all(), school=school, policy=policy_for(school), on=on)
    pupils = waiting.order_by().values("pupil").distinct().count()
    SchoolFigures.objects.filter(school=school).update(crossed_unacted=pupils)
    return pupils
