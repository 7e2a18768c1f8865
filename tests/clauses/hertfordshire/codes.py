"""When Hertfordshire's code of leave may be used."""

import datetime as dt

from attendance_mat.clock import LONDON
from tests.clauses import proves
from tests.clauses.coding import Code, grant, of_that_year
from tests.clauses.schools import Adopt
from tests.people import People


@proves("HCC-A.01")
def test_leave_granted_after_its_day_does_not_cover_it(adopt: Adopt, code: Code, people: People) -> None:
    adopt("hertfordshire")
    monday, wednesday = dt.date(2025, 12, 1), dt.datetime(2025, 12, 3, 10, tzinfo=LONDON)
    too_late, in_time = of_that_year(), of_that_year()
    grant(too_late, monday, monday + dt.timedelta(days=1), people=people, at=wednesday)
    grant(in_time, monday, monday + dt.timedelta(days=1), people=people)
    refused = code(monday, code="C", reason="Asked on Wednesday", pupil=too_late)
    assert (refused.status, refused.mark.code) == (422, "N")
    assert "asked for in advance and granted" in refused.page
    assert code(monday, code="C", reason="As granted", pupil=in_time).mark.code == "C"
