"""Leave under John Taylor's policy: what it would refuse is shown, and the headteacher decides."""

import datetime as dt

from absence.actions import leave as actions
from absence.rules.days import Days
from tests.absence.leave import ask
from tests.clauses import proves
from tests.clauses.law import TODAY, beaten
from tests.clauses.leave import TOMORROW, asked_for, expected, granted, said_of, warned_of_and_granted
from tests.clauses.schools import Adopt, Browse
from tests.people import People

DAY = dt.timedelta(days=1)


@proves("JTM-7.13")
def test_r_stands_for_each_day_set_apart_and_a_further_day_goes_to_the_head(
    adopt: Adopt, people: People, page_says, monday_morning: dt.datetime
) -> None:
    # Given a feast of two days from tomorrow, asked for today, and a day to travel home after it
    beaten("JTM-7.13")
    adopt("john_taylor")
    feast = asked_for(people, monday_morning, days=Days(TOMORROW, TOMORROW + DAY), reason="A feast of two days")
    assert said_of(feast)["Notice"] == "not met"
    further = ask(
        feast.pupil, by=people.alma, at=monday_morning, days=Days(TOMORROW + 2 * DAY, TOMORROW + 2 * DAY),
        asked_on=TODAY, reason="The journey home",
    )  # fmt: skip
    # When the headteacher decides both
    decision = granted(feast, people, monday_morning, code="R")
    actions.refuse_leave(further, reason="Not exceptional", by=people.ben, at=monday_morning)
    # Then both days of the feast are R, late notice or not, and the further day was the head's to refuse
    assert [check["name"] for check in decision.checks] == ["Facts"]
    assert (decision.granted_from_date, decision.granted_until_date) == (TOMORROW, TOMORROW + 2 * DAY)
    assert expected() == [("R", "Ben Okafor")]
    page_says("JTM-7.13")


@proves("JTM-7.07")
def test_a_holiday_is_warned_of_and_the_head_may_grant_it(
    adopt: Adopt, people: People, browse: Browse, page_says, monday_morning: dt.datetime
) -> None:
    adopt("john_taylor")
    warnings = [
        "Against: A holiday, whatever the circumstances",
    ]
    warned_of_and_granted("JTM-7.07", warnings, people, browse, monday_morning)
    page_says("JTM-7.07")


@proves("JTM-7.24")
def test_holiday_only_beforehand_and_exceptionally_is_the_heads_to_decide(
    adopt: Adopt, people: People, browse: Browse, page_says, monday_morning: dt.datetime
) -> None:
    adopt("john_taylor")
    warnings = [
        "Against: A holiday, whatever the circumstances",
        "Asked in advance",
    ]
    warned_of_and_granted("JTM-7.24", warnings, people, browse, monday_morning)
    page_says("JTM-7.24")


@proves("JTM-7.14")
def test_a_form_for_sport_without_its_letter_is_taken_and_warned_of(
    adopt: Adopt, people: People, browse: Browse, page_says, monday_morning: dt.datetime
) -> None:
    adopt("john_taylor")
    warnings = [
        "Needs: A letter that shows selection and the need to train",
        "Against: No letter",
    ]
    warned_of_and_granted("JTM-7.14", warnings, people, browse, monday_morning)
    page_says("JTM-7.14")
