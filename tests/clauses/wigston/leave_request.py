"""Leave under Wigston's policy: what speaks against it is shown, and the headteacher decides."""

import datetime as dt

from tests.clauses import proves
from tests.clauses.leave import warned_of_and_granted
from tests.clauses.schools import Adopt, Browse
from tests.people import People


@proves("WAT-8.06")
def test_the_three_grounds_guide_and_the_head_decides_without_evidence(
    adopt: Adopt, people: People, browse: Browse, page_says, monday_morning: dt.datetime
) -> None:
    adopt("wigston")
    warnings = [
        "Needs: A letter with evidence",
        "Needs: Service or work that forbids other times, a family crisis, or a strict rota",
    ]
    warned_of_and_granted("WAT-8.06", warnings, people, browse, monday_morning)
    page_says("WAT-8.06")


@proves("WAT-8.07")
def test_cost_accommodation_weather_and_the_ends_of_term_warn_and_do_not_bar(
    adopt: Adopt, people: People, browse: Browse, page_says, monday_morning: dt.datetime
) -> None:
    adopt("wigston")
    warnings = [
        "Against: Cheaper cost",
        "Against: Free accommodation",
        "Against: Poor weather in the holidays",
        "Against: Overlap with the start or end of term",
    ]
    warned_of_and_granted("WAT-8.07", warnings, people, browse, monday_morning)
    page_says("WAT-8.07")


@proves("WAT-8.01")
def test_a_family_holiday_is_warned_of_and_the_head_decides_whether_it_is_exceptional(
    adopt: Adopt, people: People, browse: Browse, page_says, monday_morning: dt.datetime
) -> None:
    adopt("wigston")
    warnings = ["Against: A family holiday by itself"]
    warned_of_and_granted("WAT-8.01", warnings, people, browse, monday_morning)
    page_says("WAT-8.01")
