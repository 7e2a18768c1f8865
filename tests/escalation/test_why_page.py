"""Why is this pupil on, or not on, this list? The page's answers for any stage and rule, on any day."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.html import escape

from attendance_mat.policy.ladder import Ladders
from attendance_mat.trust.models import PolicyAdoption, PolicyOverride, School
from attendance_mat.trust.policy import policy_for
from escalation.models import Hold, PupilStage
from registers.models import FamilyTie, Pupil
from tests.escalation.ladders import YEAR_BELOW_95, set_stages, stage
from tests.escalation.terms import AUTUMN, hold, spell_out, take_registers
from tests.factories import make_pupil
from tests.people import People

LOG_IN = 6  # session, person, school and membership, and the schema selected twice
UNEXPLAINED = {"count": "unexplained", "unit": "sessions", "window": {"span": "term"}, "sign": "or_more", "than": 3}
THREE_DAYS = {"count": "missed", "unit": "consecutive_days", "sign": "or_more", "than": 3}
EITHER = {"any_of": [THREE_DAYS, UNEXPLAINED]}
FRIDAY = AUTUMN[-1].isoformat()

Asking = Callable[..., str]


@pytest.fixture
def robin(people: People, alder: School) -> Pupil:
    """Return a pupil who missed days two to five of fifty-five, of a school with three stages."""
    ladder = (
        stage("stage_one", when=EITHER, says="Three days in a row, or no reason."),
        stage("stage_two"),
        stage("meeting", when=None, says="The head decides."),
    )
    set_stages(alder, *ladder, by=people.alma, from_date=dt.date(2026, 9, 1))
    School.objects.filter(pk=alder.pk).update(go_live_date=dt.date(2026, 9, 1))
    hold(AUTUMN)
    pupil = make_pupil(surname="Robin", dob=dt.date(2015, 3, 4))
    take_registers({pupil: spell_out(AUTUMN, ".." + "O" * 8 + "." * 100)}, by=people.tess)
    return pupil


@pytest.fixture
def ask(robin: Pupil, browse: Callable[[str], Client]) -> Asking:
    """Return a function that asks about Robin and gives the page's words."""
    client = browse("alma")

    def asked(*, status: int = 200, **query: str) -> str:
        response = client.get(f"/s/alder-primary/pupils/{robin.pk}/why/", query)
        assert response.status_code == status
        return " ".join(response.content.decode().split())

    return asked


def test_a_pupil_over_the_line_is_on_the_list_with_the_sum_and_what_would_clear_it(ask: Asking) -> None:
    said = ask(stage="stage_two", on=FRIDAY)

    assert "Yes. On Fri 20 Nov 2026 the line is crossed, and has been since Fri 18 Sep 2026." in said
    assert "Attended 102 of 110 possible sessions from 7 September 2026 to 20 November 2026 (92.73%)" in said
    assert "<dt>The line</dt><dd>below 95%</dd>" in said
    assert "What would clear it:</strong> 50 sessions more, all attended, would clear it." in said
    assert "Tue 8 Sep 2026" in said


def test_a_pupil_under_the_line_is_told_what_would_bring_it_on(ask: Asking) -> None:
    said = ask(stage="ten_in_ten_weeks", on=FRIDAY)

    assert "No. On Fri 20 Nov 2026 the line is not crossed." in said
    assert "Set by: the law." in said


def test_a_joined_condition_is_a_tree_in_which_each_part_holds_or_does_not(ask: Asking) -> None:
    during, after = ask(stage="stage_one", on=AUTUMN[3].isoformat()), ask(stage="stage_one", on=FRIDAY)

    assert "Any one of these is enough:" in during
    assert (during.count(">Holds<"), during.count(">Does not hold<")) == (2, 1)
    assert (after.count(">Holds<"), after.count(">Does not hold<")) == (0, 3)
    assert "Three days in a row, or no reason." in during
    assert "Read here as: 3 whole school days or more in a row of absence" in during


