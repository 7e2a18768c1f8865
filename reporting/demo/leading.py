"""What the leaders of a demonstration school have put in place: a policy before staff, helpers, a notice due, a group
of the school's own, and a talk asked of a tutor."""

import datetime as dt
from typing import Final

from attendance_mat.accounts.models import Membership
from attendance_mat.accounts.roles import Role
from attendance_mat.admission.actions.own_groups import make_own_group, put_in
from attendance_mat.admission.models import OwnGroup
from escalation.actions import add_step, occasion_of
from escalation.actions.issuing import acknowledge_policy, issue_policy
from escalation.actions.organisations import add_organisation
from escalation.models import Case
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
IN_THE_CLUB: Final = 8
TWO_WEEKS: Final = dt.timedelta(weeks=2)
ONE_WEEK: Final = dt.timedelta(weeks=1)
TALK: Final = "Talk with the pupil about what keeps them away, and say what would help."


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
    _start_a_club(so_far, at=at)
    _ask_a_tutor(so_far, at=at)


def _start_a_club(so_far: SchoolSoFar, *, at: dt.datetime) -> None:
    """Have the officer keep a group of the school's own, with some children of the last class."""
    since = at.date() - TWO_WEEKS
    officer = so_far.staff.one(Role.ATTENDANCE_OFFICER)
    club = make_own_group(
        name="Breakfast club", purpose="A warm start for children who find the mornings hard.",
        seen_by=OwnGroup.SeenBy.WHO_SEES_THE_PUPILS, from_date=since, by=officer, at=at,
    )  # fmt: skip
    members = [pupil for pupil, _ in so_far.in_class(list(so_far.groups)[-1], since)[:IN_THE_CLUB]]
    put_in(club, members, from_date=since, reason="The family asked for a place.", by=officer, at=at)


def _ask_a_tutor(so_far: SchoolSoFar, *, at: dt.datetime) -> None:
    """Have the officer ask the tutor for a talk with a pupil of theirs, where one has an open case."""
    tutor, officer = so_far.staff.one(Role.TUTOR), so_far.staff.one(Role.ATTENDANCE_OFFICER)
    of_theirs = Case.objects.filter(closed_at=None, pupil__group_places__group__assignments__user=tutor.user_id)
    case = of_theirs.order_by("opened_at", "pk").first()
    if case:
        occasion = occasion_of(so_far.school, by=officer, at=at)
        add_step(case, does="meeting", words=TALK, role=Role.TUTOR, due_date=at.date() + ONE_WEEK, occasion=occasion)
