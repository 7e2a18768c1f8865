"""The Advance Learning Partnership on lateness."""

import datetime as dt
import re

from absence.models import Task
from attendance_mat.audit.models import AuditEvent, Event
from attendance_mat.policy.lateness import LatenessSteps
from attendance_mat.trust.policy import policy_for
from letters.models import Letter
from tests.absence.lateness import FIRST, autumn, comes_late, found, set_steps
from tests.clauses import proves
from tests.clauses.lateness import ABSENT, LATE, arrives_at, set_for_alder
from tests.clauses.schools import Adopt, Browse
from tests.escalation.terms import weekdays
from tests.factories import make_group, make_pupil
from tests.people import People

WEEK = weekdays(dt.date(2025, 11, 3), 5)


@proves("ALP-4.03")
def test_the_notice_asks_for_ten_minutes_before_the_start_and_nobody_is_late_until_it(
    adopt: Adopt, people: People, browse: Browse
) -> None:
    adopt("advance")
    set_for_alder(people, "morning_session", starts="08:50")
    page = " ".join(re.sub("<[^>]+>", " ", browse("alma").get("/s/alder-primary/expectations/").text).split())
    assert "On site by 08:40" in page
    assert arrives_at("08:48", people=people)[0] == "refused"  # neither L nor U: the child is present
    assert arrives_at("08:51", people=people) == ("L", LATE)


@proves("ALP-11.01")
def test_a_primary_that_closes_at_ten_past_nine_has_l_before_and_u_after(adopt: Adopt, people: People) -> None:
    adopt("advance")
    set_for_alder(people, "morning_session", starts="09:00")
    set_for_alder(people, "register_open", minutes=10)
    assert arrives_at("09:09", people=people) == ("L", LATE)
    assert arrives_at("09:15", people=people) == ("U", ABSENT)


@proves("ALP-11.02")
def test_the_fifth_late_of_a_half_term_makes_the_letter_due_and_each_step_is_logged(
    adopt: Adopt, people: People
) -> None:
    adopt("advance")
    autumn(people)
    steps = [
        {"does": "letter", "words": "Letter about lateness", "lates": 5, "per": "half_term", "codes": ["L"],
         "letter": "lateness"},
        {"does": "meeting", "words": "Meeting", "lates": 6, "per": "half_term", "codes": ["L"]},
        {"does": "support", "words": "Support", "lates": 7, "per": "half_term", "codes": ["L"]},
        {"does": "authority", "words": "The authority", "lates": 8, "per": "half_term", "codes": ["L"]},
    ]  # fmt: skip
    set_steps(people, *steps)
    pupil = make_pupil(group=make_group(), from_date=FIRST)
    days = weekdays(WEEK[0], 8)
    for day in days[:4]:
        comes_late(pupil, day, by=people.alma)
    assert not Letter.objects.exists()
    comes_late(pupil, days[4], by=people.alma)
    assert Letter.objects.get().template == "lateness"
    for day in days[5:]:
        comes_late(pupil, day, by=people.alma)
    assert found(pupil) == [("letter", 5), ("meeting", 6), ("support", 7), ("authority", 8)]
    assert Task.objects.count() == 3
    logged = AuditEvent.objects.filter(kind=Event.LATENESS_FOUND).order_by("pk")
    assert [event.detail["does"] for event in logged] == ["letter", "meeting", "support", "authority"]


@proves("ALP-11.02")
def test_the_policy_names_the_four_steps_in_order_and_leaves_their_numbers_to_the_school(adopt: Adopt) -> None:
    terms = policy_for(adopt("advance")).terms(LatenessSteps, on=WEEK[0])
    assert [(step.does.value, step.lates) for step in terms.steps] == [
        ("letter", None), ("meeting", None), ("support", None), ("authority", None),
    ]  # fmt: skip
