"""Contacts: the parents of poor attenders are in touch with somebody."""

import datetime as dt
from collections.abc import Callable

from registers.models import Assignment
from tests.clauses import proves
from tests.clauses.schools import Adopt, Browse
from tests.escalation.test_uncontacted import attended, letter, log, step
from tests.people import People


@proves("WAT-3.10")
def test_of_nine_below_90_percent_in_year_10_the_two_with_no_contact_are_listed(
    adopt: Adopt, people: People, browse: Browse, monday_morning: dt.datetime, it_is: Callable[[dt.datetime], None]
) -> None:
    adopt("wigston")
    by, then = people.alma, dt.datetime(2026, 11, 5, 10, tzinfo=monday_morning.tzinfo)
    poor = [attended(8, by=by, surname=f"Poor{number}", year=10) for number in range(9)]
    attended(10, by=by, surname="Present", year=10)
    attended(2, by=by, surname="Younger", year=9)
    for pupil in poor[:3]:
        log(pupil, "spoke", by=by, at=then)
    for pupil in poor[3:5]:
        step(pupil, "call", by=by, at=then)
    for pupil in poor[5:7]:
        letter(pupil, by=by, at=then)
    log(poor[7], "spoke", by=by, at=then - dt.timedelta(days=3))  # before the day asked
    Assignment.objects.create(
        user=people.user("hana"), year=10, weekdays=[0, 1, 2, 3, 4], from_date=dt.date(2026, 9, 1)
    )

    asked = {"year": "10", "below_percent": "90", "since": "2026-11-03"}
    page = browse("hana").get("/s/alder-primary/poor-attenders/", asked).text

    assert "9 below 90%; <strong>2</strong> of them" in page
    assert [name for name in (f"Poor{number}," for number in range(9)) if name in page] == ["Poor7,", "Poor8,"]
    assert "Younger" not in page