def test_before_enough_sessions_were_possible_the_page_says_how_many_are_wanted(ask: Asking) -> None:
    said = ask(stage="stage_two", on=AUTUMN[4].isoformat())

    assert "No. On Fri 11 Sep 2026 the line is not crossed." in said
    assert "a percentage counts once 20 were possible" in said


def test_a_stage_that_a_person_decides_has_no_sum(ask: Asking) -> None:
    said = ask(stage="meeting", on=FRIDAY)

    assert "There is no figure to work out." in said
    assert "a person decides." in said


def test_the_ladder_s_answer_says_that_nothing_stands_in_the_way(ask: Asking) -> None:
    said = ask(stage="stage_two", on=FRIDAY)

    assert "It may begin" in said
    assert "Nothing stands in its way." in said


def test_the_ladder_s_answer_says_that_a_hold_lasts(
    ask: Asking, robin: Pupil, people: People, monday_morning: dt.datetime
) -> None:
    Hold.objects.create(
        pupil=robin, reason="bereavement", words="A death in the family.", from_date=dt.date(2026, 11, 2),
        placed_at=monday_morning, placed_by=people.alma.user, placed_by_name="Alma", placed_by_role="officer",
    )  # fmt: skip

    assert "A hold lasts" in ask(stage="stage_two", on=FRIDAY)
    assert "Nothing stands in its way." in ask(stage="stage_two", on="2026-10-30")


def test_the_ladder_s_answer_says_that_it_was_before_the_school_went_live(ask: Asking, alder: School) -> None:
    School.objects.filter(pk=alder.pk).update(go_live_date=dt.date(2026, 11, 23))

    assert "before the school went live with this stage on 23 November 2026" in ask(stage="stage_two", on=FRIDAY)
    assert "By itself it opens no case" not in ask(stage="ten_in_ten_weeks", on=FRIDAY)


def test_what_has_been_acted_upon_is_told_with_its_days_and_past_days_are_told_as_they_were(
    ask: Asking, robin: Pupil, monday_morning: dt.datetime
) -> None:
    # Given a stage entered in October, acted upon and looked at again at the end of November
    PupilStage.objects.create(
        pupil=robin, pack="national", ladder="attendance", stage="stage_two", label="Stage two", source="crossing",
        proposed_at=monday_morning, entered_on=dt.date(2026, 10, 5), entered_at=monday_morning,
        acted_until_date=dt.date(2026, 10, 2), review_on=dt.date(2026, 11, 30), left_on=dt.date(2026, 11, 20),
    )  # fmt: skip

    # When the page is asked about today, November and September
    today, then, before = (ask(stage="stage_two", on=on) for on in ("2026-11-23", "2026-11-19", "2026-09-30"))

    # Then today it is over, in November it ran, and in September nothing was known of it
    assert "before its review on 30 November 2026" in today
    assert "<dt>Left</dt><dd>Fri 20 Nov 2026</dd>" in today
    assert "<dt>Acted upon to</dt><dd>Fri 2 Oct 2026</dd>" in then
    assert "<dt>Left</dt>" not in then
    assert "Nothing stands in its way." in before


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"stage": "stage_nine", "on": FRIDAY}, "The policy of that day has no such stage."),
        ({"stage": "stage_two", "on": "2025-06-02"}, "The policy of that day has no such stage."),
        ({"stage": "", "on": FRIDAY}, "Choose a stage or a rule."),
        ({"stage": "stage_two", "on": "2026-11-24"}, "This day is still to come."),
        ({"stage": "stage_two", "on": "yesterday"}, "Enter a date like 23/11/2026."),
        ({"stage": "stage_two", "on": "0001-01-01"}, "Enter a date between 1900 and 2100."),
    ],
)
def test_what_cannot_be_answered_comes_back_with_what_is_wrong(ask: Asking, query: dict[str, str], said: str) -> None:
    assert said in ask(status=422, **query)


