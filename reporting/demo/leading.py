"""What the leaders of a demonstration school have put in place: a policy before staff, helpers, and a notice due."""

import datetime as dt
from typing import Final

from attendance_mat.accounts.models import Membership
from attendance_mat.accounts.roles import Role
from escalation.actions.issuing import acknowledge_policy, issue_policy
from escalation.actions.organisations import add_organisation
from letters.actions.notices import plan_notice
from letters.gateways.paper import EXPECTATIONS, expectations
from reporting.demo.so_far import SchoolSoFar

DUTIES: Final = "Leads on attendance: reads the figures each week with the attendance officer, and tells governors."
HELPERS: Final = (
    ("Harbour Young Carers", "Groups and respite for young carers", "01632 960741"),
    ("Kestrel Minds", "Talking therapy for worried children", "01632 960742"),
    ("Second Step Mentoring", "A mentor for the mornings", "01632 960743"),
)
HAVE_READ: Final = (Role.HEADTEACHER, Role.ATTENDANCE_OFFICER, Role.SAFEGUARDING_LEAD)


def put_in_place(so_far: SchoolSoFar, *, today: dt.date, at: dt.datetime) -> None:
    """Have the head say who leads, put the policy before staff, and plan the notice to all families."""
    head, officer = so_far.staff.one(Role.HEADTEACHER), so_far.staff.one(Role.ATTENDANCE_OFFICER)
    here = Membership.objects.filter(school=so_far.school)
    here.filter(role=Role.HEADTEACHER).update(senior_leader=True)
    here.filter(role=Role.SAFEGUARDING_LEAD).update(senior_leader=True, attendance_duties=DUTIES)
    issue = issue_policy(words="Leave in term time is asked for on the school's form.", by=head, at=at)
    for role in HAVE_READ:
        acknowledge_policy(issue, by=so_far.staff.one(role), at=at)
    for name, offers, phone in HELPERS:
        add_organisation(name=name, offers=offers, phone=phone, from_date=at.date(), by=officer, at=at)
    words = expectations(so_far.school, on=today)
    plan_notice(subject=EXPECTATIONS, words=words, due_date=today, by=head, at=at)
