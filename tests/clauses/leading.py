"""What the clauses about leadership ask: a senior leader in the post, an owner of every step, a policy acknowledged."""

import datetime as dt
import json

from attendance_mat.accounts.member import Member
from attendance_mat.accounts.models import Membership, User
from attendance_mat.accounts.roles import Role
from attendance_mat.policy.adopted import Override
from attendance_mat.policy.ladder import Ladders
from attendance_mat.policy.typed import plain
from attendance_mat.trust.actions import ALWAYS, adopt_policy
from attendance_mat.trust.adopting import set_value
from attendance_mat.trust.models import School
from attendance_mat.trust.policy import policy_for
from escalation.actions.issuing import acknowledge_policy, issue_policy
from escalation.models import PolicyIssue
from tests.clauses.schools import Browse
from tests.factories import make_pupil
from tests.people import SINCE, People

NOT_SENIOR = "is not recorded as on the senior leadership team"
RESPONSIBILITIES = "/s/alder-primary/responsibilities/"


def saving_roles_warns_of_an_officer_who_is_no_senior_leader(people: People, browse: Browse) -> None:
    """See that a school whose officer is no senior leader is warned as roles are saved, and no longer once one is."""
    alma = people.user("alma")
    given = {"role": "attendance_officer", "from_date": SINCE.isoformat()}
    ben, place = browse("ben"), f"/s/alder-primary/people/{alma.pk}/"
    assert NOT_SENIOR in ben.post(f"{place}give-role/", given, follow=True).text
    membership = Membership.objects.get(user=alma)
    kept = ben.post(f"{place}roles/{membership.pk}/leads/", {"senior_leader": "on"}, follow=True)
    assert NOT_SENIOR not in kept.text
    ended = ben.post(f"{place}roles/{membership.pk}/end/", follow=True).text
    assert "Nobody holds the post of attendance officer" in ended


def an_officer_finds_no_pupil_of_another_school(people: People, browse: Browse) -> None:
    """See that an officer of Birch High who searches for a pupil of Alder Primary School finds nobody."""
    make_pupil(surname="Lindholm", forename="Mira")
    assert "Mira" in browse("alma").post("/s/alder-primary/pupils/", {"words": "Lindholm"}).text
    cass = browse("cass")
    assert "Mira" not in cass.post("/s/birch-high/pupils/", {"words": "Lindholm"}).text
    assert cass.post("/s/alder-primary/pupils/", {"words": "Lindholm"}).status_code in {403, 404}


def only_the_secondary_is_warned_of(people: People, browse: Browse, at: dt.datetime, pack: str) -> None:
    """See that of a primary and a secondary whose officers are no senior leaders, the trust is warned of one."""
    for name in ("alma", "cass"):
        people.user(name)
    adopt_policy(people.birch, pack=pack, from_date=ALWAYS, by=people.member("tara"), at=at)
    page = browse("tara").get("/people/").text
    assert page.count(NOT_SENIOR) == 1
    assert "Birch High School: Cass Rowan" in page


def the_one_step_without_an_owner_is_listed(people: People, browse: Browse, school: School, at: dt.datetime) -> None:
    """See that of six steps of the stages the one whose role nobody holds is listed as nobody's."""
    for name in ("alma", "ben", "hana", "tutu"):
        people.user(name)
    roles = ("attendance_officer", "headteacher", "head_of_year", "tutor", "attendance_officer", "safeguarding_lead")
    actions = [
        {"does": "call", "words": f"Step number {number}.", "role": role, "within_school_days": 1}
        for number, role in enumerate(roles, start=1)
    ]
    on = at.date()
    ladders = json.loads(json.dumps(plain(policy_for(school).terms(Ladders, on=on))["ladders"]))[:1]
    stage = {**ladders[0]["stages"][0], "actions": actions, "on_leaving": [], "not_after": []}
    ladders[0]["stages"] = [stage]
    asked = Override(dt.date(2026, 9, 1), "ladders", {"ladders": ladders}, "The school's chart.")
    set_value(asked, school=school, by=people.member("tara"), at=at)

    page = browse("ben").get(RESPONSIBILITIES).text
    unowned = page.partition("Steps nobody owns")[2].partition("Who owns each step")[0]

    assert [number for number in range(1, 7) if f"Step number {number}." in unowned] == [6]
    assert "For the role of safeguarding lead, which nobody holds." in unowned
    people.user("sadie")
    assert "Each of the 6 steps of the stages has an owner." in browse("ben").get(RESPONSIBILITIES).text


def three_of_twenty_five_have_yet_to_acknowledge(people: People, browse: Browse, at: dt.datetime) -> None:
    """See that of 25 staff the three who have not acknowledged version 2 are listed, and one who does is not."""
    people.user("ben")
    issue_policy(words="The first.", by=people.ben, at=at)
    for number in range(24):
        user = User.objects.create(email=f"s{number}@example.org", name=f"Staff {number:02}", joined_at=at)
        Membership.objects.create(user=user, school=people.alder, role="teacher", from_date=SINCE)
    browse("ben").post(f"{RESPONSIBILITIES}issue/", {"words": "Leave is asked for earlier."})
    page = browse("ben").get("/s/alder-primary/policy/").text
    assert "Version 2" in page
    issue = PolicyIssue.objects.get(superseded_at__isnull=True)
    assert issue.number == 2
    for user in [people.user("ben"), *User.objects.filter(name__lt="Staff 21", name__startswith="Staff ")]:
        acknowledge_policy(issue, by=Member(user=user, role=Role.TEACHER, school=people.alder), at=at)

    page = browse("ben").get(RESPONSIBILITIES).text

    assert "<strong>22</strong> acknowledged; <strong>3</strong> outstanding." in page
    assert [number for number in range(24) if f"<li>Staff {number:02}</li>" in page] == [21, 22, 23]
