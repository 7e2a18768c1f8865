"""Who answers for what, and a policy acknowledged once: each press, and who may press."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from attendance_mat.accounts.actions.people import set_leadership
from attendance_mat.accounts.models import Membership, User
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.policy.following_up import AttendanceLead, LeadBy
from attendance_mat.policy.kinds import Phase
from escalation.actions.issuing import SUPERSEDED, acknowledge_policy, issue_policy
from escalation.models import PolicyAcknowledgement, PolicyIssue
from tests.people import SINCE, People

Browse = Callable[[str], Client]
PAGE = "/s/alder-primary/responsibilities/"
POLICY = "/s/alder-primary/policy/"


@pytest.mark.parametrize(
    ("phase", "posts"),
    [("primary", {"Both", "Primary"}), ("secondary", {"Both", "Secondary"}), ("all-through", {"Both", "Secondary"}),
     ("special", {"Both"})],
)  # fmt: skip
def test_a_post_is_asked_for_in_its_phase(phase: str, posts: set[str]) -> None:
    lead = AttendanceLead((LeadBy("Both", "x"), LeadBy("Primary", "x", Phase.PRIMARY),
        LeadBy("Secondary", "x", Phase.SECONDARY)))  # fmt: skip
    assert {post.post for post in lead.in_phase(phase)} == posts


def test_a_member_of_staff_acknowledges_once_and_is_asked_no_more(browse: Browse, people: People,
    monday_morning: dt.datetime) -> None:  # fmt: skip
    issue = issue_policy(words="Leave is asked for earlier.", by=people.ben, at=monday_morning)
    tess = browse("tess")
    assert "Leave is asked for earlier." in tess.get(POLICY).text
    for _ in range(2):
        page = tess.post(f"{POLICY}issues/{issue.pk}/acknowledge/", follow=True).text
    assert "You have acknowledged version 1" in page
    assert "Please acknowledge" not in page
    assert PolicyAcknowledgement.objects.get().by_name == "Tess Lindqvist"
    assert AuditEvent.objects.filter(kind=Event.POLICY_ACKNOWLEDGED).count() == 1


def test_a_version_that_stands_no_longer_is_not_acknowledged(
    browse: Browse, people: People, monday_morning: dt.datetime
) -> None:
    old = issue_policy(words="One.", by=people.ben, at=monday_morning)
    issue_policy(words="Two.", by=people.ben, at=monday_morning)
    with pytest.raises(ValidationError, match=SUPERSEDED):
        acknowledge_policy(old, by=people.tess, at=monday_morning)
    assert "A newer version" in browse("tess").post(f"{POLICY}issues/{old.pk}/acknowledge/", follow=True).text
    assert PolicyIssue.objects.filter(superseded_at__isnull=True).get().number == 2


def test_a_version_says_what_is_new(browse: Browse) -> None:
    answer = browse("ben").post(f"{PAGE}issue/", {"words": "  "})
    assert answer.status_code == 422
    assert "Say what is new in this version." in answer.text
    assert "No version has been put before staff yet." in browse("ben").get(PAGE).text


def test_the_trust_s_people_are_not_asked_to_acknowledge(browse: Browse, people: People,
    monday_morning: dt.datetime) -> None:  # fmt: skip
    issue_policy(words="One.", by=people.ben, at=monday_morning)
    assert "Please acknowledge" not in browse("tara").get(POLICY).text


def test_only_who_manages_people_sees_responsibilities(browse: Browse) -> None:
    assert browse("tess").get(PAGE).status_code == 403
    assert browse("ben").get(PAGE).status_code == 200


def test_the_same_leadership_again_changes_nothing_and_one_may_not_say_it_of_whom_one_does_not_manage(
    people: People, monday_morning: dt.datetime
) -> None:
    row = Membership.objects.get(user=people.user("alma"))
    for _ in range(2):
        set_leadership(row, senior_leader=True, attendance_duties=" Leads. ", by=people.ben, at=monday_morning)
    assert AuditEvent.objects.filter(kind=Event.LEADERSHIP_SET).count() == 1
    assert row.attendance_duties == "Leads."
    with pytest.raises(ValidationError):
        set_leadership(row, senior_leader=False, attendance_duties="", by=people.tess, at=monday_morning)


def test_duties_too_long_are_refused_on_the_person_s_page(people: People, browse: Browse) -> None:
    alma = people.user("alma")
    place = f"/s/alder-primary/people/{alma.pk}/roles/{alma.memberships.get().pk}/leads/"
    answer = browse("ben").post(place, {"attendance_duties": "x" * 2001})
    assert answer.status_code == 422
    assert "2001" in answer.text


def test_a_school_s_head_says_nothing_of_whom_they_do_not_manage(people: People, browse: Browse) -> None:
    ben = people.user("ben")
    place = f"/s/alder-primary/people/{ben.pk}/roles/{ben.memberships.get().pk}/leads/"
    assert browse("ben").post(place, {"senior_leader": "on"}).status_code in {302, 422}


@pytest.mark.parametrize("count", [2, 20])
def test_the_page_asks_the_same_however_many_staff(
    people: People, browse: Browse, monday_morning: dt.datetime,
    django_assert_num_queries: Callable[[int], Any], count: int,
) -> None:  # fmt: skip
    issue_policy(words="One.", by=people.ben, at=monday_morning)
    for number in range(count):
        user = User.objects.create(email=f"s{number}@example.org", name=f"S {number}", joined_at=monday_morning)
        Membership.objects.create(user=user, school=people.alder, role="teacher", from_date=SINCE)
    ben = browse("ben")
    ben.get(PAGE)
    with django_assert_num_queries(6 + 5):
        ben.get(PAGE)
