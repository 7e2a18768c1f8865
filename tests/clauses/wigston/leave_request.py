"""Leave under Wigston's policy: what speaks against it is shown, and the headteacher decides."""

import datetime as dt

import pytest

from absence.queries import leave as queries
from absence.rules.days import Days
from registers.queries.sessions import sessions_held
from tests.absence.leave import ask
from tests.clauses import proves
from tests.clauses.leave import granted, warned_of_and_granted
from tests.clauses.schools import Adopt, Browse
from tests.factories import make_contact, make_group, make_mark, make_pupil, make_sessions
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


@proves("WAT-4.14")
@pytest.mark.parametrize(("attended", "said"), [(198, "not met"), (200, "met")])
def test_two_hundred_sessions_in_twelve_months_are_shown_and_never_bar_t(
    adopt: Adopt, people: People, monday_morning: dt.datetime, attended: int, said: str
) -> None:
    # Given a pupil of eight who attended so many sessions in the twelve months before the request, and two before that
    adopt("wigston")
    pupil = make_pupil(group=make_group(), dob=dt.date(2018, 5, 4), from_date=dt.date(2025, 9, 1))
    make_contact(pupil)
    asked_on = dt.date(2026, 11, 20)
    for session in [*make_sessions(dt.date(2025, 11, 19), 1), *make_sessions(dt.date(2025, 11, 20), 140)[:attended]]:
        make_mark(pupil, session, "/" if session.half == "am" else "\\", by=people.alma)
    make_sessions(dt.date(2026, 12, 7), 2)
    days = Days(dt.date(2026, 12, 7), dt.date(2026, 12, 8))
    request = ask(pupil, by=people.alma, at=monday_morning, days=days, asked_on=asked_on)

    # Then the count is shown with the law beside it
    record = queries.record_of(pupil, on=asked_on)
    kinds = {kind.title: kind.checks for kind in queries.each_kind_on(request, record, sessions_held(
        from_date=days.first, to_date=days.last))}  # fmt: skip
    checks = {check.name: check for check in kinds["Traveller"]}
    assert checks["Sessions attended in twelve months"].outcome.value == said
    assert f"{attended} attended" in checks["Sessions attended in twelve months"].why
    assert "bars nothing" in checks["Facts"].why
    # And T may be granted all the same
    assert granted(request, people, monday_morning, code="T").code == "T"