def test_the_page_begins_with_the_last_day_that_was_checked_or_today(ask: Asking) -> None:
    assert 'value="2026-11-23"' in ask()
    assert "Choose a stage and a day" in ask()
    assert "On Mon 23 Nov 2026 the line is crossed" in ask(stage="stage_two")


def test_a_national_rule_says_what_it_leads_to(ask: Asking) -> None:
    over = ask(stage="persistent_absence", on=AUTUMN[9].isoformat())

    assert "Yes. On Fri 18 Sep 2026 the line is crossed" in over
    assert "By itself it opens no case" in over
    assert "No law set this line on that day." in ask(stage="ten_in_ten_weeks", on="2020-01-06")


@pytest.mark.parametrize(
    ("name", "status"), [("alma", 200), ("tara", 200), ("tess", 403), ("hana", 404), ("cass", 404)]
)
def test_the_page_is_seen_by_those_whose_permission_reaches_the_pupil(
    robin: Pupil, browse: Callable[[str], Client], name: str, status: int
) -> None:
    assert browse(name).get(f"/s/alder-primary/pupils/{robin.pk}/why/").status_code == status


def test_the_page_of_one_s_own_family_is_not_found(
    robin: Pupil, browse: Callable[[str], Client], people: People
) -> None:
    FamilyTie.objects.create(user=people.alma.user, pupil=robin)

    assert browse("alma").get(f"/s/alder-primary/pupils/{robin.pk}/why/").status_code == 404


def test_the_page_costs_the_same_for_a_short_and_a_long_ladder(
    ask: Asking, alder: School, people: People, django_assert_num_queries
) -> None:
    ask(stage="stage_two", on=FRIDAY)  # the school's policy is read once
    with django_assert_num_queries(LOG_IN + 17):
        ask(stage="stage_two", on=FRIDAY)

    many = (stage(f"stage_{n}", when=YEAR_BELOW_95) for n in range(20))
    set_stages(alder, *many, by=people.alma, from_date=dt.date(2026, 9, 2))
    ask(stage="stage_19", on=FRIDAY)
    with django_assert_num_queries(LOG_IN + 17):
        ask(stage="stage_19", on=FRIDAY)


@pytest.mark.parametrize("pack", ["aspire", "advance", "wigston", "hertfordshire", "john_taylor"])
def test_every_stage_of_every_policy_can_be_asked_about_and_looked_ahead_to(
    robin: Pupil, alder: School, browse: Callable[[str], Client], pack: str
) -> None:
    # Given a school that follows a pack and none of its own stages
    PolicyOverride.objects.filter(school=alder).update(until_date=dt.date(2026, 9, 2))
    adopted_at = dt.datetime(2025, 9, 1, tzinfo=dt.UTC)
    PolicyAdoption.objects.create(school=alder, pack=pack, from_date=adopted_at.date(), adopted_at=adopted_at)
    School.objects.filter(pk=alder.pk).update(policy_version=uuid.uuid4())
    alder.refresh_from_db()
    stages = policy_for(alder).terms(Ladders, on=AUTUMN[-1]).stages
    client, here = browse("alma"), f"/s/alder-primary/pupils/{robin.pk}/why/"

    # When each stage is asked about, then each has an answer under its own name
    assert len(stages) > 1
    for each in stages:
        said = client.get(here, {"stage": each.key, "on": FRIDAY})
        assert said.status_code == 200, each.key
        assert escape(f"{each.label} on Fri 20 Nov 2026") in said.content.decode()

    # And the early warning looks ahead
    assert client.get("/s/alder-primary/early-warning/").status_code == 200


def test_the_pages_of_a_pupil_and_of_cases_lead_there(
    robin: Pupil, browse: Callable[[str], Client], alder: School
) -> None:
    why = f"/s/alder-primary/pupils/{robin.pk}/why/"

    assert why in browse("alma").get(f"/s/alder-primary/pupils/{robin.pk}/").content.decode()
    assert why not in browse("tutu").get(f"/s/alder-primary/pupils/{robin.pk}/").content.decode()
