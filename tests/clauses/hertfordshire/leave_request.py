"""Leave under Hertfordshire's policy: what speaks against it is shown, and the headteacher decides."""

import datetime as dt

from tests.absence.leave import ask, make_week_of_leave
from tests.clauses import proves
from tests.clauses.leave import DECEMBER, expected, granted, warned_of_and_granted
from tests.clauses.schools import Adopt, Browse
from tests.factories import make_contact, make_group, make_mark, make_pupil, make_sessions
from tests.people import People


@proves("HCC-A.04")
def test_travel_not_agreed_with_the_school_is_warned_of_and_rests_on_facts(
    adopt: Adopt, people: People, browse: Browse, page_says, monday_morning: dt.datetime
) -> None:
    adopt("hertfordshire")
    warnings = [
        "Needs: Agreed with the school",
        "T rests on facts: what follows is for information and bars nothing.",
    ]
    warned_of_and_granted("HCC-A.04", warnings, people, browse, monday_morning, code="T")
    page_says("HCC-A.04")


@proves("HCC-8.02")
def test_a_third_day_of_observance_is_warned_of_and_r_stands_for_every_day_set_apart(
    adopt: Adopt, people: People, browse: Browse, page_says, monday_morning: dt.datetime
) -> None:
    # Given two days of observance marked this year, and two more asked for
    adopt("hertfordshire")
    make_week_of_leave()
    pupil = make_pupil(group=make_group(), forename="Mira", surname="Lindholm")
    make_contact(pupil, name="Astrid Lindholm")
    for session in make_sessions(dt.date(2026, 11, 9), 2):
        make_mark(pupil, session, "R", by=people.tess)
    request = ask(pupil, by=people.alma, at=monday_morning, days=DECEMBER)
    # Then the head is warned of the count
    page = browse("ben").get(f"/s/alder-primary/leave-requests/{request.pk}/").text
    assert "2 already marked and 2 asked for make 4; at most 2." in page
    # And R is given for both days
    granted(request, people, monday_morning, code="R")
    assert {code for code, _ in expected()} == {"R"}
    page_says("HCC-8.02")
